"""Premiums that arrived."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from aarokya.common import audit, outbox
from aarokya.common.money import Money
from insurance.errors import PolicyNotFound
from insurance.models import LIVE, Policy, PremiumPayment, PremiumStatus


@transaction.atomic
def receive(policy_id: UUID, *, order_id: str, amount: Money, now: datetime) -> bool:
    """Book what an order paid; once for each order. False when the policy cannot take it (gone, or paid already)."""
    policy = Policy.objects.select_for_update().filter(pk=policy_id).first()
    if policy is None:
        raise PolicyNotFound
    if PremiumPayment.objects.filter(order_id=order_id).exists():
        return True
    if policy.status not in LIVE or amount > policy.premium_owed:
        return False
    PremiumPayment.objects.create(policy=policy, order_id=order_id, amount=amount, received_at=now)
    book(policy, paid=policy.premium_paid + amount, order_id=order_id, now=now)
    return True


def book(policy: Policy, *, paid: Money, order_id: str, now: datetime) -> None:
    status = PremiumStatus.PAID if paid >= policy.annual_premium else PremiumStatus.PART_PAID
    before = {"premium_status": str(policy.premium_status), "premium_paid": policy.premium_paid.paise}
    after = {"premium_status": str(status), "premium_paid": paid.paise, "order_id": order_id}
    Policy.objects.filter(pk=policy.pk).update(premium_paid=paid, premium_status=status, last_modified_at=now)
    audit.record(actor="system:payments", action="policy.premium_received", obj=policy, before=before, after=after, now=now)
    payload = {"policy_id": str(policy.pk), "user_id": str(policy.primary_user_id), "order_id": order_id}
    outbox.emit("policy.premium_received", key=f"user:{policy.primary_user_id}", payload=payload, now=now)
