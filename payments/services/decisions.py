"""What the gateway's truth means for one of our orders. Pure: the same function decides for real and for a dry run."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aarokya.common.money import Money
from payments.gateways.base import GatewayOrder, GatewayState
from payments.models import PAID, RANKS, Order, OrderStatus
from payments.services.schedule import has_lapsed

TARGETS: dict[GatewayState, OrderStatus] = {
    GatewayState.OPEN: OrderStatus.SESSION_OPEN,
    GatewayState.PENDING: OrderStatus.PENDING,
    GatewayState.FAILED: OrderStatus.FAILED,
    GatewayState.CHARGED: OrderStatus.CHARGED,
    GatewayState.REVERSED: OrderStatus.REVERSED,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """Where the order goes (None: stays), and in which facts gateway and order differ."""

    target: OrderStatus | None
    differences: tuple[str, ...] = ()


def decide(order: Order, truth: GatewayOrder, *, may_leave_mismatch: bool, now: datetime) -> Decision:
    """Compare first, then move up or not at all. Only a person (`may_leave_mismatch`) takes an order out of quarantine."""
    if truth.state is GatewayState.UNKNOWN:
        return Decision(None)
    found = differences(order, truth)
    if found:
        return Decision(higher(order, OrderStatus.MISMATCH), found)
    if order.status == OrderStatus.MISMATCH and not may_leave_mismatch:
        return Decision(None)
    target = OrderStatus.EXPIRED if has_lapsed(order, truth.state, now=now) else TARGETS.get(truth.state)
    return Decision(higher(order, target))


def higher(order: Order, target: OrderStatus | None) -> OrderStatus | None:
    """Return `target` if it outranks where the order is."""
    return target if target is not None and RANKS[target] > order.rank else None


def differences(order: Order, truth: GatewayOrder) -> tuple[str, ...]:
    """Name the facts in which the gateway's order is not ours. An amount or currency that is missing differs."""
    if truth.state is GatewayState.ABSENT:
        return ()
    compared: list[tuple[str, Any, Any]] = [
        ("order_id", order.order_id, truth.order_id),
        ("amount", order.gateway_amount, truth.amount),
        ("currency", order.currency, truth.currency),
        ("customer_id", order.payer_id, truth.customer_id or order.payer_id),
    ]
    if order.status not in PAID:  # afterwards another charge is an extra one and goes back whatever its amount
        compared += [("charge", order.gateway_amount, charge.amount) for charge in truth.charges]
    return tuple(f"{name}: ours {shown(ours)}, theirs {shown(theirs)}" for name, ours, theirs in compared if ours != theirs)


def shown(value: Any) -> str:
    return value.as_rupees() if isinstance(value, Money) else str(value)


def evidence(truth: GatewayOrder) -> dict[str, Any]:
    """Return what an event keeps of the answer: facts about money, nothing about the person."""
    return {
        "state": truth.state.value,
        "gateway_status": truth.gateway_status,
        "amount": truth.amount.paise if truth.amount else None,
        "currency": truth.currency,
        "charges": [{"transaction_id": charge.transaction_id, "amount": charge.amount.paise} for charge in truth.charges],
    }
