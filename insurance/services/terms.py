"""What time and changed people make of issued policies."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from aarokya.common.clock import age_on, ist_day
from aarokya.common.errors import InvalidTransition
from insurance.documents import snapshots
from insurance.errors import PolicyNotFound
from insurance.models import ISSUED, Policy, PolicyStatus
from insurance.plans import plan_code
from insurance.services import lifecycle

# Without grace the cover has ended, but the customer may still renew for so many days before the policy is history.
RENEWAL_DAYS = 30
ACTOR = "system:advance_policies"


def status_on(policy: Policy, day: date) -> PolicyStatus:
    """Return the status that an issued policy must have on `day`, from its term and its variant's grace period."""
    status = PolicyStatus(policy.status)
    if status == PolicyStatus.EXPIRED or policy.end_date is None or day <= policy.end_date:
        return status
    grace = policy.variant.grace_period_days or 0
    last = policy.end_date + timedelta(days=grace or RENEWAL_DAYS)
    if day > last:
        return PolicyStatus.EXPIRED
    if status == PolicyStatus.RENEWAL:
        return status
    return PolicyStatus.IN_GRACE if grace else PolicyStatus.RENEWAL


def advance(policy_id: UUID, *, day: date, now: datetime) -> PolicyStatus | None:
    """Move one policy to where `day` puts it; return the new status, None when it is there already."""
    policy = Policy.objects.select_related("variant").filter(pk=policy_id).first()
    if policy is None:
        raise PolicyNotFound
    to = status_on(policy, day)
    if to != policy.status and policy.renewals.filter(status__in=ISSUED).exists():
        to = PolicyStatus.EXPIRED  # the next term has begun: there is nothing left to renew
    if to == policy.status:
        return None
    lifecycle.advance(policy, to, actor=ACTOR, now=now, reason=f"term ended {policy.end_date}")
    return to


def outgrown(policy: Policy, *, day: date) -> bool:
    """Whether a birthday since the last issue changed the plan code: a child of then is an adult now."""
    issue = policy.issues.order_by("-number").first()
    if issue is None:
        return False
    form = snapshots.from_json(issue.form)
    then, today = ([age_on(on, born_on=each.date_of_birth) for each in form.members] for on in (ist_day(issue.issued_at), day))
    return plan_code(then) != plan_code(today)


def reissue_outgrown(*, day: date, now: datetime) -> Iterator[UUID]:
    """Ask for a new issue of every active policy that a birthday changed, and yield it. Safe to repeat and to interrupt."""
    for policy in Policy.objects.filter(status=PolicyStatus.ACTIVE).order_by("pk").iterator():
        if not outgrown(policy, day=day):
            continue
        try:
            lifecycle.advance(policy, PolicyStatus.REISSUANCE, actor=ACTOR, now=now, reason="a birthday changed the plan code")
        except InvalidTransition:
            continue
        yield policy.pk


def require_reissuance(dependant_id: UUID, *, now: datetime) -> int:
    """A covered person's identity changed: their active policies must be issued anew. Return how many."""
    rows = Policy.objects.filter(members__dependant_id=dependant_id, status=PolicyStatus.ACTIVE)
    for policy in rows:
        lifecycle.advance(
            policy, PolicyStatus.REISSUANCE, actor="system:people", now=now, reason="a covered person's data changed"
        )
    return len(rows)


def advance_all(*, day: date, now: datetime) -> Iterator[tuple[UUID, PolicyStatus]]:
    """Advance every policy whose term is over, each in its own transaction, and yield those that moved.

    Can be interrupted and run again; one that somebody else moves meanwhile is left to them.
    """
    ended = Policy.objects.issued_and_over(day).order_by("pk").values_list("pk", flat=True)
    for policy_id in ended.iterator():
        try:
            to = advance(policy_id, day=day, now=now)
        except InvalidTransition:
            continue
        if to is not None:
            yield policy_id, to
