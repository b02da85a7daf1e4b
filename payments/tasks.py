"""Scheduled work of payments."""

from celery import shared_task

from aarokya.common import clock
from payments.services import sweeping


@shared_task(name="payments.tasks.sweep_open_orders")
def sweep_open_orders() -> int:
    """Announce every order and refund that the gateway should be asked about; return how many."""
    now = clock.now()
    return sweeping.sweep_orders(now=now) + sweeping.sweep_refunds(now=now)
