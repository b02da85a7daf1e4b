"""The one way an order changes its state: upwards, with an event that says why."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aarokya.common import state
from payments.gateways.base import OrderAt
from payments.models import Order, OrderEvent, OrderStatus


@dataclass(frozen=True, slots=True)
class Why:
    """What made us look, and what we saw."""

    cause: OrderEvent.Cause
    now: datetime
    evidence_id: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)


def whereabouts(order: Order) -> OrderAt:
    """Return what its gateway must know to find the order."""
    return OrderAt(order.order_id, order.payer_id, order.provider, order.gateway_reference)


def advance(order: Order, to: OrderStatus, *, why: Why, **fields: Any) -> None:
    """Move the order and write the event, in the caller's transaction. InvalidTransition when somebody was faster."""
    old = order.status
    state.move(order, to, **fields)
    record(order, why=why, from_status=old)


def record(order: Order, *, why: Why, from_status: str) -> None:
    """Write an event; for one without a move, `from_status` is where the order is."""
    OrderEvent.objects.create(
        order=order,
        from_status=from_status,
        to_status=order.status,
        cause=why.cause,
        evidence_id=why.evidence_id,
        evidence=why.evidence,
        at=why.now,
    )


def note(order: Order, **fields: Any) -> None:
    """Write facts that are not states."""
    Order.objects.filter(pk=order.pk).update(**fields)
    for name, value in fields.items():
        setattr(order, name, value)
