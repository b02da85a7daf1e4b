"""What becomes of a policy: activated, rejected, cancelled, moved on by time. Each move is audited and announced."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from aarokya.common import audit, outbox, state
from aarokya.common.clock import ist_day
from aarokya.common.errors import Conflict, InvalidTransition
from insurance.constraints import refused_by
from insurance.models import ISSUED, Policy, PolicyStatus, PremiumStatus
from insurance.selectors.quotes import invalid
from insurance.services import issues

NUMBER_TAKEN = "policy_number_of_provider"
TERM = ("external_policy_id", "start_date", "end_date")


@transaction.atomic
def activate(
    policy: Policy,
    *,
    external_policy_id: str | None = None,
    start_date: date | None = None,
    end_date: date | None = None,
    actor: str,
    now: datetime,
    reason: str = "",
) -> None:
    """The insurer issued the policy. The term starts today (Asia/Kolkata) and lasts as the variant says, unless told.

    An unpaid premium does not stop it; the audit entry shows it. IP-1010, Conflict for a number in use, InvalidTransition.
    """
    lock(policy)
    term = planned_term(policy, external_policy_id=external_policy_id, start_date=start_date, end_date=end_date, now=now)
    move(policy, PolicyStatus.ACTIVE, action="policy.activated", actor=actor, now=now, why=reason, activated_at=now, **term)
    issues.freeze(policy, now=now)


def planned_term(
    policy: Policy, *, external_policy_id: str | None, start_date: date | None, end_date: date | None, now: datetime
) -> dict[str, Any]:
    """Return the number and days that an activation would write; IP-1010 when they make no term."""
    start = start_date or policy.start_date or ist_day(now)
    term = {
        "external_policy_id": external_policy_id or policy.external_policy_id,
        "start_date": start,
        "end_date": end_date or policy.end_date or policy.variant.last_day(start),
    }
    refuse_term(term)
    return term


def refuse_term(term: dict[str, Any]) -> None:
    if not term["external_policy_id"]:
        raise invalid("external_policy_id", "required", "the insurer's policy number is needed to activate")
    if term["end_date"] < term["start_date"]:
        raise invalid("end_date", "before_start", "must not be before start_date")


@transaction.atomic
def reject(policy: Policy, *, actor: str, now: datetime, reason: str) -> None:
    """The insurer will not issue it; what was paid goes back. A reason is needed (IP-1010)."""
    if not reason.strip():
        raise invalid("reason", "required", "say why the policy is rejected")
    lock(policy)
    move(policy, PolicyStatus.REJECTED, action="policy.rejected", actor=actor, now=now, why=reason, reason=reason)


@transaction.atomic
def cancel(policy: Policy, *, actor: str, now: datetime, reason: str = "") -> None:
    """The customer does not want it after all; only while it is pending and unpaid."""
    lock(policy)
    if policy.premium_status != PremiumStatus.UNPAID:
        raise InvalidTransition("A policy that was paid for cannot be cancelled")
    move(policy, PolicyStatus.CANCELLED, action="policy.cancelled", actor=actor, now=now, why=reason, reason=reason)


@transaction.atomic
def advance(policy: Policy, to: PolicyStatus, *, actor: str, now: datetime, reason: str = "") -> None:
    """Move an issued policy on: grace, renewal due, reissuance due, expired. InvalidTransition."""
    lock(policy)
    move(policy, to, action="policy.moved", actor=actor, now=now, why=reason)


@transaction.atomic
def correct(policy: Policy, changes: dict[str, Any], *, actor: str, now: datetime, reason: str = "") -> None:
    """Correct the insurer's number or the term without a move. IP-1010, Conflict."""
    lock(policy)
    before = facts(policy)
    term = {name: getattr(policy, name) for name in TERM} | {name: value for name, value in changes.items() if value is not None}
    if term["start_date"] and term["end_date"] and term["end_date"] < term["start_date"]:
        raise invalid("end_date", "before_start", "must not be before start_date")
    with number_guard():
        Policy.objects.filter(pk=policy.pk).update(last_modified_at=now, **term)
    for name, value in term.items():
        setattr(policy, name, value)
    if facts(policy) != before:
        audit.record(
            actor=actor, action="policy.corrected", obj=policy, before=before, after=facts(policy), reason=reason, now=now
        )
        if policy.status in ISSUED:
            issues.freeze(policy, now=now)


def lock(policy: Policy) -> None:
    """Wait for whoever is changing the policy (a payment, another clerk) and see what they made of it."""
    columns = ("status", "reason", "premium_status", "premium_paid", "collect_from", "collect_at", "activated_at", *TERM)
    policy.refresh_from_db(fields=columns, from_queryset=Policy.objects.select_for_update(of=("self",)))


def move(policy: Policy, to: PolicyStatus, *, action: str, actor: str, now: datetime, why: str, **fields: Any) -> None:
    before = facts(policy)
    if to == PolicyStatus.EXPIRED:
        fields["ended_on"] = ist_day(now)
    with number_guard():
        state.move(policy, to, last_modified_at=now, **fields)
    audit.record(actor=actor, action=action, obj=policy, before=before, after=facts(policy), reason=why, now=now)
    payload = {"policy_id": str(policy.pk), "user_id": str(policy.primary_user_id), "status": str(policy.status)}
    outbox.emit(action, key=f"user:{policy.primary_user_id}", payload=payload, now=now)


@contextmanager
def number_guard() -> Iterator[None]:
    """A savepoint that turns a policy number in use into Conflict."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if refused_by(error, NUMBER_TAKEN):
            raise Conflict("external_policy_id: another policy of this provider has this number") from error
        raise


def facts(policy: Policy) -> dict[str, Any]:
    """Return what the audit log keeps of a policy's state."""
    return {
        "status": str(policy.status),
        "premium_status": str(policy.premium_status),
        "external_policy_id": policy.external_policy_id,
        "start_date": policy.start_date and policy.start_date.isoformat(),
        "end_date": policy.end_date and policy.end_date.isoformat(),
    }
