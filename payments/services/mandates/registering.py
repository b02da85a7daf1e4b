"""Agreeing to a mandate: row and order first, then the gateway's session, then whatever the gateway says."""

from datetime import datetime
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction

from aarokya.common import failpoints, outbox, state
from aarokya.common.clients.http import PartnerError
from aarokya.common.errors import Conflict, InvalidTransition, UpstreamError
from payments.errors import MandateExists
from payments.gateways.base import GatewayRefused, MandateTerms
from payments.gateways.mandates import MandateGateway
from payments.models import Mandate, MandateStatus, OrderEvent
from payments.purposes.base import Instalment
from payments.services import sessions, syncing
from payments.services.mandates import following
from payments.services.mandates.orders import open_registration
from payments.services.mandates.planning import payable_in_parts
from payments.services.orders import Opened
from payments.services.schedule import SESSION_REPLY_DUE

TYPE = "INSURANCE_PREMIUM"  # the only purpose that is paid in instalments so far
logger = structlog.get_logger(__name__)


def register(*, mandate_id: UUID, user_id: UUID, reference_id: UUID | None, gateway: MandateGateway, now: datetime) -> Mandate:
    """Return the mandate with this id, its session open; a repeat carries on where an earlier try stopped.

    MandateExists (ME-1207) while another of the user's lives; UpstreamError when the gateway gives no session; errors
    of the purpose (no policy that is owed for) pass through.
    """
    existing = Mandate.objects.select_related("registration").filter(pk=mandate_id).first()
    mandate = existing or write(mandate_id=mandate_id, user_id=user_id, reference_id=reference_id, now=now)
    failpoints.reach("mandate.written")
    if mandate.status != MandateStatus.INITIATED:
        return mandate
    terms = MandateTerms(max_amount=mandate.max_amount, frequency=mandate.frequency)
    opened = Opened(mandate.registration, is_new=existing is None)
    try:
        mandate.registration = sessions.with_session(opened, gateway=gateway, now=now, terms=terms)
    except (PartnerError, GatewayRefused) as error:
        logger.warning("mandate.session_failed", mandate_id=str(mandate.pk), problem=str(error))
        words = "The payment service did not answer as expected; repeat with the same Idempotency-Key"
        raise UpstreamError(words, retry_after=2) from error
    return offered(mandate)


@transaction.atomic
def write(*, mandate_id: UUID, user_id: UUID, reference_id: UUID | None, now: datetime) -> Mandate:
    if Mandate.objects.of(user_id).live().exists():
        raise MandateExists
    agreed = payable_in_parts(TYPE).instalment(user_id=user_id, reference_id=reference_id, now=now)
    if not agreed.prepared.amount:
        raise Conflict("Nothing is owed that a mandate could pay")
    order = open_registration(user_id=user_id, type=TYPE, prepared=agreed.prepared, mandate_id=mandate_id, now=now)
    mandate = insert(mandate_id, user_id, agreed, registration_id=order.pk)
    mandate.registration = order
    outbox.emit("payment.check_due", payload={"order_id": order.order_id}, not_before=now + SESSION_REPLY_DUE, now=now)
    return mandate


def insert(mandate_id: UUID, user_id: UUID, agreed: Instalment, *, registration_id: UUID) -> Mandate:
    return Mandate.objects.create(
        id=mandate_id,
        user_id=user_id,
        type=TYPE,
        reference_type=agreed.prepared.reference_type,
        reference_id=agreed.prepared.reference_id,
        registration_id=registration_id,
        amount=agreed.prepared.amount,
        max_amount=agreed.ceiling,
        frequency=agreed.frequency,
    )


def offered(mandate: Mandate) -> Mandate:
    """The customer can agree now. The database lets one mandate of a user come this far: ME-1207 for the slower."""
    try:
        with transaction.atomic():
            state.move(mandate, MandateStatus.PENDING)
    except IntegrityError as taken:
        raise MandateExists from taken
    except InvalidTransition:  # a webhook was faster
        mandate.refresh_from_db()
    return mandate


def refresh(mandate: Mandate, *, gateway: MandateGateway, now: datetime) -> Mandate:
    """Ask the gateway and take what it says. UpstreamError when it does not say."""
    try:
        if mandate.status in {MandateStatus.INITIATED, MandateStatus.PENDING} or not mandate.external_id:
            number = mandate.registration.order_id
            syncing.sync_order(order_id=number, cause=OrderEvent.Cause.POLL, gateway=gateway, now=now)
        else:
            learn(mandate, gateway=gateway, now=now)
    except (PartnerError, GatewayRefused) as error:
        raise UpstreamError from error
    mandate.refresh_from_db()
    return mandate


def learn(mandate: Mandate, *, gateway: MandateGateway, now: datetime) -> None:
    truth = gateway.fetch_mandate(mandate.external_id, customer_id=str(mandate.user_id))
    with transaction.atomic():
        locked = Mandate.objects.select_for_update(no_key=True).get(pk=mandate.pk)
        following.take_word(locked, truth, now=now)
