"""An order as a graph of its steps: what is done, where it stands, what cannot happen any more."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from payments.models import Order, OrderStatus, Receipt, Refund, RefundStatus, SettlementOutcome
from payments.models.statuses import PAID, UNPAID_END

Standing = Literal["done", "here", "ahead", "failed", "skipped"]
REFUND_FAILED = frozenset({RefundStatus.FAILURE, RefundStatus.DECLINED, RefundStatus.MANUAL_REVIEW})


@dataclass(frozen=True, slots=True)
class Step:
    """One node; `branch` ones hang below the line: they undo what stands above."""

    title: str
    standing: Standing
    text: str = ""
    at: datetime | None = None
    branch: bool = False


def steps_of(order: Order) -> list[Step]:
    """Return the way of the order, then its refunds."""
    return [opened(order), *asked(order), paid(order), settled(order), receipt(order), *map(refunded, refunds(order))]


def opened(order: Order) -> Step:
    wallet = f", {order.wallet_amount} of it from the wallet" if order.wallet_amount.paise else ""
    return Step("Opened", "done", f"{order.amount}{wallet}", order.opened_at)


def asked(order: Order) -> list[Step]:
    """The session at the gateway; an order paid from the wallet alone has none."""
    if not order.gateway_amount.paise:
        return []
    if order.session_at:
        return [Step("Asked of the gateway", "done", str(order.gateway_amount), order.session_at)]
    standing: Standing = "done" if order.status in PAID else "here" if order.is_open else "failed"
    return [Step("Asked of the gateway", standing, "no session")]


def paid(order: Order) -> Step:
    if order.status in PAID:
        reversed_ = order.status == OrderStatus.REVERSED
        text = "reversed by the gateway" if reversed_ else order.gateway_status or "from the wallet"
        return Step("Paid", "failed" if reversed_ else "done", text, first_paid(order))
    if order.status == OrderStatus.MISMATCH:
        return Step("Paid", "failed", f"kept back: {order.review_reason}")
    if order.status in UNPAID_END:
        return Step("Paid", "failed", f"{order.status.lower()}; gateway says {order.gateway_status or 'nothing'}")
    waits = order.session_at is not None or not order.gateway_amount.paise
    return Step("Paid", "here" if waits else "ahead", f"asked {order.checks} times")


def first_paid(order: Order) -> datetime | None:
    event = order.events.filter(to_status=OrderStatus.CHARGED).order_by("at").first()
    return event.at if event else None


def settled(order: Order) -> Step:
    """What the money was for has happened, or cannot."""
    title = order.type.replace("_", " ").capitalize()
    if order.settlement == SettlementOutcome.DONE:
        return Step(title, "done", f"{order.reference_type} {order.reference_id}", order.settled_at)
    if order.settlement == SettlementOutcome.REFUND:
        return Step(title, "failed", "its purpose is gone: the money goes back", order.settled_at)
    return Step(title, "here" if order.status == OrderStatus.CHARGED else after_unpaid(order))


def receipt(order: Order) -> Step:
    found = Receipt.objects.filter(order=order).first()
    if found:
        return Step("Receipt", "done", str(found), found.created_at)
    return Step("Receipt", "here" if order.settlement == SettlementOutcome.DONE else after_unpaid(order))


def after_unpaid(order: Order) -> Standing:
    """A step after one that failed does not happen; after one that is awaited it may."""
    dead = order.status in UNPAID_END or order.status == OrderStatus.REVERSED or order.settlement == SettlementOutcome.REFUND
    return "skipped" if dead else "ahead"


def refunds(order: Order) -> list[Refund]:
    return list(order.refunds.order_by("requested_at"))


def refunded(refund: Refund) -> Step:
    text = f"{refund.amount}, {refund.get_status_display().replace('_', ' ').lower()}"
    standing: Standing = (
        "done" if refund.status == RefundStatus.SUCCESS else "failed" if refund.status in REFUND_FAILED else "here"
    )
    return Step("Refund", standing, text, refund.finished_at or refund.requested_at, branch=True)


def drawn(order: Order) -> SafeString:
    return SafeString(render_to_string("admin/payments/steps.html", {"steps": steps_of(order)}))
