"""Ask the gateway, outside any transaction, and apply what it says."""

from datetime import datetime, timedelta
from functools import partial

import structlog
from django.db import transaction
from django.db.models import F, Q

from aarokya.common import audit, failpoints
from aarokya.common.clients.http import PartnerError
from aarokya.common.transactions import retried
from payments.gateways.base import Gateway, GatewayRefused
from payments.models import OPEN, UNPAID_END, Order, OrderEvent
from payments.services import settling
from payments.services.moves import whereabouts
from payments.services.schedule import SECONDS

POLL_EVERY = timedelta(seconds=2)
logger = structlog.get_logger(__name__)


def sync_order(*, order_id: str, cause: OrderEvent.Cause, gateway: Gateway, now: datetime, evidence_id: str = "") -> Order:
    """Fetch the truth about one order and settle what follows from it. Any hint may call this, at any time, repeatedly.

    PartnerError or GatewayRefused when the gateway did not say; the order is then asked about again later.
    """
    order = Order.objects.get(order_id=order_id)
    if not order.gateway_amount:  # paid from the wallet: no gateway has heard of it
        return order
    try:
        truth = gateway.fetch_order(whereabouts(order))
    except (PartnerError, GatewayRefused):
        postpone(order, now=now)
        raise
    failpoints.reach("truth.fetched")
    settle = partial(settling.apply, order_id=order_id, truth=truth, cause=cause, now=now, evidence_id=evidence_id)
    settled = retried(settle)
    failpoints.reach("truth.applied")
    return settled


def release_from_quarantine(*, order_id: str, actor: str, reason: str, gateway: Gateway, now: datetime) -> Order:
    """Ask again on a person's word: if the gateway's facts are ours by now, the order goes on, otherwise it stays."""
    cause = OrderEvent.Cause.STAFF
    return ask_by_hand(order_id=order_id, actor=actor, reason=reason, gateway=gateway, now=now, cause=cause)


def ask_by_hand(
    *,
    order_id: str,
    actor: str,
    reason: str,
    gateway: Gateway,
    now: datetime,
    cause: OrderEvent.Cause = OrderEvent.Cause.POLL,
) -> Order:
    """Settle now what the poller would settle later; a quarantined order stays there. PartnerError or GatewayRefused."""
    order = sync_order(order_id=order_id, cause=cause, gateway=gateway, now=now, evidence_id=actor)
    with transaction.atomic():
        after = {"status": str(order.status), "review_reason": order.review_reason}
        audit.record(actor=actor, action="order.asked_again", obj=order, after=after, reason=reason, now=now)
    return order


def postpone(order: Order, *, now: datetime) -> None:
    """Nobody answered: come back later, and a little later each time."""
    if order.status not in OPEN | UNPAID_END:
        return
    pause = timedelta(seconds=SECONDS[min(order.checks, len(SECONDS) - 1)])
    rows = Order.objects.filter(pk=order.pk, status=order.status)
    rows.update(next_check_at=now + pause, checks=F("checks") + 1)


def poll(*, order: Order, cause: OrderEvent.Cause, gateway: Gateway, now: datetime) -> Order:
    """Ask on behalf of a waiting customer: at most once in 2 s per order, and never fail because the gateway does."""
    worth_asking = order.status in OPEN | UNPAID_END and bool(order.gateway_amount)
    if not worth_asking or not claim_poll(order, now=now):
        return order
    try:
        return sync_order(order_id=order.order_id, cause=cause, gateway=gateway, now=now)
    except (PartnerError, GatewayRefused) as error:
        logger.warning("payment.poll_failed", order_id=order.order_id, problem=str(error))
        return order


def claim_poll(order: Order, *, now: datetime) -> bool:
    """Take the right to ask now, by compare-and-swap: of many waiting clients one asks."""
    free = Q(last_polled_at=None) | Q(last_polled_at__lte=now - POLL_EVERY)
    return Order.objects.filter(free, pk=order.pk).update(last_polled_at=now) == 1
