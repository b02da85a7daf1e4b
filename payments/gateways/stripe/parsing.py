"""Stripe's payment intents and refunds in our words."""

from collections.abc import Iterable, Mapping
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
STATES: dict[str, GatewayState] = {
    "requires_payment_method": GatewayState.OPEN,  # FAILED when an attempt failed: see `state_of`
    "requires_confirmation": GatewayState.OPEN,
    "requires_action": GatewayState.PENDING,
    "processing": GatewayState.PENDING,
    "requires_capture": GatewayState.PENDING,
    "succeeded": GatewayState.CHARGED,
    "canceled": GatewayState.FAILED,
}
REFUNDS: dict[str, GatewayRefundState] = {
    "pending": GatewayRefundState.PENDING,
    "requires_action": GatewayRefundState.MANUAL_REVIEW,  # the customer's bank details are missing: somebody must ask for them
    "succeeded": GatewayRefundState.SUCCESS,
    "failed": GatewayRefundState.FAILURE,
    "canceled": GatewayRefundState.FAILURE,
}


def order(intent: Entity, refunds: Iterable[Entity], *, asked: OrderAt) -> GatewayOrder:
    """Put both answers together. An intent stays `succeeded` after its refund."""
    state = state_of(intent)
    reference = text(intent.get("id"))
    taken = paise(intent.get("amount_received")) or Money(0)
    transaction = GatewayTransaction(text(intent.get("latest_charge")) or reference, taken)
    return GatewayOrder(
        order_id=text(within(intent, "metadata", "order_id")) or asked.order_id,
        state=state,
        gateway_status=text(intent.get("status")),
        reference=reference,
        amount=paise(intent.get("amount")),
        currency=text(intent.get("currency")).upper() or None,
        customer_id=text(within(intent, "metadata", "customer_id")) or None,
        charges=(transaction,) if state is GatewayState.CHARGED else (),
        refunds=tuple(refund(item) for item in refunds if our_id(item)),
    )


def state_of(intent: Entity) -> GatewayState:
    state = STATES.get(text(intent.get("status")), GatewayState.UNKNOWN)
    has_failed = isinstance(intent.get("last_payment_error"), Mapping)
    return GatewayState.FAILED if state is GatewayState.OPEN and has_failed else state


def refund(item: Entity) -> GatewayRefund:
    return GatewayRefund(
        unique_request_id=our_id(item),
        amount=paise(item.get("amount")) or Money(0),
        state=REFUNDS.get(text(item.get("status")), GatewayRefundState.MANUAL_REVIEW),
        reference=text(item.get("id")),
        arn=text(within(item, "destination_details", "card", "reference")),
        error=text(item.get("failure_reason")),
    )


def our_id(item: Entity) -> str:
    return text(within(item, "metadata", "unique_request_id"))
