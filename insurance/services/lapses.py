"""Cover that is paid by the day lapses when nothing was received for longer than the days of grace."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from aarokya.common.display import indian_date
from insurance.dues import dues
from insurance.models import Policy, PolicyStatus
from insurance.premiums import REFERENCE
from insurance.services import lifecycle
from payments import selectors as payments

ACTOR = "system:advance_policies"


def lapse_all(*, day: date, now: datetime) -> Iterator[UUID]:
    """Lapse every policy whose days of grace are over on `day`, each in its own transaction, and yield it.

    Can be interrupted and run again.
    """
    for policy_id in Policy.objects.lapsed(day).order_by("pk").values_list("pk", flat=True).iterator():
        if lapse(policy_id, day=day, now=now):
            yield policy_id


def lapsing(day: date) -> list[Policy]:
    """Return the policies that `lapse_all` would look at, for who wants to know first."""
    return [policy for policy in Policy.objects.lapsed(day).order_by("pk") if has_lapsed(policy, day)]


def has_lapsed(policy: Policy, day: date) -> bool:
    lapses_on = dues(policy, day).lapses_on
    return lapses_on is not None and lapses_on <= day and not payments.is_being_paid(REFERENCE, policy.pk)


@transaction.atomic
def lapse(policy_id: UUID, *, day: date, now: datetime) -> bool:
    """Expire one policy; False when a premium came meanwhile, or money for it is still on its way."""
    policy = Policy.objects.select_for_update().get(pk=policy_id)
    if not has_lapsed(policy, day):
        return False
    standing = dues(policy, day)
    reason = f"Lapsed: premiums are paid until {indian_date(standing.paid_until or day)}, and {standing.due} is owed since"
    lifecycle.move(policy, PolicyStatus.EXPIRED, action="policy.lapsed", actor=ACTOR, now=now, why=reason, reason=reason)
    return True
