"""The next term of a policy: bought like the first one, at today's prices, following without a gap where it can."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from aarokya.common.clock import ist_day
from insurance.errors import RenewalNotOpen
from insurance.gateways.base import PatientGateway
from insurance.models import CollectFrom, PaymentPlan, Policy, PolicyStatus
from insurance.nominees import Nominee, from_json
from insurance.services import purchases

OPENS = timedelta(days=60)  # before the last day
OVER = {PolicyStatus.IN_GRACE, PolicyStatus.RENEWAL}


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What is to be different in the next term; None keeps what was."""

    dependant_ids: Sequence[UUID] | None = None
    nominee: Nominee | None = None
    payment_plan: PaymentPlan | None = None
    collect_from: CollectFrom | None = None
    answers: Mapping[str, bool] = field(default_factory=dict)


def renew(policy: Policy, wishes: Wishes, *, policy_id: UUID, gateway: PatientGateway, actor: str, now: datetime) -> Policy:
    """Return the next term's policy, `pending`; a repeat with the same `policy_id` returns the one made before.

    RenewalNotOpen (IP-1017), PolicyExists (IP-1008) when it is renewed already, and what buying may answer.
    """
    today = ist_day(now)
    if not policy.renewals.filter(pk=policy_id).exists():
        refuse_unrenewable(policy, day=today)
    return purchases.buy(
        purchases.Application(
            user_id=policy.primary_user_id,
            benefit_id=policy.benefit_id,
            dependant_ids=family(policy) if wishes.dependant_ids is None else wishes.dependant_ids,
            nominee=wishes.nominee or nominee(policy),
            payment_plan=wishes.payment_plan or PaymentPlan(policy.payment_plan),
            collect_from=wishes.collect_from or collected_from(policy, wishes.payment_plan),
            answers=wishes.answers or answers(policy),
            policy_id=policy_id,
            renewal_of=policy,
            start_date=next_start(policy),
        ),
        gateway=gateway,
        actor=actor,
        now=now,
    )


def refuse_unrenewable(policy: Policy, *, day: date) -> None:
    if not is_open(policy, day=day):
        raise RenewalNotOpen(
            f"A policy can be renewed from {OPENS.days} days before its last day until it expires; this one is {policy.status}"
        )


def is_open(policy: Policy, *, day: date) -> bool:
    """Whether the policy may be renewed on `day`."""
    if policy.status in OVER:
        return True
    ending = policy.end_date is not None and policy.end_date - OPENS <= day
    return ending and policy.status in {PolicyStatus.ACTIVE, PolicyStatus.REISSUANCE}


def next_start(policy: Policy) -> date | None:
    """Return the day after the last one; None after cover lapsed: then the new term starts when it is issued."""
    if policy.end_date is None or policy.status == PolicyStatus.RENEWAL:
        return None
    return policy.end_date + timedelta(days=1)


def family(policy: Policy) -> list[UUID]:
    """Return the members beside the policyholder."""
    return [member.dependant_id for member in policy.members.all() if member.position > 0]


def collected_from(policy: Policy, payment_plan: PaymentPlan | None) -> CollectFrom | None:
    """Return where premiums were taken from, as long as they come by the day."""
    by_the_day = (payment_plan or policy.payment_plan) == PaymentPlan.DAILY
    return CollectFrom(policy.collect_from) if by_the_day and policy.collect_from else None


def nominee(policy: Policy) -> Nominee | None:
    return from_json(policy.nominee_details) if policy.nominee_details else None


def answers(policy: Policy) -> dict[str, bool]:
    """Return the answers given last time; new questions must be answered anew."""
    questions = (policy.questionnaire or {}).get("questions", [])
    return {each["question"]: each["answer"] for each in questions}
