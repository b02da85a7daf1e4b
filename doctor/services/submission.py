"""Submission: the last look for danger, what it costs, the seal, and the order to send it, all in one transaction."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from aarokya.common import audit, failpoints, outbox
from aarokya.common.clock import rfc3339
from aarokya.common.errors import Detail
from aarokya.common.ids import effect_id
from aarokya.common.money import Money
from aarokya.common.state import move
from doctor import selectors
from doctor.errors import EmergencySession, SessionClosed, SummaryNotReady
from doctor.intake import summary
from doctor.intake.memory import Memory
from doctor.models import Assignment, Coverage, Role, Session, SessionStatus
from doctor.safety import red_flags
from doctor.selectors import Care
from doctor.services import emergencies
from doctor.services.sealing import seal_of
from wallets import services as wallets

FIRST_TRY = timedelta(seconds=5)  # the request that submits tries by itself; this is for when it does not live to do so
PURPOSE = "CONSULTATION"


def submit(*, user_id: UUID, session_id: UUID, now: datetime) -> Session:
    """Seal a session and queue it for Aathma; a repeat returns it as it is.

    SessionNotFound, EmergencySession, SummaryNotReady naming what is missing, SessionClosed, InsufficientBalance.
    """
    session = seal_and_queue(user_id=user_id, session_id=session_id, now=now)
    failpoints.reach("consultation.sealed")
    if session.status == SessionStatus.EMERGENCY:  # raised after the commit, which keeps the emergency
        raise EmergencySession
    return session


@transaction.atomic
def seal_and_queue(*, user_id: UUID, session_id: UUID, now: datetime) -> Session:
    session = selectors.locked(user_id, session_id)
    if session.is_sealed or session.status == SessionStatus.EMERGENCY:
        return session
    require_ready(session, now=now)
    rules = rules_in(session)
    if rules:
        emergencies.declare(session, rules=rules, source="SUBMIT", now=now)
        return session
    care = selectors.care(session, now=now)
    transfer_id = charge(session, care, now=now)
    assert session.summary is not None, "a session that is ready has a summary"  # noqa: S101 (states what `keep` guarantees)
    summary.validated(session.summary)
    seal(session, care, transfer_id, now=now)
    queue(session, now=now)
    return session


def require_ready(session: Session, *, now: datetime) -> None:
    if session.status == SessionStatus.ABANDONED:
        raise SessionClosed
    if session.status != SessionStatus.SUMMARY_READY:
        missing = Memory.of(session.memory).missing(selectors.patient(session, now=now))
        raise SummaryNotReady(details=tuple(Detail(name, "missing", "is not known yet") for name in missing))


def rules_in(session: Session) -> tuple[str, ...]:
    """Read the whole conversation again: the rules may have learnt since it was held."""
    found: list[str] = []
    known: set[str] = set()
    for message in session.messages.filter(role=Role.PATIENT).order_by("number"):
        assessment = red_flags.assess(message.text, known=known)
        known |= assessment.findings
        found += assessment.rules
    return tuple(dict.fromkeys(found))


def charge(session: Session, care: Care, *, now: datetime) -> UUID | None:
    """Take the fee from the wallet when nothing else bears it; InsufficientBalance undoes the whole submission."""
    if care.covered_by != Coverage.WALLET or not care.fee:
        return None
    posted = wallets.pay(
        user_id=session.user_id,
        payee=wallets.contra("provider_payable", "aathma", name="Aathma teleconsultation"),
        amount=care.fee,
        purpose=PURPOSE,
        business_key=f"consultation:{session.pk}",
        reference_type="DOCTOR_SESSION",
        reference_id=str(session.pk),
        now=now,
    )
    return posted.transfer_id


def seal(session: Session, care: Care, transfer_id: UUID | None, *, now: datetime) -> None:
    digest = seal_of(session)
    move(
        session,
        SessionStatus.SUBMITTED,
        submitted_at=now,
        last_message_at=now,
        seal=digest,
        covered_by=care.covered_by,
        cover=shown(care),
        fee=care.fee if transfer_id else Money(0),
        fee_transfer_id=transfer_id,
    )
    after = {"seal": digest, "covered_by": care.covered_by, "fee": care.fee.paise if transfer_id else 0}
    audit.record(actor=f"user:{session.user_id}", action="doctor.session_sealed", obj=session, after=after, now=now)


def shown(care: Care) -> dict[str, Any]:
    """Return what bears the consultation, as it was found when it was submitted."""
    policy = next((cover for cover in care.policies if cover.includes_teleconsultation), None)
    return {
        "title": care.title,
        "policy_id": str(policy.policy_id) if policy else None,
        "policy_number": policy.policy_number if policy else None,
        "mrn": next((cover.mrn for cover in care.policies if cover.mrn), None),
    }


def queue(session: Session, *, now: datetime) -> None:
    due = now + FIRST_TRY
    Assignment.objects.create(pk=effect_id(f"aathma:{session.pk}"), session=session, next_check_at=due + timedelta(minutes=1))
    payload = {"session_id": str(session.pk), "submitted_at": rfc3339(now)}
    outbox.emit("doctor.submitted", key=f"doctor:{session.pk}", payload=payload, now=now, not_before=due)
