"""Celery tasks of the kernel."""

from celery import shared_task
from django.conf import settings

from aarokya.common import clock, outbox
from aarokya.common.api import idempotency


@shared_task(name="common.deliver", acks_late=False)
def deliver(message_ids: list[int]) -> None:
    """Deliver outbox messages. Acknowledged at once: their lease, not the broker, brings them back."""
    outbox.deliver_in_turn(message_ids)


@shared_task(name="common.forget_idempotency_keys")
def forget_idempotency_keys() -> None:
    """Delete stored answers older than the contract keeps them."""
    idempotency.forget_old(now=clock.now(), days=settings.IDEMPOTENCY_DAYS)
