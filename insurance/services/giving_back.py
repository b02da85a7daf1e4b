"""Premiums of rejected policies go back to where they came from."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from aarokya.common import audit
from insurance.models import Policy, PolicyStatus, PremiumStatus
from payments.models import Order
from payments.services import returning

ACTOR = "system:insurance"


@transaction.atomic
def give_back(policy_id: UUID, *, now: datetime) -> int:
    """Ask for every premium of a rejected policy back, each once; return how many orders that concerns.

    Decides only: payments carries the gateway's refunds out and a person sees those that fail.
    """
    orders = Order.objects.filter(order_id__in=order_ids(policy_id)).order_by("pk")
    for order in orders:
        # What is left of it: finance may have given back a part before.
        returning.give_back(order_id=order.order_id, actor=ACTOR, note=f"Policy {policy_id} was rejected", now=now)
    policy = Policy.objects.select_for_update().get(pk=policy_id)
    if orders and policy.status == PolicyStatus.REJECTED and policy.premium_status != PremiumStatus.REFUNDED:
        Policy.objects.filter(pk=policy_id).update(premium_status=PremiumStatus.REFUNDED, last_modified_at=now)
        after = {"premium_status": "REFUNDED", "amount": policy.premium_paid.paise}
        audit.record(actor=ACTOR, action="policy.premium_given_back", obj=policy, after=after, now=now)
    return len(orders)


def order_ids(policy_id: UUID) -> list[str]:
    policy = Policy.objects.get(pk=policy_id, status=PolicyStatus.REJECTED)
    return list(policy.premium_payments.values_list("order_id", flat=True))
