"""Celery tasks of approvals."""

from celery import shared_task

from aarokya.common import clock
from approvals import services


@shared_task(name="approvals.tasks.expire_lapsed")
def expire_lapsed() -> None:
    """Let go of requests that nobody decided."""
    services.expire_lapsed(now=clock.now())
