"""Scheduled work."""

from celery import shared_task

from aarokya.common import clock
from insurance.services import terms


@shared_task(name="insurance.tasks.advance_policies", acks_late=True, time_limit=600)
def advance_policies() -> int:
    """Move policies whose term or grace has ended; return how many. Daily, just after midnight in Asia/Kolkata."""
    now = clock.now()
    return sum(1 for _ in terms.advance_all(day=clock.ist_day(now), now=now))
