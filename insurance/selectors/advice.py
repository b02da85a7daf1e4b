"""What the policyholder should do next, and by which day."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from insurance.dues import dues
from insurance.models import LIVE, Policy, PolicyStatus, PremiumStatus
from insurance.selectors.coverage import last_day


class NextStep(StrEnum):
    """In the order in which they are asked for."""

    BUY = "BUY"  # this policy is over
    PAY_PREMIUM = "PAY_PREMIUM"
    WAIT_FOR_ISSUE = "WAIT_FOR_ISSUE"  # paid for; by then it is issued or given back
    RENEW = "RENEW"
    NOTHING = "NOTHING"


@dataclass(frozen=True, slots=True)
class Advice:
    """`by` is the last day on which it helps; None when there is no such day."""

    step: NextStep
    by: date | None = None


def advice(policy: Policy, *, today: date, may_renew: bool, is_renewed: bool, refund_on: date | None) -> Advice:
    """Return the next step for `today` (Asia/Kolkata). A policy whose next term was bought asks for nothing but its premium."""
    if policy.status not in LIVE:
        return Advice(NextStep.NOTHING if is_renewed else NextStep.BUY)
    if policy.status == PolicyStatus.PENDING and policy.premium_status != PremiumStatus.UNPAID:
        return Advice(NextStep.WAIT_FOR_ISSUE, refund_on)
    standing = dues(policy, today)
    if policy.status == PolicyStatus.PENDING or standing.due:
        return Advice(NextStep.PAY_PREMIUM, standing.lapses_on and standing.lapses_on - timedelta(days=1))
    return Advice(NextStep.RENEW, last_day(policy)) if may_renew else Advice(NextStep.NOTHING)
