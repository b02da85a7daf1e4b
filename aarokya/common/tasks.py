"""Celery tasks of the kernel."""

from celery import shared_task
from django.conf import settings

from aarokya.common import clock, outbox
from aarokya.common.api import idempotency


@shared_task(name="common.deliver", acks_late=False)
def deliver(message_id: int) -> None:
    """Deliver one outbox message. Acknowledged at once: its lease, not the broker, brings it back."""
    outbox.deliver(message_id, now=clock.now())


@shared_task(name="common.forget_idempotency_keys")
def forget_idempotency_keys() -> None:
    """Delete stored answers older than the contract keeps them."""
    idempotency.forget_old(now=clock.now(), days=settings.IDEMPOTENCY_DAYS)
