"""Refunds by people: above a limit a second one has to agree before anything is undone or sent."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from aarokya.common import audit, ids, state
from aarokya.common.errors import Detail, InvalidInput, InvalidTransition, NotFound
from aarokya.common.money import Money
from approvals import authority
from approvals import services as engine
from approvals.models import Kind
from payments.errors import OrderNotRefundable
from payments.models import Order, OrderStatus, Refund, RefundDestination, RefundReason, RefundStatus
from payments.services import refunds, returning
from payments.services.orders import NAMED_BY_PAYER
from wallets import services as wallets


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
    if destination == RefundDestination.WALLET and order.type in NAMED_BY_PAYER:
        detail = Detail("destination", "invalid", "what was paid into a wallet goes back to where it came from")
        raise InvalidInput(f"destination: {detail.message}", details=(detail,))
    needs_approval = authority.needs_second_person(kind=Kind.REFUND, amount=amount, actor=actor)
    business_key = f"staff:{actor}:{idempotency_key or ids.uuid7()}"
    known = refunds.existing(order, business_key)
    if known is not None:
        return known
    refund = refunds.request(
        order_id=order_id,
        amount=amount,
        reason=RefundReason.STAFF,
        business_key=business_key,
        requested_by=actor,
        note=note,
        destination=destination,
        needs_approval=needs_approval,
        now=now,
    )
    if needs_approval:
        shown = preview(refund, order)
        engine.ask(kind=Kind.REFUND, subject=refund, amount=amount, reason=note, preview=shown, actor=actor, now=now)
        return refund
    return carry_out(refund, order, now=now)


def preview(refund: Refund, order: Order) -> list[dict[str, str]]:
    """What the second person is shown of the effect."""
    where = "the customer's wallet" if refund.destination == RefundDestination.WALLET else "where it was paid from"
    return [
        {"name": "Order", "before": "", "after": f"{order.order_id}, {order.type.replace('_', ' ').lower()} of {order.amount}"},
        {"name": "Money", "before": "", "after": f"{refund.amount} goes back to {where}"},
        {"name": "Left to refund", "before": "", "after": str(refunds.refundable(order))},
    ]


@transaction.atomic
def approve(*, order_id: str, refund_id: UUID, actor: str, now: datetime) -> Refund:
    """Agree to a refund that somebody else asked for. NotFound, and what the engine of approvals refuses."""
    refund = waiting(order_id, refund_id)
    engine.approve(request_id=engine.waiting_for(Kind.REFUND, refund).pk, actor=actor, now=now)
    refund.refresh_from_db()
    return refund


@transaction.atomic
def decline(*, order_id: str, refund_id: UUID, actor: str, reason: str, now: datetime) -> Refund:
    """Refuse it, or withdraw one's own; its amount can be refunded again."""
    refund = waiting(order_id, refund_id)
    engine.decline(request_id=engine.waiting_for(Kind.REFUND, refund).pk, actor=actor, reason=reason, now=now)
    refund.refresh_from_db()
    return refund


def waiting(order_id: str, refund_id: UUID) -> Refund:
    """NotFound; InvalidTransition when it was decided."""
    refund = Refund.objects.filter(pk=refund_id, order__order_id=order_id).first()
    if refund is None:
        raise NotFound
    if refund.status != RefundStatus.AWAITING_APPROVAL:
        raise InvalidTransition("The refund waits for nobody")
    return refund


def lock(refund_id: str) -> None:
    """The order's lock first, as everywhere."""
    Order.objects.select_for_update(no_key=True, of=("self",)).filter(refunds__id=refund_id).first()


def agreed(*, refund_id: str, actor: str, now: datetime) -> Refund:
    """Two people want it: undo what the money had become, and send it back. OrderNotRefundable when the gateway did."""
    refund = Refund.objects.select_related("order").select_for_update(of=("self",), no_key=True).get(pk=refund_id)
    if refund.order.status == OrderStatus.REVERSED:
        raise OrderNotRefundable
    state.move(refund, RefundStatus.REQUESTED, approved_by=actor, approved_at=now, next_check_at=now)
    audit.record(actor=actor, action="refund.approved", obj=refund, after={"amount": refund.amount.paise}, now=now)
    if refund.destination == RefundDestination.SOURCE:
        refunds.announce(refund, now=now)
    return carry_out(refund, refund.order, now=now)


def refused(*, refund_id: str, actor: str, reason: str, now: datetime) -> None:
    """Nobody agreed: its amount can be refunded again."""
    refund = Refund.objects.select_for_update(no_key=True).get(pk=refund_id)
    state.move(refund, RefundStatus.DECLINED, finished_at=now, next_check_at=None, last_error=reason[:300])
    audit.record(actor=actor, action="refund.declined", obj=refund, reason=reason, now=now)


def carry_out(refund: Refund, order: Order, *, now: datetime) -> Refund:
    """Undo what the money had become; to the wallet, credit it in this transaction."""
    returning.undo(order, amount=refund.amount, business_key=refund.unique_request_id, now=now)
    if refund.destination == RefundDestination.WALLET:
        # The money stays at the gateway and becomes the customer's wallet money, as that of a top-up does.
        wallets.credit_topup(user_id=order.user_id, order_id=refund.unique_request_id, amount=refund.amount, now=now)
        state.move(refund, RefundStatus.SENT)
        state.move(refund, RefundStatus.SUCCESS, finished_at=now, next_check_at=None)
    return refund
