"""Whether a policy covers its members on a day, and why."""

from dataclasses import dataclass
from datetime import date, timedelta

from aarokya.common.display import indian_date
from insurance.models import ISSUED, Policy, PolicyStatus


@dataclass(frozen=True, slots=True)
class Cover:
    """The answer for one day (Asia/Kolkata)."""

    covered: bool
    code: str  # for clients: COVERED, IN_GRACE, NOT_ISSUED, NOT_STARTED, ENDED, GAVE_UP
    reason: str


def last_day(policy: Policy) -> date | None:
    """Return the last day of cover, grace included, as it was or will be; None while it is not issued."""
    if policy.end_date is None or policy.status not in ISSUED:
        return None
    last = policy.end_date + timedelta(days=policy.variant.grace_period_days or 0)
    return min(last, policy.ended_on - timedelta(days=1)) if policy.ended_on else last


def cover_on(policy: Policy, day: date) -> Cover:
    """Return the answer for `day`, past or future; in grace a policy covers, as the insurers of our plans agreed."""
    if policy.status in {PolicyStatus.CANCELLED, PolicyStatus.REJECTED}:
        return Cover(covered=False, code="GAVE_UP", reason=f"The policy was {policy.status}")
    last = last_day(policy)
    if last is None or policy.start_date is None or policy.end_date is None:
        return Cover(covered=False, code="NOT_ISSUED", reason="The insurer has not issued the policy yet")
    if day < policy.start_date:
        return Cover(covered=False, code="NOT_STARTED", reason=f"Cover begins on {indian_date(policy.start_date)}")
    if day > last:
        why = f". {policy.reason}" if policy.reason else ""
        return Cover(covered=False, code="ENDED", reason=f"Cover ended on {indian_date(last)}{why}")
    if day > policy.end_date:
        reason = f"The term ended on {indian_date(policy.end_date)}; in grace until {indian_date(last)}"
        return Cover(covered=True, code="IN_GRACE", reason=reason)
    return Cover(covered=True, code="COVERED", reason=f"Covered until {indian_date(min(policy.end_date, last))}")
