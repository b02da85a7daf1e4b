"""Being forgotten: asked for, withdrawn, held by the law, carried out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from aarokya.common import audit
from aarokya.common.clock import ist_day, ist_midnight
from aarokya.common.errors import Conflict, NotFound
from aarokya.common.personal_data import Kept, holders
from aarokya.common.state import move
from accounts import selectors
from accounts.models import ErasureRequest, ErasureStatus, LegalHold, RevocationReason, UserSession, UserStatus
from accounts.services import people, sessions

NOTICE = timedelta(hours=48)  # a stolen phone must not erase its owner; the law wants the same pause
LOOK_AGAIN = timedelta(days=1)
ACTOR = "system:erasure"


@transaction.atomic
def request(*, user_id: UUID, actor: str, now: datetime) -> ErasureRequest:
    """Note the wish and say what stands against it. Asked twice, the first answer stands."""
    user = selectors.locked_user(user_id)
    existing = selectors.erasure_of(user_id)
    if existing is not None:
        return existing
    due_at = now + NOTICE
    made = ErasureRequest.objects.create(
        user=user, requested_at=now, due_at=due_at, next_look_at=due_at, waits_for=obstacles(user_id), kept=told(user_id, now=now)
    )
    audit.record(actor=actor, action="erasure.requested", obj=made, after={"user": str(user_id)}, now=now)
    return made


@transaction.atomic
def withdraw(*, user_id: UUID, actor: str, now: datetime) -> ErasureRequest:
    """Take the wish back while nothing has been erased. NotFound when there is none, InvalidTransition afterwards."""
    selectors.locked_user(user_id)
    made = selectors.erasure_of(user_id)
    if made is None:
        raise NotFound("No erasure was asked for")
    move(made, ErasureStatus.WITHDRAWN, next_look_at=None)
    audit.record(actor=actor, action="erasure.withdrawn", obj=made, now=now)
    return made


def erase_due(*, now: datetime) -> int:
    """Carry out what is due, each request in its own transaction; return how many were erased or completed."""
    due = list(ErasureRequest.objects.due(now).order_by("next_look_at").values_list("pk", flat=True))
    return sum(carry_out(request_id=request_id, now=now) for request_id in due)


@transaction.atomic
def carry_out(*, request_id: UUID, now: datetime) -> bool:
    """Erase what nothing stands against; False when something does, or when somebody else was faster."""
    made = ErasureRequest.objects.due(now).select_for_update(skip_locked=True).filter(pk=request_id).first()
    if made is None:
        return False
    waits_for = obstacles(made.user_id)
    if waits_for:
        ErasureRequest.objects.filter(pk=made.pk).update(waits_for=waits_for, next_look_at=now + LOOK_AGAIN)
        return False
    erase(made, now=now)
    return True


def erase(made: ErasureRequest, *, now: datetime) -> None:
    """Close the user, have every app forget them, and note what stays and until when."""
    close(made.user_id, now=now)
    records = kept(made.user_id, now=now)
    spare = frozenset(person for record in records for person in record.people)
    for holder in holders():
        holder.erase(made.user_id, spare=spare, now=now)
    again_at = ist_midnight(min(record.until for record in records)) if records else None
    status = ErasureStatus.ERASED if records else ErasureStatus.COMPLETE
    values: dict[str, Any] = {"waits_for": [], "kept": worded(records), "next_look_at": again_at}
    if made.status == status:
        ErasureRequest.objects.filter(pk=made.pk).update(**values)
    else:
        move(made, status, **values, erased_at=made.erased_at or now)
    audit.record(actor=ACTOR, action="erasure.carried_out", obj=made, after={"kept": worded(records)}, now=now)


def close(user_id: UUID, *, now: datetime) -> None:
    user = selectors.locked_user(user_id)
    sessions.end(UserSession.objects.filter(user=user), because=RevocationReason.ERASED, now=now)
    if user.status != UserStatus.DEACTIVATED:
        people.deactivate(user_id=user_id, actor=ACTOR, reason="erasure", now=now)


def obstacles(user_id: UUID) -> list[str]:
    """Return in words what must end before the user can be forgotten."""
    return [words for holder in holders() for words in holder.waits_for(user_id)]


def kept(user_id: UUID, *, now: datetime) -> list[Kept]:
    return [record for holder in holders() for record in holder.kept(user_id, today=ist_day(now))]


def told(user_id: UUID, *, now: datetime) -> list[dict[str, str]]:
    return worded(kept(user_id, now=now))


def worded(records: Sequence[Kept]) -> list[dict[str, str]]:
    return [{"what": each.what, "because": each.because, "until": each.until.isoformat()} for each in records]


@transaction.atomic
def place_hold(*, user_id: UUID, reason: str, actor: str, now: datetime) -> LegalHold:
    """Nothing of this user is erased until the hold is lifted. Conflict when one is in force."""
    user = selectors.locked_user(user_id)
    if selectors.legal_holds_of(user_id).exists():
        raise Conflict("A legal hold is in force already")
    hold = LegalHold.objects.create(user=user, reason=reason, placed_by=actor, placed_at=now)
    audit.record(actor=actor, action="legal_hold.placed", obj=hold, after={"user": str(user_id)}, reason=reason, now=now)
    return hold


@transaction.atomic
def lift_hold(*, user_id: UUID, reason: str, actor: str, now: datetime) -> None:
    """End the hold. NotFound when there is none."""
    hold = selectors.legal_holds_of(user_id).select_for_update().first()
    if hold is None:
        raise NotFound("No legal hold is in force")
    LegalHold.objects.filter(pk=hold.pk).update(lifted_by=actor, lifted_at=now, last_modified_at=now)
    audit.record(actor=actor, action="legal_hold.lifted", obj=hold, reason=reason, now=now)
