"""When to ask the gateway next, and when to stop waiting: pure functions of an order's facts."""

from datetime import datetime, timedelta

from payments.gateways.base import GatewayState
from payments.models import OPEN, UNPAID_END, MandateRole, Order, OrderStatus

SECONDS = (5, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400)
# After a charge somebody may still pay a second time in another tab, or the bank give it back, and that webhook may get lost.
# Counted from the settlement and not in looks: each of its webhooks is a look too.
AFTERCARE = (timedelta(minutes=30), timedelta(days=1), timedelta(days=4))
OPEN_FOR = timedelta(minutes=30)  # to begin to pay
PENDING_FOR = timedelta(days=3)  # once begun: banks answer late
LATE_SUCCESS_FOR = timedelta(days=4)  # failed orders are asked about for this long
SESSION_REPLY_DUE = timedelta(minutes=2)  # an order without a session by then is looked into


def next_check(order: Order, *, now: datetime) -> datetime | None:
    """Return when to ask about the order after this look at it; None when there is nothing more to learn."""
    if order.status == OrderStatus.CHARGED:
        looks = ((order.settled_at or now) + after for after in AFTERCARE)
        return next((look for look in looks if look > now), None)
    if order.status not in OPEN | UNPAID_END or order.age(now) > LATE_SUCCESS_FOR:
        return None
    pause = now + timedelta(seconds=SECONDS[min(order.checks, len(SECONDS) - 1)])
    # A mandate's debit waits for its day and is asked about by the mandate; afterwards it is an order like any other.
    return max(pause, order.expires_at) if order.mandate_role == MandateRole.DEBIT and order.is_open else pause


def has_lapsed(order: Order, state: GatewayState, *, now: datetime) -> bool:
    """Whether to stop waiting: nobody began to pay in time, or the bank never answered."""
    if state in {GatewayState.ABSENT, GatewayState.OPEN}:
        return now >= order.expires_at
    return state is GatewayState.PENDING and order.age(now) >= PENDING_FOR
