"""Reminding customers of the end of cover: 30, 7 and 1 days before the term's, in grace, and before unpaid premiums end it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction

from aarokya.common import outbox
from insurance.dues import dues
from insurance.models import ISSUED, Policy, PolicyReminder, PolicyStatus, ReminderKind

UNPAID = ((1, ReminderKind.LAPSES_1), (3, ReminderKind.LAPSES_3), (10, ReminderKind.LAPSES_10))
QUIET = timedelta(days=15)  # who pays a day now and then hears the same no more often
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


def warn_all(*, day: date, now: datetime) -> Iterator[PolicyReminder]:
    """Warn everybody whose cover lapses soon because premiums by the day stay away; as `remind_all` in all else."""
    for policy in Policy.objects.unpaid_since(day).order_by("pk").iterator():
        lapses_on = dues(policy, day).lapses_on
        kind = warning(policy, (lapses_on - day).days, now=now) if lapses_on else None
        given = remind(policy, kind, end_date=lapses_on, now=now) if kind and lapses_on else None
        if given is not None:
            yield given


def warning(policy: Policy, left: int, *, now: datetime) -> ReminderKind | None:
    """Return the warning for so many days before the lapse, unless it was given not long ago."""
    kind = next((kind for days, kind in UNPAID if left <= days), None)
    said = PolicyReminder.objects.filter(policy=policy, kind=kind, given_at__gt=now - QUIET).exists()
    return None if said else kind


@transaction.atomic
def remind(policy: Policy, kind: ReminderKind, *, end_date: date, now: datetime) -> PolicyReminder | None:
    """Write the reminder down and announce it; None when it was given before."""
    reminder, new = PolicyReminder.objects.get_or_create(policy=policy, kind=kind, end_date=end_date, defaults={"given_at": now})
    if not new:
        return None
    payload = {
        "policy_id": str(policy.pk),
        "user_id": str(policy.primary_user_id),
        "kind": str(kind),
        "end_date": end_date.isoformat(),
    }
    topic = "policy.premium_reminder" if kind in {warned for _, warned in UNPAID} else "policy.renewal_reminder"
    outbox.emit(topic, key=f"user:{policy.primary_user_id}", payload=payload, now=now)
    return reminder
