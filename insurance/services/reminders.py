"""Reminding customers of a policy's end: 30, 7 and 1 days before, and in grace."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction

from aarokya.common import outbox
from insurance.models import ISSUED, Policy, PolicyReminder, PolicyStatus, ReminderKind

BEFORE = ((1, ReminderKind.DAYS_1), (7, ReminderKind.DAYS_7), (30, ReminderKind.DAYS_30))  # the nearest first


def due(policy: Policy, *, day: date) -> ReminderKind | None:
    """Return the reminder that `day` asks for; after days without a run, the nearest one alone."""
    if policy.end_date is None:
        return None
    left = (policy.end_date - day).days
    if left >= 0:
        return next((kind for days, kind in BEFORE if left <= days), None)
    grace = policy.variant.grace_period_days or 0
    if grace + left < 0:
        return None
    return ReminderKind.GRACE_ENDS if grace + left <= 1 else ReminderKind.GRACE


def remind_all(*, day: date, now: datetime) -> Iterator[PolicyReminder]:
    """Give every reminder that is due and was not given, each in its own transaction; repeated runs give nothing twice."""
    ending = Policy.objects.filter(status__in=set(ISSUED) - {PolicyStatus.EXPIRED}, end_date__lte=day + timedelta(days=30))
    unrenewed = ending.exclude(renewals__status__in=ISSUED).select_related("variant").order_by("pk")
    for policy in unrenewed.iterator():
        kind = due(policy, day=day)
        given = remind(policy, kind, end_date=policy.end_date, now=now) if kind and policy.end_date else None
        if given is not None:
            yield given


@transaction.atomic
def remind(policy: Policy, kind: ReminderKind, *, end_date: date, now: datetime) -> PolicyReminder | None:
    """Write the reminder down and announce `policy.renewal_reminder`; None when it was given before."""
    reminder, new = PolicyReminder.objects.get_or_create(policy=policy, kind=kind, end_date=end_date, defaults={"given_at": now})
    if not new:
        return None
    payload = {
        "policy_id": str(policy.pk),
        "user_id": str(policy.primary_user_id),
        "kind": str(kind),
        "end_date": end_date.isoformat(),
    }
    outbox.emit("policy.renewal_reminder", key=f"user:{policy.primary_user_id}", payload=payload, now=now)
    return reminder
