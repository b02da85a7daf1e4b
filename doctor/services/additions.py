"""What patients do beside the conversation: addenda, feedback, their emergency contact, benefits given to them."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from aarokya.common import audit, entitlements, outbox
from accounts import selectors as people
from doctor import selectors
from doctor.errors import AddendumTooEarly, FeedbackNotPossible, GrantNotValid
from doctor.models import Addendum, Assignment, AssignmentStatus, ConsultationGrant, EmergencyContact, Feedback
from doctor.safety import red_flags
from doctor.services import emergencies

OVER = (AssignmentStatus.COMPLETED, AssignmentStatus.DOCTOR_NO_SHOW)


@transaction.atomic
def add(
    *, user_id: UUID, session_id: UUID, text: str, addendum_id: UUID | None, now: datetime
) -> tuple[Addendum, tuple[str, ...]]:
    """Add to a sealed session by a new row; return it with the red flags in it. AddendumTooEarly before submission."""
    session = selectors.locked(user_id, session_id)
    if not session.is_sealed:
        raise AddendumTooEarly
    known = Addendum.objects.filter(session=session, pk=addendum_id).first() if addendum_id else None
    rules = red_flags.assess(text).rules
    if known is not None:
        return known, rules
    fields = {"session": session, "number": session.addenda.count() + 1, "text": text, "added_at": now}
    row = Addendum.objects.create(**({"pk": addendum_id} if addendum_id else {}), **fields)
    if rules:
        emergencies.alert(session, rules=rules, source="ADDENDUM", now=now)
    outbox.emit("doctor.addendum_added", key=f"doctor:{session.pk}", payload={"addendum_id": str(row.pk)}, now=now)
    return row, rules


@transaction.atomic
def rate(*, user_id: UUID, session_id: UUID, rating: int, comment: str, now: datetime) -> Feedback:
    """Keep the patient's word on a consultation that took place or should have; FeedbackNotPossible otherwise."""
    session = selectors.session(user_id, session_id)
    if not Assignment.objects.filter(session=session, status__in=OVER).exists():
        raise FeedbackNotPossible
    try:
        with transaction.atomic():
            row = Feedback.objects.create(session=session, rating=rating, comment=comment, given_at=now)
    except IntegrityError as error:
        raise FeedbackNotPossible from error
    outbox.emit("doctor.feedback_given", key=f"doctor:{session.pk}", payload={"feedback_id": str(row.pk)}, now=now)
    return row


@transaction.atomic
def save_contact(*, user_id: UUID, name: str, phone: str, now: datetime) -> EmergencyContact:
    """Keep whom to call with one tap; the earlier one is replaced."""
    values = {"name": name, "phone": phone}
    row, _ = EmergencyContact.objects.update_or_create(user_id=user_id, defaults=values)
    audit.record(actor=f"user:{user_id}", action="doctor.contact_saved", obj=row, now=now)
    return row


@transaction.atomic
def grant(*, user_id: UUID, benefit_id: UUID, starts_on: date, ends_on: date, actor: str, now: datetime) -> ConsultationGrant:
    """Give a user a consultation benefit for some days, both included; the same grant twice is one. GrantNotValid."""
    title = entitlements.consultation_benefit(benefit_id)
    if title is None or ends_on < starts_on:
        raise GrantNotValid
    user = people.user(user_id)
    row, is_new = ConsultationGrant.objects.get_or_create(
        user=user, benefit_id=benefit_id, starts_on=starts_on, defaults={"title": title, "ends_on": ends_on, "granted_by": actor}
    )
    if is_new:
        audit.record(actor=actor, action="doctor.benefit_granted", obj=row, after={"ends_on": ends_on.isoformat()}, now=now)
    return row
