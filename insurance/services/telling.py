"""What customers are told about their cover by text message."""

from datetime import date, datetime, timedelta
from uuid import UUID

from accounts.services import notices
from insurance.documents.words import day
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


def policy_of(policy_id: UUID) -> Policy:
    return Policy.objects.select_related("primary_user", "variant", "benefit").get(pk=policy_id)


def tell(policy: Policy, template: str, until: date, *, key: str, now: datetime) -> None:
    values = {"policy": policy.benefit.name, "date": day(until, policy.primary_user.language)}
    notices.owe(user_id=policy.primary_user_id, template=template, business_key=key, values=values, now=now)
