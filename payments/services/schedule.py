"""When to ask the gateway next, and when to stop waiting: pure functions of an order's facts."""

from datetime import datetime, timedelta

from payments.gateways.base import GatewayState
from payments.models import OPEN, UNPAID_END, MandateRole, Order, OrderStatus

SECONDS = (5, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400)
# After a charge somebody may still pay a second time in another tab, or the bank give it back, and that webhook may get lost.
AFTERCARE_S = (1_800, 86_400, 3 * 86_400)
OPEN_FOR = timedelta(minutes=30)  # to begin to pay
PENDING_FOR = timedelta(days=3)  # once begun: banks answer late
LATE_SUCCESS_FOR = timedelta(days=4)  # failed orders are asked about for this long
SESSION_REPLY_DUE = timedelta(minutes=2)  # an order without a session by then is looked into


def next_check(order: Order, *, now: datetime) -> datetime | None:
    """Return when to ask about the order after this look at it; None when there is nothing more to learn."""
    if order.status == OrderStatus.CHARGED:
        later = AFTERCARE_S[order.checks : order.checks + 1]
        return now + timedelta(seconds=later[0]) if later else None
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
