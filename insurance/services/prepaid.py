"""The older way to buy: an order that was paid already, used once, for the family written out in the request.

The money of a top-up is in the wallet: the premium is taken from there. A premium order has its policy already.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from aarokya.common.errors import DomainError
from aarokya.common.ids import effect_id
from aarokya.common.money import Money
from accounts.models import Dependant, Relationship
from accounts.services import dependants
from accounts.services.dependants import Person
from insurance.errors import OrderNotPaid, OrderUsed, PlanNotFound
from insurance.gateways.base import PatientGateway
from insurance.models import OrderUse, PlanVariant, Policy
from insurance.nominees import DependantNominee, Nominee
from insurance.selectors import policies
from insurance.selectors.catalogue import plan
from insurance.selectors.quotes import quote
from insurance.services import lifecycle, purchases
from payments import selectors as payments
from payments.models import Order, PaymentMethod, PublicStatus
from payments.services import orders

PREMIUM = "INSURANCE_PREMIUM"


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """What an older client asks for."""

    user_id: UUID
    plan_id: UUID
    order_id: str
    family: Sequence[Person]
    nominee: Nominee | None
    policy_id: UUID  # the same at every repeat of one request


def buy(purchase: Purchase, *, gateway: PatientGateway, actor: str, now: datetime) -> Policy:
    """Return the policy that the order paid for. NotFound (order), IP-1020…1022, and what buying may answer."""
    order = payments.order_of(user_id=purchase.user_id, order_id=purchase.order_id)
    if order.public_status != PublicStatus.SUCCESS:
        raise OrderNotPaid(f"The order is {order.public_status}")
    variant = plan(purchase.plan_id)
    if order.type == PREMIUM:
        return bought_by(order, variant)
    claim(order, purchase.policy_id)
    try:
        policy = apply(purchase, variant, order, gateway=gateway, actor=actor, now=now)
    except DomainError:
        release(order, purchase.policy_id)
        raise
    return pay(policy, order, actor=actor, now=now)


def bought_by(order: Order, variant: PlanVariant) -> Policy:
    """Return the policy of a premium order; it pays for no other."""
    policy = policies.policy_of(order.user_id, UUID(order.reference_id))
    if policy.benefit_id != variant.version.benefit_id:
        raise OrderUsed
    return policy


def apply(
    purchase: Purchase, variant: PlanVariant, order: Order, *, gateway: PatientGateway, actor: str, now: datetime
) -> Policy:
    added = dependants.add(user_id=purchase.user_id, people=purchase.family, now=now)
    members = [each.dependant for each in added]
    asked: dict[str, Any] = {
        "user_id": purchase.user_id,
        "benefit_id": variant.version.benefit_id,
        "dependant_ids": [member.pk for member in members],
        "nominee": purchase.nominee or spouse_among(members),
    }
    offer = quote(**asked, nominee_asked=True, now=now)
    if offer.variant.pk != variant.pk:
        raise PlanNotFound(f"plan_id: this family needs plan {offer.variant.plan_code}, id {offer.variant.pk}")
    if order.amount < offer.variant.annual_premium:
        raise OrderNotPaid(f"The order paid {order.amount}, the premium is {offer.variant.annual_premium}")
    application = purchases.Application(**asked, policy_id=purchase.policy_id)
    return purchases.buy(application, gateway=gateway, actor=actor, now=now)


def spouse_among(members: Sequence[Dependant]) -> Nominee | None:
    spouse = next((member for member in members if member.relationship == Relationship.SPOUSE), None)
    return DependantNominee(dependant_id=spouse.pk) if spouse else None


@transaction.atomic
def claim(order: Order, policy_id: UUID) -> None:
    """Take the order for this policy, unless it has bought another. OrderUsed (IP-1021)."""
    use, _ = OrderUse.objects.select_for_update().get_or_create(order_id=order.order_id, defaults={"policy_id": policy_id})
    if use.policy_id == policy_id:
        return
    if Policy.objects.filter(pk=use.policy_id).exists():
        raise OrderUsed
    OrderUse.objects.filter(pk=use.pk).update(policy_id=policy_id)


def release(order: Order, policy_id: UUID) -> None:
    OrderUse.objects.filter(order_id=order.order_id, policy_id=policy_id).delete()


def pay(policy: Policy, order: Order, *, actor: str, now: datetime) -> Policy:
    """Pay the premium from the wallet, once. A policy whose order was taken meanwhile, or that cannot be paid, is undone."""
    wish = orders.Wish(
        user_id=policy.primary_user_id,
        type=PREMIUM,
        amount=None,
        policy_id=policy.pk,
        payment_method=PaymentMethod.WALLET,
    )
    try:
        if not OrderUse.objects.filter(order_id=order.order_id, policy_id=policy.pk).exists():
            raise OrderUsed
        if policy.premium_owed > Money(0):
            orders.open_order(wish, row_id=effect_id(f"prepaid:{policy.pk}"), now=now)
    except DomainError:
        lifecycle.cancel(policy, actor=actor, now=now, reason="the premium could not be paid")
        raise
    return policies.policy_of(policy.primary_user_id, policy.pk)
