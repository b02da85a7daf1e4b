"""What reconciliation should never find, counted: each figure is 0 while the jobs do their work."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db.models import Exists, OuterRef, Q

from aarokya.common.metrics import ALERTS
from payments.models import MandateRole, Order, OrderEvent, OrderStatus, Refund, RefundStatus, Ticket, WebhookInbox
from payments.services.refunds import LATE_AFTER
from payments.services.schedule import PENDING_FOR, SESSION_REPLY_DUE

ASKED_WITHIN = timedelta(minutes=10)  # of falling due
GAP_OVER = timedelta(hours=1)
GAP_AFTER = timedelta(minutes=10)  # a webhook that takes longer does not count as one
GAP_SHARE = 0.05
GAP_CHARGES = 20  # of fewer a share says nothing
ASKING = (OrderEvent.Cause.POLL, OrderEvent.Cause.SWEEP)
logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Figure:
    """How many rows break one rule of reconciliation."""

    code: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Of the charges of a while, how many we found by asking although the gateway should have told us."""

    charges: int
    untold: int

    @property
    def share(self) -> float:
        return self.untold / self.charges if self.charges else 0.0

    @property
    def is_alarming(self) -> bool:
        return self.charges >= GAP_CHARGES and self.share > GAP_SHARE


def figures(*, now: datetime) -> list[Figure]:
    """R1, R2, R6 and R7. R3 is the import of the gateway's report, R4 and R5 are the ledger's."""
    gap = webhook_gap(now=now)
    return [
        Figure("R1", "orders open past their time, or due and not asked about", overdue_orders(now=now)),
        Figure("R2", "sessions without a reply", silent_sessions(now=now)),
        Figure("R6", f"charges without a webhook, of {gap.charges}", gap.untold if gap.is_alarming else 0),
        Figure("R7", "refunds that hang and nobody was called", forgotten_refunds(now=now)),
    ]


def watch(*, now: datetime) -> list[Figure]:
    """Raise an alert for each rule that is broken; return those."""
    broken = [figure for figure in figures(now=now) if figure.count]
    for figure in broken:
        ALERTS.labels(kind=f"payments_{figure.code}").inc()
        logger.error("payment.reconciliation", code=figure.code, title=figure.title, count=figure.count)
    return broken


def overdue_orders(*, now: datetime) -> int:
    too_old = Q(opened_at__lt=now - PENDING_FOR - timedelta(days=1), expires_at__lt=now)
    not_asked = Q(next_check_at__lt=now - ASKED_WITHIN)
    return Order.objects.open().filter(too_old | not_asked).count()


def silent_sessions(*, now: datetime) -> int:
    """Those that are due to be looked into and were not: a debit's order waits for its day, and a gateway may be away."""
    rows = Order.objects.filter(status=OrderStatus.CREATED, opened_at__lt=now - SESSION_REPLY_DUE - ASKED_WITHIN, checks=0)
    return rows.exclude(mandate_role=MandateRole.DEBIT).count()


def webhook_gap(*, now: datetime) -> Gap:
    until = now - GAP_AFTER
    told = WebhookInbox.objects.filter(order_id=OuterRef("order__order_id"))
    charged = OrderEvent.objects.filter(to_status=OrderStatus.CHARGED, at__gte=until - GAP_OVER, at__lt=until)
    charged = charged.exclude(from_status=OrderStatus.CHARGED).filter(order__gateway_amount__gt=0)
    untold = charged.filter(~Exists(told), cause__in=ASKING)
    return Gap(charges=charged.count(), untold=untold.count())


def forgotten_refunds(*, now: datetime) -> int:
    called = Ticket.objects.filter(subject=OuterRef("unique_request_id"))
    late = Q(status__in=[RefundStatus.SENT, RefundStatus.PENDING], requested_at__lt=now - LATE_AFTER - timedelta(days=1))
    return Refund.objects.filter(late | Q(status=RefundStatus.MANUAL_REVIEW)).exclude(Exists(called)).count()
