"""Giving back what an order took: first what the money had become, then the money."""

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Sum

from aarokya.common.errors import DomainError
from aarokya.common.money import Money
from payments.models import Order, OrderStatus, RefundReason, SettlementOutcome
from payments.purposes.base import TakesBack, purpose
from payments.services import refunds
from wallets import services as wallets

logger = structlog.get_logger(__name__)


def undo(order: Order, *, amount: Money, business_key: str, now: datetime) -> bool:
    """Undo `amount` of what the order did, if it did something and its purpose can; whether it was undone."""
    kind = purpose(order.type)
    if order.settlement != SettlementOutcome.DONE or not isinstance(kind, TakesBack):
        return False
    kind.take_back(order, amount=amount, business_key=business_key, now=now)
    return True


def undo_rest(order: Order, *, now: datetime) -> bool:
    """Undo what is left of the effect after the gateway took the money back; False when a person has to."""
    left = order.amount - undone(order)
    if not left:
        return True
    try:
        with transaction.atomic():
            return undo(order, amount=left, business_key="reversed", now=now)
    except DomainError as gone:
        logger.warning("payment.cannot_undo", order_id=order.order_id, problem=str(gone))
        return False


def undone(order: Order) -> Money:
    """Return what refunds by staff undid when they were decided, whatever became of them at the gateway."""
    carried_out = order.refunds.filter(reason=RefundReason.STAFF).exclude(status__in=refunds.UNDECIDED)
    return carried_out.aggregate(total=Sum("amount"))["total"] or Money(0)


@transaction.atomic
def give_back(*, order_id: str, actor: str, note: str, now: datetime) -> None:
    """Return everything that is left of a settled order to where it came from; for apps above, once they undid its effect.

    The gateway's part becomes a refund to source, the wallet's part goes back to its pools. A repeat changes nothing.
    """
    order = Order.objects.select_for_update(no_key=True).get(order_id=order_id)
    left = refunds.refundable(order)
    if left > Money(0) and order.status != OrderStatus.REVERSED:
        refunds.request(
            order_id=order_id,
            amount=left,
            reason=RefundReason.PURPOSE_GONE,
            business_key="give_back",
            requested_by=actor,
            note=note,
            now=now,
        )
    if order.transfer_id is not None:
        business_key = f"order:{order_id}:give_back"
        wallets.refund(transfer_id=order.transfer_id, amount=order.wallet_amount, business_key=business_key, note=note, now=now)
