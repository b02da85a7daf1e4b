"""Buying a policy: all or nothing, across our database and the provider's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from aarokya.common import audit, ids, outbox
from insurance.constraints import refused_by
from insurance.errors import PolicyExists
from insurance.gateways.base import PatientGateway
from insurance.models import CollectFrom, PaymentPlan, PlanVariant, Policy, PolicyMember, PolicyStatus
from insurance.nominees import Nominee
from insurance.quotations import Price, refuse_other_price
from insurance.selectors import policies
from insurance.selectors.quotes import Quote, invalid, quote
from insurance.services import mrns, patients

ONE_LIVE = "policy_one_live"
ONE_RENEWAL = "policy_one_renewal"
NEVER_ISSUED = (PolicyStatus.CANCELLED, PolicyStatus.REJECTED)


@dataclass(frozen=True, kw_only=True)
class Application:
    """What somebody asks for."""

    user_id: UUID
    benefit_id: UUID
    dependant_ids: Sequence[UUID]
    nominee: Nominee | None = None
    payment_plan: PaymentPlan = PaymentPlan.ANNUAL
    collect_from: CollectFrom | None = None  # where a day's premium is taken from without asking each day
    answers: Mapping[str, bool] = field(default_factory=dict)  # question → yes or no
    policy_id: UUID = field(default_factory=ids.uuid7)  # the same at every repeat of one request
    renewal_of: Policy | None = None  # whose next term this is
    start_date: date | None = None  # of a renewal that follows without a gap
    price: Price | None = None  # what the customer was promised


def buy(application: Application, *, gateway: PatientGateway, actor: str, now: datetime) -> Policy:
    """Return the policy, `pending`; a repeat with the same `policy_id` returns the one bought before.

    The provider is asked first, outside any transaction, and its answers are kept; then one transaction writes the
    MRNs and the policy. IP-1002…1010, 1012, 1013, 1014, 1015.
    """
    if Policy.objects.of(application.user_id).filter(pk=application.policy_id).exists():
        return policies.policy_of(application.user_id, application.policy_id)
    offer = quote(
        user_id=application.user_id,
        benefit_id=application.benefit_id,
        dependant_ids=application.dependant_ids,
        nominee=application.nominee,
        nominee_asked=True,
        now=now,
    )
    refuse_collection(application.payment_plan, application.collect_from)
    refuse_answers(offer.variant, application.answers)
    refuse_other_price(offer, application.price)
    refuse_second(application, offer)
    numbers = patients.find_or_register(
        members=offer.members, provider=offer.benefit.provider, phone=offer.user.phone, gateway=gateway, now=now
    )
    write(application, offer, numbers, actor=actor, now=now)
    return policies.policy_of(application.user_id, application.policy_id)


def refuse_second(application: Application, offer: Quote) -> None:
    """One live policy of a benefit; a renewal beside the one it renews, once. PolicyExists (IP-1008)."""
    mine = Policy.objects.of(application.user_id)
    old = application.renewal_of
    others = mine.live().filter(benefit=offer.benefit) if old is None else old.renewals.exclude(status__in=NEVER_ISSUED)
    if others.exists():
        raise PolicyExists


def refuse_collection(payment_plan: PaymentPlan, source: CollectFrom | None) -> None:
    """IP-1010 for a premium by the year: it is never taken unasked."""
    if source and payment_plan != PaymentPlan.DAILY:
        raise invalid("collect_from", "not_by_the_day", "only premiums that are paid by the day are collected")


def refuse_answers(variant: PlanVariant, answers: Mapping[str, bool]) -> None:
    """Every question of the variant, and no other, must be answered."""
    missing = [question for question in variant.questionnaire if question not in answers]
    if missing:
        raise invalid("questionnaire_responses", "missing", f"must answer: {missing[0]}")
    unknown = [question for question in answers if question not in variant.questionnaire]
    if unknown:
        raise invalid("questionnaire_responses", "unknown", f"plan {variant.plan_code} does not ask: {unknown[0][:80]}")


def write(application: Application, offer: Quote, numbers: Mapping[UUID, dict[str, str]], *, actor: str, now: datetime) -> None:
    """Write MRNs, policy and members together; PolicyExists when another request of this user was faster."""
    try:
        with transaction.atomic():
            mapping = mrns.write_map(offer.members, offer.benefit.provider, numbers)
            policy = new_policy(application, offer, mapping, now=now)
            policy.save(force_insert=True)
            PolicyMember.objects.bulk_create(
                PolicyMember(policy=policy, dependant=member, position=position) for position, member in enumerate(offer.members)
            )
            announce(policy, actor=actor, now=now)
    except IntegrityError as error:
        if refused_by(error, ONE_LIVE) or refused_by(error, ONE_RENEWAL):
            raise PolicyExists from error
        raise


def new_policy(application: Application, offer: Quote, mapping: dict[str, str], *, now: datetime) -> Policy:
    old = application.renewal_of
    return Policy(
        pk=application.policy_id,
        primary_user=offer.user,
        benefit=offer.benefit,
        provider=offer.benefit.provider,
        variant=offer.variant,
        plan_code=offer.variant.plan_code,
        payment_plan=application.payment_plan,
        collect_from=application.collect_from or "",
        collect_at=now if application.collect_from else None,
        premium_amounts=offer.premium_amounts,
        nominee_details=application.nominee.as_json() if application.nominee else None,
        questionnaire=written(application.answers),
        metadata={"dependant_mrn_map": mapping} | ({"renewal_of": str(old.pk)} if old else {}),
        renewal_of=old,
        start_date=application.start_date,
    )


def written(answers: Mapping[str, bool]) -> dict[str, list[dict[str, str | bool]]] | None:
    if not answers:
        return None
    return {"questions": [{"question": question, "answer": answer} for question, answer in answers.items()]}


def announce(policy: Policy, *, actor: str, now: datetime) -> None:
    facts = {"policy_id": str(policy.pk), "user_id": str(policy.primary_user_id), "plan_code": policy.plan_code}
    audit.record(actor=actor, action="policy.created", obj=policy, after=facts, now=now)
    outbox.emit("policy.created", key=f"user:{policy.primary_user_id}", payload=facts, now=now)
