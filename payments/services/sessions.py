"""From a wish to something the app can show: order, then session, with every lost answer recoverable."""

import time
from datetime import datetime
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction

from aarokya.common import failpoints
from aarokya.common.clients.http import PartnerError
from aarokya.common.errors import UpstreamError
from accounts import selectors as accounts
from payments.gateways.base import (
    Gateway,
    GatewayOrder,
    GatewayRefused,
    GatewaySession,
    GatewayState,
    MandateTerms,
    OrderNotNew,
    SessionRequest,
)
from payments.models import Order, OrderEvent, OrderStatus
from payments.services import settling
from payments.services.moves import Why, advance, note, whereabouts
from payments.services.orders import Opened, Wish, open_order
from payments.services.schedule import OPEN_FOR, next_check

PATIENCE_S = 3.0  # a failure that came quicker than this leaves time to ask and try once more within the request
RETURN_PATH = "/payments/return"
NO_EMAIL = "customer@aarokya.in"  # the gateway insists on one; most of our customers have none
NO_PHONE = "9999999999"  # and on this, where a platform knows its customer by a number of its own
logger = structlog.get_logger(__name__)


def start(wish: Wish, *, row_id: UUID, gateway: Gateway, now: datetime) -> Order:
    """Open an order and its session; with the row id of an earlier try, carry that one on.

    UpstreamError when the gateway gives none: the order is kept and the same key resumes it. Errors of the purpose
    (limits, a policy that is paid) pass through, and then nothing is kept.
    """
    opened = open_order(wish, row_id=row_id, now=now)
    order = opened.order
    failpoints.reach("order.written")
    if not order.is_open or order.payload:
        return order
    try:
        kept = with_session(opened, gateway=gateway, now=now)
    except (PartnerError, GatewayRefused) as error:
        logger.warning("payment.session_failed", order_id=order.order_id, problem=str(error))
        raise UpstreamError(
            "The payment service did not answer as expected; repeat with the same Idempotency-Key", retry_after=2
        ) from error
    failpoints.reach("session.kept")
    return kept


def with_session(opened: Opened, *, gateway: Gateway, now: datetime, terms: MandateTerms | None = None) -> Order:
    """Ask for a session; after an answer that was lost, now or in an earlier try, ask for the status first."""
    order = opened.order
    request = session_request(order, terms)
    began_s = time.monotonic()
    if opened.is_new:
        try:
            return keep(order, gateway.create_session(request), now=now)
        except OrderNotNew:
            pass  # an answer got lost on the way and the call was repeated below us: look
        except PartnerError:
            if time.monotonic() - began_s > PATIENCE_S:
                raise
    truth = gateway.fetch_order(whereabouts(order))
    if truth.state not in {GatewayState.ABSENT, GatewayState.OPEN}:
        return overtaken(order, truth, now=now)
    return keep(order, gateway.create_session(request), now=now)


def overtaken(order: Order, truth: GatewayOrder, *, now: datetime) -> Order:
    """Somebody is paying or has paid already: what the gateway says of that is worth more than a new session."""
    return settling.apply(order_id=order.order_id, truth=truth, cause=OrderEvent.Cause.SESSION, now=now)


def session_request(order: Order, terms: MandateTerms | None) -> SessionRequest:
    phone, email = contact_of(order)
    return SessionRequest(
        provider=order.provider,
        order_id=order.order_id,
        amount=order.gateway_amount,
        currency=order.currency,
        customer_id=order.payer_id,
        customer_phone=phone.removeprefix("+91"),
        customer_email=email or NO_EMAIL,
        return_url=f"{settings.PUBLIC_URL}{RETURN_PATH}",
        description=order.description,
        expires_in_min=int(OPEN_FOR.total_seconds() // 60),
        mandate=terms,
    )


def contact_of(order: Order) -> tuple[str, str]:
    """Phone and e-mail of who pays: a third party never learns the user's."""
    if order.grant is None:
        user = accounts.user(order.user_id)
        return user.phone, user.email
    return order.grant.phone or NO_PHONE, ""


@transaction.atomic
def keep(order: Order, session: GatewaySession, *, now: datetime) -> Order:
    """Store the session. A webhook may have moved the order meanwhile: then only the payload is new."""
    failpoints.reach("session.answered")
    locked = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    note(locked, payload=session.payload, session_at=now, gateway_reference=session.reference[:80])
    if locked.status == OrderStatus.CREATED:
        why = Why(OrderEvent.Cause.SESSION, now, evidence={"gateway_status": session.gateway_status})
        advance(locked, OrderStatus.SESSION_OPEN, why=why, gateway_status=session.gateway_status[:40])
        note(locked, next_check_at=next_check(locked, now=now), checks=1)
    return locked
