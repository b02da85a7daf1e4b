"""One request of staff about a policy, sent to the verb it means."""

from datetime import date, datetime
from typing import Any

from insurance.models import Policy, PolicyStatus
from insurance.selectors.quotes import invalid
from insurance.services import lifecycle


def amend(
    policy: Policy,
    *,
    status: PolicyStatus | None = None,
    external_policy_id: str | None = None,
    start_date: date | None = None,
    end_date: date | None = None,
    reason: str = "",
    actor: str,
    now: datetime,
) -> None:
    """Activate, reject, cancel or move the policy, or correct its number and term. IP-1010, Conflict, InvalidTransition."""
    term: dict[str, Any] = {"external_policy_id": external_policy_id, "start_date": start_date, "end_date": end_date}
    if status == PolicyStatus.ACTIVE:
        lifecycle.activate(policy, **term, actor=actor, now=now, reason=reason)
    elif status is None:
        lifecycle.correct(policy, term, actor=actor, now=now, reason=reason)
    elif any(term.values()):
        raise invalid("status", "combination", "number and dates go with status active, or without a status")
    elif status == PolicyStatus.REJECTED:
        lifecycle.reject(policy, actor=actor, now=now, reason=reason)
    elif status == PolicyStatus.CANCELLED:
        lifecycle.cancel(policy, actor=actor, now=now, reason=reason)
    else:
        lifecycle.advance(policy, status, actor=actor, now=now, reason=reason)
