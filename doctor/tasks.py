"""Scheduled work of the doctor."""

from celery import shared_task

from aarokya.common import clock
from doctor.services import assignments, sessions


@shared_task(name="doctor.tasks.check_consultations")
def check_consultations() -> int:
    """Announce every consultation that Aathma should be asked about; return how many."""
    return assignments.announce_due(now=clock.now())


@shared_task(name="doctor.tasks.abandon_idle")
def abandon_idle() -> int:
    """Give up conversations that nobody went on with for a day; return how many."""
    return sessions.abandon_idle(now=clock.now())
