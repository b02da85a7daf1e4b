"""Refunds: the decision is a row; the execution sends it, twice if need be, and the gateway keeps the first."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Sum

from aarokya.common import audit, failpoints, ids, outbox, state
from aarokya.common.clients.http import PartnerError
from aarokya.common.money import Money
from payments.errors import OrderNotRefundable, RefundExceedsCaptured
from payments.gateways.base import Gateway, GatewayRefund, GatewayRefundState, GatewayRefused
from payments.models import Charge, Order, OrderStatus, Refund, RefundDestination, RefundReason, RefundStatus, TicketKind
from payments.services import tickets
from payments.services.moves import whereabouts

TO_STATUS: dict[GatewayRefundState, RefundStatus] = {
    GatewayRefundState.PENDING: RefundStatus.PENDING,
    GatewayRefundState.SUCCESS: RefundStatus.SUCCESS,
    GatewayRefundState.FAILURE: RefundStatus.FAILURE,
    GatewayRefundState.MANUAL_REVIEW: RefundStatus.MANUAL_REVIEW,
}
END = frozenset({RefundStatus.SUCCESS, RefundStatus.FAILURE})
UNDECIDED = frozenset({RefundStatus.AWAITING_APPROVAL, RefundStatus.DECLINED})
LATE_AFTER = timedelta(days=7)
CHECK_SECONDS = (10, 60, 600, 3_600, 21_600, 86_400)
logger = structlog.get_logger(__name__)


@transaction.atomic
def request(
    *,
    order_id: str,
    amount: Money,
    reason: RefundReason,
    business_key: str,
    requested_by: str,
    now: datetime,
    charge: Charge | None = None,
    note: str = "",
    destination: RefundDestination = RefundDestination.SOURCE,
    needs_approval: bool = False,
) -> Refund:
    """Decide to give back `amount`, once per `business_key`. RefundExceedsCaptured when less than that is left."""
    order = Order.objects.select_for_update(no_key=True).get(order_id=order_id)
    known = existing(order, business_key)
    if known is not None:
        return known
    check_budget(order, amount)
    refund = Refund.objects.create(
        order=order,
        charge=charge,
        amount=amount,
        reason=reason,
        note=note,
        requested_by=requested_by,
        destination=destination,
        status=RefundStatus.AWAITING_APPROVAL if needs_approval else RefundStatus.REQUESTED,
        unique_request_id=unique_request_id(order, business_key),
        requested_at=now,
    )
    after = {"amount": amount.paise, "reason": str(reason), "order_id": order.order_id}
    audit.record(actor=requested_by, action="refund.requested", obj=refund, after=after, reason=note, now=now)
    if not needs_approval and destination == RefundDestination.SOURCE:
        announce(refund, now=now)
    return refund


def existing(order: Order, business_key: str) -> Refund | None:
    """Return the refund that was decided under this key before."""
    return Refund.objects.filter(unique_request_id=unique_request_id(order, business_key)).first()


def announce(refund: Refund, *, now: datetime) -> None:
    """Have the refund sent after the commit, and by the sweeper should that message be lost with its worker."""
    refund.next_check_at = now + timedelta(seconds=CHECK_SECONDS[1])
    Refund.objects.filter(pk=refund.pk).update(next_check_at=refund.next_check_at)
    outbox.emit("payment.refund_due", payload={"refund_id": str(refund.pk)}, now=now)


def check_budget(order: Order, amount: Money) -> None:
    if not order.captured or order.status == OrderStatus.REVERSED:  # the gateway gave a reversed one back already
        raise OrderNotRefundable
    left = refundable(order)
    if amount > left:
        raise RefundExceedsCaptured(f"Refunds may not exceed what was captured; {left} is left")


def refundable(order: Order) -> Money:
    """Return what is captured and not yet on its way back. Exact only under the order's lock."""
    spent = Refund.objects.filter(order=order).spending().aggregate(paise=Sum("amount"))["paise"] or 0
    return order.captured - (spent if isinstance(spent, Money) else Money(int(spent)))


def unique_request_id(order: Order, business_key: str) -> str:
    """Return the gateway's key of this refund: 20 upper-case alphanumerics, the same for the same decision."""
    digest = int.from_bytes(sha256(f"refund:{order.order_id}:{business_key}".encode()).digest()[:13], "big")
    return "".join(ids.CROCKFORD[(digest >> shift) & 31] for shift in range(95, -1, -5))


def execute(*, refund_id: UUID, gateway: Gateway, now: datetime) -> Refund:
    """Send the refund, or ask what became of it: both are the same idempotent call. PartnerError when nobody answered."""
    refund = Refund.objects.select_related("order", "charge").get(pk=refund_id)
    if refund.status in END | UNDECIDED:
        return refund
    if refund.status == RefundStatus.REQUESTED:
        state.move(refund, RefundStatus.SENT)  # committed before the call: a crash in between is looked into, not forgotten
        failpoints.reach("refund.marked")
    try:
        return learn(refund, gateway=gateway, now=now)
    except PartnerError:
        postpone(refund, now=now)
        raise
    except GatewayRefused as error:
        return park(refund, str(error), now=now)


def learn(refund: Refund, *, gateway: Gateway, now: datetime) -> Refund:
    """Make the call and keep what it says."""
    order = refund.order
    if refund.status == RefundStatus.MANUAL_REVIEW:
        truth = gateway.fetch_order(whereabouts(order))
    else:
        truth = gateway.refund(
            whereabouts(order),
            unique_request_id=refund.unique_request_id,
            amount=refund.amount,
            transaction_id=refund.charge.transaction_id if refund.charge else "",
        )
    failpoints.reach("refund.answered")
    take_answers(order, truth.refunds, now=now)
    refund.refresh_from_db()
    if refund.status == RefundStatus.MANUAL_REVIEW:  # the gateway may not even list it
        postpone(refund, now=now)
    return refund


@transaction.atomic
def take_answers(order: Order, answers: Iterable[GatewayRefund], *, now: datetime) -> None:
    """Bring our refunds of `order` to what the gateway says of each. Refunds that are not ours are noted for a person."""
    by_id = {answer.unique_request_id: answer for answer in answers}
    if not by_id:
        return
    ours = Refund.objects.select_for_update(no_key=True).filter(order=order, unique_request_id__in=by_id)
    for refund in ours:
        take_answer(refund, by_id.pop(refund.unique_request_id), now=now)
    for stranger in by_id.values():
        logger.warning("refund.not_ours", order_id=order.order_id, unique_request_id=stranger.unique_request_id)


def take_answer(refund: Refund, answer: GatewayRefund, *, now: datetime) -> None:
    if answer.amount != refund.amount:
        logger.error("refund.amount_differs", refund=refund.unique_request_id, theirs=answer.amount.paise)
        move(refund, RefundStatus.MANUAL_REVIEW, now=now, last_error="the gateway names another amount")
        return
    facts = {"gateway_reference": answer.reference, "arn": answer.arn, "last_error": answer.error}
    move(refund, TO_STATUS[answer.state], now=now, **facts)


def move(refund: Refund, to: RefundStatus, *, now: datetime, **facts: str) -> None:
    """Move the refund if that is a step; either way say when to look again."""
    if refund.status == RefundStatus.REQUESTED:  # a webhook was faster than our own reply
        state.move(refund, RefundStatus.SENT)
    fields: dict[str, Any] = {**facts, **follow_up(refund, to, now=now)}
    if to in Refund.MOVES[refund.status]:
        state.move(refund, to, **fields)
        if to == RefundStatus.MANUAL_REVIEW:
            problem = f"the gateway cannot say what became of {refund.amount}: ask it, then compare"
            ticket(refund, TicketKind.REFUND_REVIEW, problem, now=now)
        if to == RefundStatus.FAILURE:
            call_a_person(refund, now=now)
        if to == RefundStatus.SUCCESS:
            tickets.settle_itself(subject=refund.unique_request_id, what_happened="the refund succeeded", now=now)
    elif to == refund.status:
        Refund.objects.filter(pk=refund.pk).update(**fields)
    if refund.status == RefundStatus.PENDING and now - refund.requested_at > LATE_AFTER:
        ticket(refund, TicketKind.REFUND_LATE, f"{refund.amount} is pending for over a week", now=now)


def overtaken(order: Order, answers: Iterable[GatewayRefund], *, now: datetime) -> None:
    """The gateway gave everything back by itself: what it refused to do for that reason is over, and needs nobody."""
    known = [answer.unique_request_id for answer in answers]
    rows = Refund.objects.select_for_update(no_key=True).filter(order=order, status=RefundStatus.MANUAL_REVIEW)
    for refund in rows.exclude(unique_request_id__in=known):
        told = "the gateway gave the money back by itself"
        state.move(refund, RefundStatus.FAILURE, finished_at=now, next_check_at=None, last_error=told)
        tickets.settle_itself(subject=refund.unique_request_id, what_happened=told, now=now)


def ticket(refund: Refund, kind: TicketKind, problem: str, *, now: datetime) -> None:
    tickets.call_a_person(kind=kind, order=refund.order, subject=refund.unique_request_id, problem=problem, now=now)


def call_a_person(refund: Refund, *, now: datetime) -> None:
    """The bank did not take the money back, but what it had bought is undone: only a person can put that right."""
    problem = f"refund {refund.unique_request_id} of {refund.amount} failed; the customer has neither money nor effect"
    ticket(refund, TicketKind.REFUND_FAILED, problem, now=now)
    Order.objects.filter(pk=refund.order.pk).update(review_reason=problem[:300])


def follow_up(refund: Refund, to: RefundStatus, *, now: datetime) -> dict[str, Any]:
    if to in END:
        return {"finished_at": refund.finished_at or now, "next_check_at": None}
    return {"next_check_at": now + pause(refund), "checks": refund.checks + 1}


def pause(refund: Refund) -> timedelta:
    return timedelta(seconds=CHECK_SECONDS[min(refund.checks, len(CHECK_SECONDS) - 1)])


def postpone(refund: Refund, *, now: datetime) -> None:
    Refund.objects.filter(pk=refund.pk).update(next_check_at=now + pause(refund), checks=refund.checks + 1)


def park(refund: Refund, problem: str, *, now: datetime) -> Refund:
    """The gateway refused: what it did not do, a person must."""
    move(refund, RefundStatus.MANUAL_REVIEW, now=now, last_error=problem)
    refund.refresh_from_db()
    return refund
