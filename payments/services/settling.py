"""The only place where an order learns what became of it. Whoever comes first settles; the others find it done."""

from dataclasses import replace
from datetime import datetime

import structlog
from django.db import transaction

from aarokya.common import failpoints, outbox
from aarokya.common.money import Money
from payments.gateways.base import GatewayOrder, GatewayState
from payments.models import Charge, Order, OrderEvent, OrderStatus, RefundReason, SettlementOutcome, TicketKind
from payments.purposes.base import Settlement, purpose
from payments.services import refunds, returning, tickets, wallet_parts
from payments.services.decisions import Decision, decide, evidence
from payments.services.mandates import following
from payments.services.moves import Why, advance, note, record
from payments.services.schedule import next_check

logger = structlog.get_logger(__name__)


@transaction.atomic
def apply(*, order_id: str, truth: GatewayOrder, cause: OrderEvent.Cause, now: datetime, evidence_id: str = "") -> Order:
    """Bring the order to what the gateway says, with every effect of that, in one transaction under the order's lock."""
    order = Order.objects.select_for_update(no_key=True).get(order_id=order_id)
    why = Why(cause=cause, now=now, evidence_id=evidence_id, evidence=evidence(truth))
    decision = decide(order, truth, may_leave_mismatch=cause == OrderEvent.Cause.STAFF, now=now)
    if truth.state is GatewayState.UNKNOWN:
        logger.error("payment.unknown_status", order_id=order_id, gateway_status=truth.gateway_status)
    if decision.differences:
        quarantine(order, decision, truth, why=why)
    else:
        follow(order, decision, truth, why=why)
    refunds.take_answers(order, truth.refunds, now=now)
    if order.status == OrderStatus.REVERSED:
        refunds.overtaken(order, truth.refunds, now=now)
    if order.mandate_role and not decision.differences:
        following.follow(order, truth.mandate, now=now)
    look_again(order, truth, now=now)
    return order


def quarantine(order: Order, decision: Decision, truth: GatewayOrder, *, why: Why) -> None:
    """The gateway's facts are not ours: credit nothing, keep what was taken visible, call a person."""
    differences = "; ".join(decision.differences)[:300]
    logger.error("payment.mismatch", order_id=order.order_id, differences=differences, status=order.status)
    why = replace(why, evidence={**why.evidence, "differences": list(decision.differences)})
    note_charges(order, truth, now=why.now)
    tickets.call_a_person(kind=TicketKind.MISMATCH, order=order, subject=order.order_id, problem=differences, now=why.now)
    if decision.target is not None:
        advance(order, decision.target, why=why, review_reason=differences)
    elif order.review_reason != differences:
        note(order, review_reason=differences)
        record(order, why=why, from_status=order.status)


def follow(order: Order, decision: Decision, truth: GatewayOrder, *, why: Why) -> None:
    """Facts agree: move up, with the effects of the new state."""
    note_charges(order, truth, now=why.now)
    match decision.target:
        case None:
            pass
        case OrderStatus.CHARGED:
            charged(order, why=why)
        case OrderStatus.REVERSED:
            reversed_by_gateway(order, why=why)
        case OrderStatus.FAILED | OrderStatus.EXPIRED:
            advance(order, decision.target, why=why)
            free(order, now=why.now)
        case _:
            advance(order, decision.target, why=why)
    if truth.state is GatewayState.CHARGED:
        give_back_extra(order, now=why.now)


def note_charges(order: Order, truth: GatewayOrder, *, now: datetime) -> None:
    """Keep each transaction that took money; the first of an order is the one that settles."""
    known = set(order.charges.values_list("transaction_id", flat=True))
    fresh = [seen for seen in truth.charges if seen.transaction_id not in known and seen.amount > Money(0)]
    rows = [
        Charge(
            order=order,
            transaction_id=seen.transaction_id,
            transaction_uuid=seen.uuid[:80],
            amount=seen.amount,
            is_extra=bool(known) or position > 0,
            at=now,
        )
        for position, seen in enumerate(fresh)
    ]
    if rows:
        Charge.objects.bulk_create(rows)
        note(order, captured=sum((row.amount for row in rows), order.captured))


def charged(order: Order, *, why: Why) -> None:
    """The money is here, once: let the purpose have it, or give it back when the purpose is gone."""
    if order.status == OrderStatus.MISMATCH:
        tickets.settle_itself(subject=order.order_id, what_happened="the gateway's facts agree by now", now=why.now)
    advance(order, OrderStatus.CHARGED, why=why, checks=0, review_reason="")
    spoken_for = refunds.refundable(order) < order.gateway_amount  # a person gave back what was in quarantine
    outcome = Settlement.REFUND if spoken_for else settle(order, now=why.now)
    failpoints.reach("settlement.inside")
    note(order, settlement=SettlementOutcome(outcome.value), settled_at=why.now)
    if outcome is Settlement.REFUND:
        free(order, now=why.now)
        give_back(order, now=why.now)
    outbox.emit(
        "payment.settled", key=f"order:{order.order_id}", payload={"order_id": order.order_id, "outcome": outcome}, now=why.now
    )


def give_back(order: Order, *, now: datetime) -> None:
    """Return the charge, or what of it is not on its way back already."""
    logger.warning("payment.purpose_gone", order_id=order.order_id, type=order.type)
    left = min(order.gateway_amount, refunds.refundable(order))
    if left:
        refunds.request(
            order_id=order.order_id,
            amount=left,
            reason=RefundReason.PURPOSE_GONE,
            business_key="purpose_gone",
            requested_by="system:settlement",
            note="what was paid for is no longer to be had",
            now=now,
        )


def settle(order: Order, *, now: datetime) -> Settlement:
    """Let the purpose have the money. Without a wallet part its refusals are kept; they are committed with the order."""
    if not order.wallet_amount:
        return purpose(order.type).settle(order, now=now)
    try:
        with transaction.atomic():
            settle_with_wallet(order, now=now)
    except (PurposeGone, wallet_parts.WalletPartGone):
        order.refresh_from_db(fields=["transfer_id"])  # what was taken has been undone
        return Settlement.REFUND
    return Settlement.DONE


class PurposeGone(Exception):
    """Undoes the wallet's part when the purpose does not want the money."""


def settle_with_wallet(order: Order, *, now: datetime) -> None:
    """Take the wallet's part and let the purpose act: both or neither."""
    wallet_parts.capture(order, now=now)
    if purpose(order.type).settle(order, now=now) is Settlement.REFUND:
        raise PurposeGone


def reversed_by_gateway(order: Order, *, why: Why) -> None:
    """The gateway gave the money back on its own. What it was used for is undone, or a person decides what follows."""
    used = order.settlement == SettlementOutcome.DONE
    undone = used and returning.undo_rest(order, now=why.now)
    review = "the gateway took the money back after it had been used" if used and not undone else ""
    advance(order, OrderStatus.REVERSED, why=why, review_reason=review)
    if review:
        kind = TicketKind.REVERSED_AFTER_USE
        tickets.call_a_person(kind=kind, order=order, subject=order.order_id, problem=review, now=why.now)
    if not used:
        free(order, now=why.now)


def free(order: Order, *, now: datetime) -> None:
    """Release what was set aside: head-room, and the wallet's part."""
    wallet_parts.release(order, now=now)
    purpose(order.type).release(order, now=now)


def give_back_extra(order: Order, *, now: datetime) -> None:
    """Somebody paid twice (two tabs, two apps): every charge but the first goes back."""
    for charge in order.charges.filter(is_extra=True):
        refunds.request(
            order_id=order.order_id,
            amount=charge.amount,
            reason=RefundReason.CHARGED_TWICE,
            business_key=f"extra:{charge.transaction_id}",
            requested_by="system:settlement",
            note="charged more than once",
            charge=charge,
            now=now,
        )


def look_again(order: Order, truth: GatewayOrder, *, now: datetime) -> None:
    """Keep the gateway's own words and say when to ask next."""
    note(
        order,
        gateway_status=truth.gateway_status[:40],
        gateway_reference=truth.reference[:80] or order.gateway_reference,
        next_check_at=next_check(order, now=now),
        checks=order.checks + 1,
        synced_at=max(now, order.synced_at or now),
    )
