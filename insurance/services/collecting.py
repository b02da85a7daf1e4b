"""Premiums by the day, taken from the wallet of whoever agreed to it: due rows, each collected once a day."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction

from aarokya.common import audit
from aarokya.common.clock import ist_day, ist_midnight
from aarokya.common.errors import Conflict, DomainError
from aarokya.common.ids import effect_id
from aarokya.common.money import Money
from insurance.dues import days_worth, dues
from insurance.models import LIVE, CollectFrom, PaymentPlan, Policy, PolicyStatus
from insurance.premiums import PURPOSE, REFERENCE, prepared
from insurance.services import lifecycle
from insurance.services.purchases import refuse_collection
from payments import selectors as payments
from payments.services import orders
from wallets.selectors import wallet_of

COLLECTED_AT = timedelta(hours=7)  # of a day in Asia/Kolkata
LEASE = timedelta(minutes=10)
TRY_AGAIN = timedelta(minutes=30)
BATCH = 200
logger = structlog.get_logger(__name__)


@transaction.atomic
def agree(policy: Policy, source: CollectFrom | None, *, actor: str, now: datetime) -> None:
    """Write down where the customer lets premiums be taken from; None ends it. IP-1010, Conflict."""
    lifecycle.lock(policy)
    refuse_collection(PaymentPlan(policy.payment_plan), source)
    if source and policy.status not in LIVE:
        raise Conflict(f"The policy is {policy.status}: nothing is collected for it")
    if policy.collect_from == (source or ""):
        return
    before = {"collect_from": policy.collect_from}
    policy.collect_from, policy.collect_at = source or "", now if source else None
    Policy.objects.filter(pk=policy.pk).update(
        collect_from=policy.collect_from, collect_at=policy.collect_at, last_modified_at=now
    )
    after = {"collect_from": policy.collect_from}
    audit.record(actor=actor, action="policy.collection_agreed", obj=policy, before=before, after=after, now=now)


def collect_due(*, now: datetime) -> Iterator[Money]:
    """Collect whatever is due and yield each amount taken. Any number of collectors at once; safe to interrupt."""
    while claimed := claim(now=now):
        for policy_id in claimed:
            taken = collect(policy_id, now=now)
            if taken:
                yield taken


@transaction.atomic
def claim(*, now: datetime) -> list[UUID]:
    """Take up to a batch of due policies for a while; whoever dies leaves them to the next."""
    due = Policy.objects.to_collect(now).order_by("collect_at").select_for_update(skip_locked=True)
    claimed = list(due.values_list("pk", flat=True)[:BATCH])
    Policy.objects.filter(pk__in=claimed).update(collect_at=now + LEASE)
    return claimed


def collect(policy_id: UUID, *, now: datetime) -> Money:
    """Take what is due today from the wallet, as many whole days as it holds; one order a day, however often this runs."""
    policy = Policy.objects.select_related("benefit").get(pk=policy_id)
    day = ist_day(now)
    asked = due_on(policy, day)
    if not asked:
        plan(policy, None if not policy.premium_owed else following(day))
        return Money(0)
    taken = take(policy, asked, day=day, now=now)
    plan(policy, following(day) if taken == asked else now + TRY_AGAIN)
    return taken


def due_on(policy: Policy, day: date) -> Money:
    """Return what the wallet is to pay: a day's premium before the issue, then whatever the days so far have come to.

    Nothing while a mandate debits the same premium.
    """
    if policy.status not in LIVE or payments.is_debited(REFERENCE, policy.pk):
        return Money(0)
    if policy.status == PolicyStatus.PENDING:
        return min(policy.daily_premium, policy.premium_owed)
    return dues(policy, day).due


def take(policy: Policy, asked: Money, *, day: date, now: datetime) -> Money:
    """Pay from the wallet, today's order once. Zero when the wallet has not a day's premium or may not be used."""
    try:
        amount = days_worth(policy, wallet_of(policy.primary_user_id).available, at_most=asked)
        if not amount:
            return amount
        part = orders.Part(user_id=policy.primary_user_id, type=PURPOSE.type, prepared=prepared(policy, amount))
        return orders.take_part(part, row_id=effect_id(key_of(policy, day)), now=now).amount
    except DomainError as refused:
        logger.info("premium.not_collected", policy_id=str(policy.pk), problem=refused.text)
        return Money(0)


def key_of(policy: Policy, day: date) -> str:
    """One order a day before the issue; after it one for each state of what was paid, so that a part may be followed by
    the rest."""
    paid = "" if policy.status == PolicyStatus.PENDING else f":{policy.premium_paid.paise}"
    return f"premium:{policy.pk}:{day}{paid}"


def plan(policy: Policy, at: datetime | None) -> None:
    """Note when to come back, unless the customer has ended it meanwhile."""
    Policy.objects.filter(pk=policy.pk).exclude(collect_from="").update(collect_at=at)


def following(day: date) -> datetime:
    return ist_midnight(day + timedelta(days=1)) + COLLECTED_AT
