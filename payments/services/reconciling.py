"""Reconciliation by hand: every order of a period compared with the gateway now."""

from dataclasses import dataclass
from datetime import datetime

from aarokya.common.clients.http import PartnerError
from payments.gateways.base import Gateway, GatewayRefused
from payments.models import OPEN, UNPAID_END, Order, OrderEvent
from payments.services import settling
from payments.services.decisions import decide
from payments.services.moves import whereabouts


@dataclass(frozen=True, slots=True)
class Finding:
    """What one comparison showed. `kind`: agreed, moved, mismatched or unanswered."""

    order_id: str
    before: str
    after: str
    kind: str
    remark: str = ""

    @property
    def is_news(self) -> bool:
        return self.kind != "agreed"


def candidates(*, since: datetime, with_paid: bool) -> list[str]:
    """Return the order ids to compare, oldest first: unsettled ones, or all that went through a gateway."""
    rows = Order.objects.filter(opened_at__gte=since, gateway_amount__gt=0).order_by("opened_at")
    if not with_paid:
        rows = rows.filter(status__in=OPEN | UNPAID_END)
    return list(rows.values_list("order_id", flat=True))


def reconcile(*, order_id: str, gateway: Gateway, dry_run: bool, now: datetime) -> Finding:
    """Ask about one order and settle what follows; with `dry_run` only say what would follow."""
    order = Order.objects.get(order_id=order_id)
    try:
        truth = gateway.fetch_order(whereabouts(order))
    except (PartnerError, GatewayRefused) as error:
        return Finding(order_id, order.status, order.status, "unanswered", str(error))
    decision = decide(order, truth, may_leave_mismatch=False, now=now)
    after = str(decision.target or order.status)
    if not dry_run:
        after = settling.apply(order_id=order_id, truth=truth, cause=OrderEvent.Cause.SWEEP, now=now).status
    if decision.differences:
        return Finding(order_id, order.status, after, "mismatched", "; ".join(decision.differences))
    return Finding(order_id, order.status, after, "agreed" if after == order.status else "moved", truth.gateway_status)
