"""The poller: due rows are the work, claimed so that any number of workers may sweep at once."""

from datetime import datetime, timedelta

from django.db import transaction

from aarokya.common import outbox
from payments.models import Order, Refund

BATCH = 200
LEASE = timedelta(seconds=60)  # a claimed row comes back by itself if its message is never worked on


@transaction.atomic
def sweep_orders(*, now: datetime, limit: int = BATCH) -> int:
    """Announce `payment.check_due` for up to `limit` orders whose time has come; return how many."""
    due = Order.objects.due(now).order_by("next_check_at").select_for_update(skip_locked=True, no_key=True)
    claimed = list(due.values_list("pk", "order_id")[:limit])
    Order.objects.filter(pk__in=[pk for pk, _ in claimed]).update(next_check_at=now + LEASE)
    for _, order_id in claimed:
        outbox.emit("payment.check_due", payload={"order_id": order_id}, now=now)
    return len(claimed)


@transaction.atomic
def sweep_refunds(*, now: datetime, limit: int = BATCH) -> int:
    """Announce `payment.refund_due` for up to `limit` refunds to send or to ask about; return how many."""
    due = Refund.objects.due(now).order_by("next_check_at").select_for_update(skip_locked=True, no_key=True)
    claimed = list(due.values_list("pk", flat=True)[:limit])
    Refund.objects.filter(pk__in=claimed).update(next_check_at=now + LEASE)
    for refund_id in claimed:
        outbox.emit("payment.refund_due", payload={"refund_id": str(refund_id)}, now=now)
    return len(claimed)
