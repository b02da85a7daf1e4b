"""Contributions that come by themselves: each turn once, on its day in Asia/Kolkata, until the last."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from aarokya.common import audit
from aarokya.common.clock import ist_day
from aarokya.common.errors import DomainError
from aarokya.common.money import Money
from aarokya.common.state import move
from wallets import selectors
from wallets.errors import PotEmpty, SponsorNotActive
from wallets.models import Interval, RecurringContribution, RecurringStatus
from wallets.services.contributions import give
from wallets.services.sponsors import active

SWEEP_MAX = 1_000


@transaction.atomic
def start(
    *,
    recurring_id: UUID,
    sponsor_id: UUID,
    user_id: UUID,
    amount: Money,
    interval: Interval,
    starts_on: date,
    ends_on: date | None,
    note: str,
    actor: str,
    now: datetime,
) -> RecurringContribution:
    """Begin giving. A first day in the past is due at once, and so is each turn since. SponsorNotActive, NotFound."""
    sponsor = active(sponsor_id)
    selectors.beneficiary(user_id)
    made = RecurringContribution.objects.create(
        pk=recurring_id,
        sponsor=sponsor,
        user_id=user_id,
        amount=amount,
        interval=interval,
        starts_on=starts_on,
        next_on=starts_on,
        ends_on=ends_on,
        note=note,
        created_by=actor,
    )
    after = {"amount": amount.paise, "interval": interval.value, "starts_on": str(starts_on), "ends_on": str(ends_on or "")}
    audit.record(actor=actor, action="contribution.scheduled", obj=made, after=after, now=now)
    return made


@transaction.atomic
def end(*, recurring_id: UUID, actor: str, now: datetime) -> RecurringContribution:
    """Give no more; a second time changes nothing. NotFound."""
    found = selectors.recurring(recurring_id)
    if found.status == RecurringStatus.ACTIVE:
        move(found, RecurringStatus.ENDED)
        audit.record(actor=actor, action="contribution.ended", obj=found, after={"turns": found.turn}, now=now)
    return found


def due(*, now: datetime, limit: int = SWEEP_MAX) -> list[UUID]:
    rows = RecurringContribution.objects.filter(status=RecurringStatus.ACTIVE, next_on__lte=ist_day(now))
    return list(rows.order_by("next_on", "id").values_list("id", flat=True)[:limit])


@transaction.atomic
def give_turn(*, recurring_id: UUID, now: datetime) -> bool:
    """Give the turn that is due, if nobody else does, and set the next one; whether the money is in the wallet.

    An empty pot or a sponsor that is not active keeps the turn due; any other refusal is noted and that turn is over.
    """
    active_ones = RecurringContribution.objects.select_related("sponsor").filter(
        pk=recurring_id, status=RecurringStatus.ACTIVE, next_on__lte=ist_day(now)
    )
    found = active_ones.select_for_update(skip_locked=True, of=("self",)).first()
    if found is None:
        return False
    refusal = refusal_of_turn(found, now=now)
    if refusal in (PotEmpty.__name__, SponsorNotActive.__name__):
        RecurringContribution.objects.filter(pk=found.pk).update(last_refusal=refusal)
        return False
    advance(found, refusal)
    return not refusal


def refusal_of_turn(found: RecurringContribution, *, now: datetime) -> str:
    """Give; return the name of the refusal or nothing."""
    try:
        give(
            active(found.sponsor_id),
            user_id=found.user_id,
            amount=found.amount,
            reference=f"{found.pk}/{found.turn}",
            note=found.note,
            reference_type="RECURRING",
            now=now,
        )
    except DomainError as refused:
        return type(refused).__name__
    return ""


def advance(found: RecurringContribution, refusal: str) -> None:
    next_on = found.day_of(found.turn + 1)
    over = found.ends_on is not None and next_on > found.ends_on
    status = RecurringStatus.ENDED if over else RecurringStatus.ACTIVE
    RecurringContribution.objects.filter(pk=found.pk).update(
        turn=found.turn + 1, next_on=next_on, status=status, last_refusal=refusal
    )
