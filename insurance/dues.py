"""What a policy paid by the day owes by a day, and when its cover lapses: arithmetic over one policy, no queries."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from aarokya.common.money import Money
from insurance.models import IN_TERM, LIVE, PaymentPlan, Policy, PolicyStatus


@dataclass(frozen=True, slots=True)
class Dues:
    """How a policy stands on a day (Asia/Kolkata). Without days that could lapse, both dates are None."""

    due: Money  # of the premium, for the days of cover up to and including this one
    paid_until: date | None  # the last day of cover that what was received pays for
    lapses_on: date | None  # the first day without cover, if nothing more is paid


def dues(policy: Policy, day: date) -> Dues:
    """Return how the policy stands on `day`; a premium by the year is due at once and does not lapse."""
    if policy.payment_plan == PaymentPlan.ANNUAL:
        return Dues(policy.premium_owed, None, None)
    start, end, daily = policy.start_date, policy.end_date, policy.daily_premium
    if policy.status not in LIVE or policy.status == PolicyStatus.PENDING or start is None or end is None or not daily:
        return Dues(Money(0), None, None)
    days = max((min(day, end) - start).days + 1, 0)
    due = max(min(Money(daily.paise * days), policy.annual_premium) - policy.premium_paid, Money(0))
    if not policy.premium_owed:
        return Dues(due, end, None)
    paid_until = start + timedelta(days=policy.premium_paid.paise // daily.paise - 1)
    if paid_until >= end:
        return Dues(due, end, None)
    lapses_on = paid_until + timedelta(days=settings.PREMIUM_GRACE_DAYS + 1)
    return Dues(due, paid_until, lapses_on if lapses_on <= end and policy.status in IN_TERM else None)


def days_worth(policy: Policy, amount: Money, *, at_most: Money) -> Money:
    """Return what whole days' premiums `amount` pays for, of `at_most`; all of that when it suffices."""
    if amount >= at_most:
        return at_most
    daily = policy.daily_premium
    return Money(amount.paise // daily.paise * daily.paise)
