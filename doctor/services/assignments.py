"""What Aathma says becomes ours: one assignment per session, newer states replace older ones, refunds by rule."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from aarokya.common import audit, failpoints, outbox
from aarokya.common.state import move
from doctor import selectors
from doctor.errors import NotAssigned
from doctor.fhir import bundle
from doctor.gateways.base import Aathma, AathmaUnavailable, Consultation, State
from doctor.models import MOVING, REFUNDED, Assignment, AssignmentEvent, AssignmentStatus, Cause, Session, SessionStatus
from wallets import services as wallets

CHECKS_S = (15, 30, 60, 300, 900)  # pauses between looks; the last one repeats
BATCH = 200


def forward(*, session_id: UUID, gateway: Aathma, now: datetime, cause: Cause = Cause.SUBMIT) -> Assignment:
    """Send a submitted session to Aathma unless it has it; AathmaUnavailable when that must be tried again.

    Safe to run twice, at once, and after a crash anywhere: the id we send is the same, so Aathma makes one consultation.
    """
    assignment = Assignment.objects.select_related("session__user", "session__dependant").get(session_id=session_id)
    if assignment.reference is not None:
        return assignment
    try:
        truth = gateway.request(consultation(assignment, now=now))
    except AathmaUnavailable as error:
        postpone(assignment, str(error), now=now)
        raise
    failpoints.reach("consultation.asked")
    return apply(truth, cause=cause, now=now)


def sync(*, assignment_id: UUID, gateway: Aathma, cause: Cause, now: datetime) -> Assignment:
    """Fetch the truth and apply it; what Aathma has never heard of is sent again."""
    assignment = Assignment.objects.get(pk=assignment_id)
    try:
        truth = gateway.fetch(assignment.pk)
    except AathmaUnavailable as error:
        postpone(assignment, str(error), now=now)
        raise
    if truth is None:
        return forward(session_id=assignment.session_id, gateway=gateway, now=now, cause=cause)
    return apply(truth, cause=cause, now=now)


def ask_by_hand(*, assignment_id: UUID, gateway: Aathma, actor: str, reason: str, now: datetime) -> Assignment:
    """Do now what the next look would do, on a person's word. AathmaUnavailable."""
    fresh = sync(assignment_id=assignment_id, gateway=gateway, cause=Cause.STAFF, now=now)
    with transaction.atomic():
        after = {"status": str(fresh.status)}
        audit.record(actor=actor, action="assignment.asked_again", obj=fresh, after=after, reason=reason, now=now)
    return fresh


def consultation(assignment: Assignment, *, now: datetime) -> Consultation:
    session = assignment.session
    who = selectors.identity(session, now=now)
    person = {
        "name": who.name,
        "age": who.age,
        "gender": who.gender,
        "relationship": who.relationship,
        "phone": session.user.phone,
    }
    return Consultation(
        id=assignment.pk,
        language=session.language,
        patient=person | {"with_adult": session.with_minor},
        summary=session.summary or {},
        fhir=bundle(session, who),
        seal=session.seal,
        mrn=(session.cover or {}).get("mrn"),
    )


def postpone(assignment: Assignment, problem: str, *, now: datetime) -> None:
    """Nobody answered: come back later, and a little later each time."""
    pause = timedelta(seconds=CHECKS_S[min(assignment.checks, len(CHECKS_S) - 1)])
    rows = Assignment.objects.filter(pk=assignment.pk, status__in=MOVING)
    rows.update(next_check_at=now + pause, checks=F("checks") + 1, last_error=problem[:300])


@transaction.atomic
def apply(truth: State, *, cause: Cause, now: datetime) -> Assignment:
    """Take over a state that is newer than ours, lock the session at its first doctor, give money back where it is due."""
    assignment = Assignment.objects.select_for_update().get(pk=truth.id)
    if truth.version <= assignment.version:
        Assignment.objects.filter(pk=assignment.pk).update(next_check_at=next_look(assignment, now=now), checks=F("checks") + 1)
        assignment.refresh_from_db()
        return assignment
    take_over(assignment, truth, now=now)
    note(assignment, cause, now=now)
    session = Session.objects.select_for_update().get(pk=assignment.session_id)
    if truth.doctor_name and session.status == SessionStatus.SUBMITTED:
        lock(session, assignment, now=now)
    if assignment.status in REFUNDED:
        give_back(session, assignment, now=now)
    return assignment


def take_over(assignment: Assignment, truth: State, *, now: datetime) -> None:
    changed_doctor = bool(assignment.doctor_name) and truth.registration_number != assignment.registration_number
    assignment.reassignments += 1 if changed_doctor and truth.doctor_name else 0
    for name in ("status", "reference", "version", "doctor_name", "registration_number", "slot_at", "link", "reason"):
        setattr(assignment, name, getattr(truth, name))
    assignment.next_check_at = next_look(assignment, now=now)
    assignment.checks = 0
    assignment.last_error = ""
    assignment.save()


def next_look(assignment: Assignment, *, now: datetime) -> datetime | None:
    if assignment.status not in MOVING:
        return None
    pause = (
        CHECKS_S[-1] if assignment.status == AssignmentStatus.ASSIGNED else CHECKS_S[min(assignment.checks, len(CHECKS_S) - 1)]
    )
    return now + timedelta(seconds=pause)


def note(assignment: Assignment, cause: Cause, *, now: datetime) -> None:
    AssignmentEvent.objects.create(
        assignment=assignment,
        at=now,
        status=assignment.status,
        version=assignment.version,
        doctor_name=assignment.doctor_name,
        slot_at=assignment.slot_at,
        cause=cause,
    )


def lock(session: Session, assignment: Assignment, *, now: datetime) -> None:
    """A doctor has been briefed: from here on the session never changes."""
    move(session, SessionStatus.LOCKED, locked_at=now)
    after = {"reference": assignment.reference, "registration_number": assignment.registration_number}
    audit.record(actor="system:aathma", action="doctor.session_locked", obj=session, after=after, now=now)


def give_back(session: Session, assignment: Assignment, *, now: datetime) -> None:
    """The doctor's side failed: what the patient paid returns to where it came from, once."""
    if session.fee_transfer_id is None or assignment.refund_transfer_id is not None:
        return
    posted = wallets.refund(
        transfer_id=session.fee_transfer_id, amount=session.fee, business_key=f"consultation_refund:{session.pk}", now=now
    )
    Assignment.objects.filter(pk=assignment.pk).update(refund_transfer_id=posted.transfer_id)
    assignment.refund_transfer_id = posted.transfer_id


@transaction.atomic
def ask_to_cancel(*, user_id: UUID, session_id: UUID, reason: str, now: datetime) -> Session:
    """Let Aathma know that the patient does not come; NotAssigned when nothing is under way. Aathma decides what follows."""
    session = selectors.session(user_id, session_id)
    assignment = Assignment.objects.filter(session=session, status__in=MOVING).first()
    if assignment is None:
        raise NotAssigned
    payload = {"assignment_id": str(assignment.pk), "reason": reason}
    outbox.emit("doctor.cancelled_by_patient", key=f"doctor:{session.pk}", payload=payload, now=now)
    audit.record(actor=f"user:{user_id}", action="doctor.cancel_asked", obj=session, reason=reason, now=now)
    return session


@transaction.atomic
def announce_due(*, now: datetime) -> int:
    """Have everything looked at whose time has come; return how many."""
    due = Assignment.objects.due(now).order_by("next_check_at").select_for_update(skip_locked=True)[:BATCH]
    rows = list(due)
    for assignment in rows:
        Assignment.objects.filter(pk=assignment.pk).update(next_check_at=now + timedelta(seconds=CHECKS_S[2]))
        outbox.emit(
            "doctor.check_due", key=f"doctor:{assignment.session_id}", payload={"assignment_id": str(assignment.pk)}, now=now
        )
    return len(rows)
