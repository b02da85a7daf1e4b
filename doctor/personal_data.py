"""What the doctor holds about a person: conversations, addenda, the emergency contact."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from aarokya.common.clock import ist_day, rfc3339
from aarokya.common.personal_data import Kept
from doctor.models import MOVING, OPEN, SEALED, Assignment, ConsultationGrant, EmergencyContact, Session, SessionStatus
from doctor.services import sessions

RECORDS_KEPT_FOR = timedelta(days=3 * 366)  # medical records: three years from the consultation
LOOK_AGAIN = timedelta(days=366)
ACTOR = "system:erasure"


class DoctorData:
    """See `aarokya.common.personal_data.Holder`."""

    name = "doctor"

    def export(self, user_id: UUID) -> dict[str, Any]:
        rows = Session.objects.of(user_id).prefetch_related("messages", "addenda").order_by("pk")
        contact = EmergencyContact.objects.filter(user_id=user_id).first()
        return {
            "sessions": [exported(row) for row in rows],
            "emergency_contact": {"name": contact.name, "phone": contact.phone} if contact else None,
            "consultation_benefits": [str(grant) for grant in ConsultationGrant.objects.filter(user_id=user_id).order_by("pk")],
        }

    def waits_for(self, user_id: UUID) -> list[str]:
        under_way = Assignment.objects.filter(session__user_id=user_id, status__in=MOVING).order_by("pk")
        return [f"Consultation {row.reference or row.pk} is {row.status}" for row in under_way]

    def kept(self, user_id: UUID, *, today: date) -> list[Kept]:
        """Sealed sessions stay: the database lets nobody take them apart. After three years it is asked again every year."""
        return [kept_session(row, today=today) for row in sealed_or_emergency(user_id).order_by("pk")]

    def erase(self, user_id: UUID, *, spare: frozenset[UUID], now: datetime) -> None:  # noqa: ARG002 (nobody to spare here)
        """Take the words of conversations that were never submitted, and the contact."""
        for session in Session.objects.of(user_id).filter(status__in=OPEN).select_for_update():
            sessions.abandon(session, actor=ACTOR, now=now)
        EmergencyContact.objects.filter(user_id=user_id).delete()


def sealed_or_emergency(user_id: UUID) -> QuerySet[Session]:
    return Session.objects.of(user_id).filter(status__in=(*SEALED, SessionStatus.EMERGENCY))


def kept_session(session: Session, *, today: date) -> Kept:
    began = ist_day(session.submitted_at or session.emergency_at or session.created_at)
    term = began + RECORDS_KEPT_FOR
    until = term if term > today else today + LOOK_AGAIN
    people: frozenset[UUID] = frozenset({session.dependant_id}) if session.dependant_id else frozenset()
    return Kept(f"consultation {session.pk}", "medical records", until, people)


def exported(session: Session) -> dict[str, Any]:
    return {
        "id": str(session.pk),
        "status": session.status,
        "language": session.language,
        "for_dependant_id": str(session.dependant_id) if session.dependant_id else None,
        "consent_version": session.consent_version,
        "created_at": rfc3339(session.created_at),
        "submitted_at": rfc3339(session.submitted_at),
        "messages": [{"role": row.role, "text": row.text, "said_at": rfc3339(row.said_at)} for row in session.messages.all()],
        "summary": session.summary,
        "addenda": [{"text": row.text, "added_at": rfc3339(row.added_at)} for row in session.addenda.all()],
        "seal": session.seal or None,
    }


HOLDER = DoctorData()
