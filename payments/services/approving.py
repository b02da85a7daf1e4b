"""Refunds by people: above a limit a second one has to agree before anything is undone or sent."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from aarokya.common import audit, ids, state
from aarokya.common.errors import Detail, Forbidden, InvalidInput, NotFound
from aarokya.common.money import Money
from payments.models import Order, Refund, RefundDestination, RefundReason, RefundStatus
from payments.services import refunds, returning
from wallets import services as wallets

TOPUP = "WALLET_TOPUP"


@transaction.atomic
def request(
    *,
    order_id: str,
    amount: Money,
    note: str,
    actor: str,
    idempotency_key: str | None,
    now: datetime,
    destination: RefundDestination = RefundDestination.SOURCE,
) -> Refund:
    """Decide a refund by hand; the same key is the same refund. Above the limit it waits for a second person.

    What the money had become is undone first: InsufficientBalance when a top-up has been spent. RefundExceedsCaptured,
    OrderNotRefundable.
    """
    order = Order.objects.select_for_update(no_key=True).get(order_id=order_id)
    if destination == RefundDestination.WALLET and order.type == TOPUP:
        detail = Detail("destination", "invalid", "a top-up goes back to where it came from")
        raise InvalidInput(f"destination: {detail.message}", details=(detail,))
    refund = refunds.request(
        order_id=order_id,
        amount=amount,
        reason=RefundReason.STAFF,
        business_key=f"staff:{actor}:{idempotency_key or ids.uuid7()}",
        requested_by=actor,
        note=note,
        destination=destination,
        needs_approval=amount.paise > settings.REFUND_APPROVAL_ABOVE,
        now=now,
    )
    return refund if refund.status != RefundStatus.REQUESTED else carry_out(refund, order, now=now)


@transaction.atomic
def approve(*, order_id: str, refund_id: UUID, actor: str, now: datetime) -> Refund:
    """Agree to a refund that somebody else asked for: Forbidden to the same person, InvalidTransition when it was decided."""
    order, refund = locked(order_id, refund_id)
    if refund.requested_by == actor:
        raise Forbidden("Whoever asks for a refund cannot approve it")
    state.move(refund, RefundStatus.REQUESTED, approved_by=actor, approved_at=now, next_check_at=now)
    audit.record(actor=actor, action="refund.approved", obj=refund, after={"amount": refund.amount.paise}, now=now)
    if refund.destination == RefundDestination.SOURCE:
        refunds.announce(refund, now=now)
    return carry_out(refund, order, now=now)


@transaction.atomic
def decline(*, order_id: str, refund_id: UUID, actor: str, reason: str, now: datetime) -> Refund:
    """Refuse it, or withdraw one's own; its amount can be refunded again."""
    _, refund = locked(order_id, refund_id)
    state.move(refund, RefundStatus.DECLINED, finished_at=now, next_check_at=None, last_error=reason[:300])
    audit.record(actor=actor, action="refund.declined", obj=refund, reason=reason, now=now)
    return refund


def locked(order_id: str, refund_id: UUID) -> tuple[Order, Refund]:
    """Return both, the order's lock first as everywhere; NotFound."""
    order = Order.objects.select_for_update(no_key=True).filter(order_id=order_id).first()
    refund = Refund.objects.select_for_update(no_key=True).filter(pk=refund_id, order=order).first()
    if order is None or refund is None:
        raise NotFound
    return order, refund


def carry_out(refund: Refund, order: Order, *, now: datetime) -> Refund:
    """Undo what the money had become; to the wallet, credit it in this transaction."""
    returning.undo(order, amount=refund.amount, business_key=refund.unique_request_id, now=now)
    if refund.destination == RefundDestination.WALLET:
        # The money stays at the gateway and becomes the customer's wallet money, as that of a top-up does.
        wallets.credit_topup(user_id=order.user_id, order_id=refund.unique_request_id, amount=refund.amount, now=now)
        state.move(refund, RefundStatus.SENT)
        state.move(refund, RefundStatus.SUCCESS, finished_at=now, next_check_at=None)
    return refund
