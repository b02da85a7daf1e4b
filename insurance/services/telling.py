"""What customers are told about their cover by text message."""

from datetime import date, datetime, timedelta
from uuid import UUID

from aarokya.common.clock import ist_day
from accounts.services import notices
from insurance.documents.words import day
from insurance.dues import dues
from insurance.models import Policy, ReminderKind

IN_GRACE = frozenset({ReminderKind.GRACE, ReminderKind.GRACE_ENDS})


def reminder(*, policy_id: UUID, kind: str, end_date: date, now: datetime) -> None:
    """Say that the policy ends, or that it has ended and until when it may still be renewed."""
    policy = policy_of(policy_id)
    in_grace = kind in IN_GRACE
    last = end_date + timedelta(days=policy.variant.grace_period_days or 0) if in_grace else end_date
    tell(policy, "policy_grace" if in_grace else "policy_ends", last, key=f"reminder:{policy_id}:{kind}:{end_date}", now=now)


def activation(*, policy_id: UUID, now: datetime) -> None:
    """Say that the insurer has issued the policy."""
    policy = policy_of(policy_id)
    if policy.end_date is not None:
        tell(policy, "policy_active", policy.end_date, key=f"activated:{policy_id}:{policy.start_date}", now=now)


def unpaid(*, policy_id: UUID, kind: str, lapses_on: date, now: datetime) -> None:
    """Say what is owed and by which day it has to be there; nothing any more once it was paid."""
    policy = policy_of(policy_id)
    standing = dues(policy, ist_day(now))
    if standing.lapses_on is None:
        return
    last = standing.lapses_on - timedelta(days=1)
    key = f"unpaid:{policy_id}:{kind}:{lapses_on}"
    tell(policy, "premium_due", last, key=key, now=now, amount=f"Rs {standing.due.as_rupees()}")  # ₹ is in no GSM alphabet


def lapse(*, policy_id: UUID, now: datetime) -> None:
    """Say that the cover has ended for want of premiums."""
    policy = policy_of(policy_id)
    if policy.ended_on is not None:
        tell(policy, "policy_lapsed", policy.ended_on, key=f"lapsed:{policy_id}", now=now)


def policy_of(policy_id: UUID) -> Policy:
    return Policy.objects.select_related("primary_user", "variant", "benefit").get(pk=policy_id)


def tell(policy: Policy, template: str, until: date, *, key: str, now: datetime, **more: str) -> None:
    values = {"policy": policy.benefit.name, "date": day(until, policy.primary_user.language), **more}
    notices.owe(user_id=policy.primary_user_id, template=template, business_key=key, values=values, now=now)
