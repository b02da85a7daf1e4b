"""Paying the provider of a benefit out of the holder's wallet: the order stays, whatever becomes of the payment."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from aarokya.common import audit
from aarokya.common.errors import Conflict, DomainError, NotFound
from aarokya.common.state import move
from wallets import benefits
from wallets.models import ProviderOrder, ProviderOrderStatus
from wallets.services.accounts import contra
from wallets.services.ledger import Posted
from wallets.services.movements import pay


@transaction.atomic
def create(*, order_id: UUID, benefit_entity_id: str, actor: str, now: datetime) -> ProviderOrder:
    """Order and try to pay what is owed. BeneficiaryNotFound; Conflict when nothing is owed or the benefit is over."""
    entity = benefits.entity(benefit_entity_id)
    if entity.obstacle or not entity.owed:
        raise Conflict(entity.obstacle or "Nothing is owed")
    order = ProviderOrder.objects.create(
        pk=order_id,
        user_id=entity.user_id,
        benefit_entity_id=entity.name,
        provider_id=entity.provider_id,
        provider_name=entity.provider_name,
        amount=entity.owed,
        created_by=actor,
    )
    return attempt(order, actor=actor, now=now)


@transaction.atomic
def sync(*, order_id: UUID, actor: str, now: datetime) -> ProviderOrder:
    """Try to pay again; nothing to do once it is paid. NotFound."""
    order = ProviderOrder.objects.select_for_update().filter(pk=order_id).first()
    if order is None:
        raise NotFound
    return order if order.status == ProviderOrderStatus.SUCCESS else attempt(order, actor=actor, now=now)


def attempt(order: ProviderOrder, *, actor: str, now: datetime) -> ProviderOrder:
    """Pay and book, both or neither; a refusal is kept on the order and not in the ledger, so that `sync` may succeed."""
    try:
        with transaction.atomic():
            posted = pay_and_book(order, now=now)
    except DomainError as refused:
        move(order, ProviderOrderStatus.FAILED, refusal=type(refused).__name__)
    else:
        move(order, ProviderOrderStatus.SUCCESS, transfer_id=posted.transfer_id, refusal="")
    after = {"status": order.status, "amount": order.amount.paise, "refusal": order.refusal}
    audit.record(actor=actor, action="provider_order.attempted", obj=order, after=after, now=now)
    return order


def pay_and_book(order: ProviderOrder, *, now: datetime) -> Posted:
    posted = pay(
        user_id=order.user_id,
        payee=contra("insurer_payable", order.provider_id, name=order.provider_name),
        amount=order.amount,
        purpose="INSURANCE_PREMIUM",
        business_key=f"provider_order:{order.pk}",
        reference_type="PROVIDER_ORDER",
        reference_id=order.order_number,
        now=now,
    )
    if not benefits.settle(order.benefit_entity_id, order_number=order.order_number, amount=order.amount, now=now):
        raise Conflict("The premium was paid otherwise, or the benefit is over")
    return posted
