"""Scheduled work of payments."""

from celery import shared_task

from aarokya.common import clock
from payments.services import sweeping, watching
from payments.services.mandates import planning


@shared_task(name="payments.tasks.sweep_open_orders")
def sweep_open_orders() -> int:
    """Announce every order and refund that the gateway should be asked about; return how many."""
    now = clock.now()
    return sweeping.sweep_orders(now=now) + sweeping.sweep_refunds(now=now)


@shared_task(name="payments.tasks.sweep_mandates")
def sweep_mandates() -> int:
    """Plan debits whose notice is due and announce the next step of those under way; return how many."""
    now = clock.now()
    return planning.plan_due(now=now) + planning.announce_steps(now=now)


@shared_task(name="payments.tasks.watch")
def watch() -> int:
    """Alert to what reconciliation should never find; return how many rules are broken."""
    return len(watching.watch(now=clock.now()))
