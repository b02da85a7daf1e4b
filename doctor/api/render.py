"""Rows as answers."""

from datetime import datetime
from typing import Any

from aarokya.common.clock import rfc3339
from aarokya.common.entitlements import Cover
from doctor import selectors
from doctor.intake.memory import Memory
from doctor.models import (
    Addendum,
    Assignment,
    ConsultationGrant,
    EmergencyAlert,
    EmergencyContact,
    Feedback,
    Message,
    Session,
    SessionStatus,
)
from doctor.selectors import Care
from doctor.services import conversation, emergencies

CURRENCY = "INR"


def session(row: Session, *, now: datetime, reply: str | None = None) -> dict[str, Any]:
    """Return a session; with the emergency card if it is one, and with the care that is possible once there is a summary."""
    is_emergency = row.status == SessionStatus.EMERGENCY
    shown = {
        **head(row),
        "consent_version": row.consent_version,
        "reply": conversation.last_reply(row) if reply is None else reply,
        "missing_fields": missing(row, now=now),
        "summary": row.summary,
        "care": care(selectors.care(row, now=now)) if row.status == SessionStatus.SUMMARY_READY else None,
        "fee": row.fee.paise,
        "currency": CURRENCY,
        "seal": row.seal or None,
        "locked_at": rfc3339(row.locked_at),
    }
    return shown | ({"emergency": emergencies.card(row).as_json()} if is_emergency else {})


def head(row: Session) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "status": row.status,
        "language": row.language,
        "for_dependant_id": str(row.dependant_id) if row.dependant_id else None,
        "created_at": rfc3339(row.created_at),
        "submitted_at": rfc3339(row.submitted_at),
        "assignment": assignment(getattr(row, "assignment", None)),
    }


def missing(row: Session, *, now: datetime) -> list[str]:
    return Memory.of(row.memory).missing(selectors.patient(row, now=now)) if row.is_open else []


def detail(row: Session, *, now: datetime) -> dict[str, Any]:
    return session(row, now=now) | {
        "messages": [message(each) for each in row.messages.order_by("number")],
        "addenda": [addendum(each) for each in row.addenda.order_by("number")],
    }


def care(found: Care) -> dict[str, Any]:
    return {
        "policies": [cover(each) for each in found.policies],
        "covered_by": found.covered_by,
        "title": found.title,
        "amount": found.fee.paise,
        "currency": CURRENCY,
    }


def cover(found: Cover) -> dict[str, Any]:
    return {
        "policy_id": str(found.policy_id),
        "policy_number": found.policy_number,
        "benefit": found.benefit,
        "provider": found.provider,
        "plan_code": found.plan_code,
        "valid_until": found.valid_until.isoformat() if found.valid_until else None,
        "mrn": found.mrn,
        "includes_teleconsultation": found.includes_teleconsultation,
    }


def assignment(row: Assignment | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "status": row.status,
        "reference": row.reference,
        "doctor_name": row.doctor_name or None,
        "registration_number": row.registration_number or None,
        "slot_at": rfc3339(row.slot_at),
        "link": row.link or None,
        "reassignments": row.reassignments,
        "reason": row.reason or None,
        "refunded": row.refund_transfer_id is not None,
    }


def message(row: Message) -> dict[str, Any]:
    return {"number": row.number, "role": row.role, "text": row.text, "said_at": rfc3339(row.said_at)}


def addendum(row: Addendum) -> dict[str, Any]:
    return {"id": str(row.pk), "number": row.number, "text": row.text, "added_at": rfc3339(row.added_at)}


def feedback(row: Feedback) -> dict[str, Any]:
    return {"rating": row.rating, "comment": row.comment, "given_at": rfc3339(row.given_at)}


def contact(row: EmergencyContact) -> dict[str, Any]:
    return {"name": row.name, "phone": row.phone}


def grant(row: ConsultationGrant) -> dict[str, Any]:
    days = {"starts_on": row.starts_on.isoformat(), "ends_on": row.ends_on.isoformat()}
    return {"id": str(row.pk), "user_id": str(row.user_id), "benefit_id": str(row.benefit_id), "title": row.title} | days


def alert(row: EmergencyAlert) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "session_id": str(row.session_id),
        "raised_at": rfc3339(row.raised_at),
        "rules": row.rules,
        "raised_by": row.source,
        "acknowledged_at": rfc3339(row.acknowledged_at),
        "acknowledged_by": row.acknowledged_by or None,
    }
