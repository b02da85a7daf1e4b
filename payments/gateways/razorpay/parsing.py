"""Razorpay's orders, payments and refunds in our words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aarokya.common.money import Money
from payments.gateways.base import (
    GatewayOrder,
    GatewayRefund,
    GatewayRefundState,
    GatewayState,
    GatewayTransaction,
    OrderAt,
)
from payments.gateways.reading import paise, text, within

Entity = Mapping[str, Any]
REFUNDS: dict[str, GatewayRefundState] = {
    "pending": GatewayRefundState.PENDING,
    "processed": GatewayRefundState.SUCCESS,
    "failed": GatewayRefundState.FAILURE,
}
ORDERS = frozenset({"created", "attempted", "paid"})
UNDER_WAY = frozenset({"created", "authorized"})  # payments that may still take money; one that failed may too, late


def order(theirs: Entity, payments: Sequence[Entity], refunds: Iterable[Entity], *, asked: OrderAt) -> GatewayOrder:
    """Put the three answers together. An order stays `paid` after its refund; only payments say what was taken."""
    status = text(theirs.get("status"))
    charges = tuple(charge(payment) for payment in payments if payment.get("captured") is True)
    return GatewayOrder(
        order_id=text(theirs.get("receipt")) or asked.order_id,
        state=state_of(status, payments),
        gateway_status=status,
        reference=text(theirs.get("id")),
        amount=paise(theirs.get("amount")),
        currency=text(theirs.get("currency")) or None,
        customer_id=text(within(theirs, "notes", "customer_id")) or None,
        charges=charges,
        refunds=tuple(refund(item) for item in refunds if our_id(item)),
    )


def state_of(status: str, payments: Sequence[Entity]) -> GatewayState:
    """Money that was captured counts, whatever else happened; authorised money is captured by Razorpay itself, or goes back."""
    if any(payment.get("captured") is True for payment in payments):
        return GatewayState.CHARGED
    if status not in ORDERS:
        return GatewayState.UNKNOWN
    words = {text(payment.get("status")) for payment in payments}
    if status == "paid" or words & UNDER_WAY:  # paid, and its payment not listed yet
        return GatewayState.PENDING
    if not words:
        return GatewayState.OPEN
    return GatewayState.FAILED if words <= {"failed", "refunded"} else GatewayState.UNKNOWN


def charge(payment: Entity) -> GatewayTransaction:
    """What was paid for our order: the fee that a bank adds on top is not in it."""
    taken = paise(payment.get("amount")) or Money(0)
    return GatewayTransaction(text(payment.get("id")), taken)


def refund(item: Entity) -> GatewayRefund:
    status = text(item.get("status"))
    return GatewayRefund(
        unique_request_id=our_id(item),
        amount=paise(item.get("amount")) or Money(0),
        state=REFUNDS.get(status, GatewayRefundState.MANUAL_REVIEW),
        reference=text(item.get("id")),
        arn=text(within(item, "acquirer_data", "arn")),
        error="" if status in REFUNDS else f"Razorpay says {status}",
    )


def our_id(item: Entity) -> str:
    return text(item.get("receipt")) or text(within(item, "notes", "unique_request_id"))
