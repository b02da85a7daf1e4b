"""Scheduled work of this app."""

from celery import shared_task

from aarokya.common import clock
from accounts.services import codes, erasure, sessions


@shared_task
def forget_old() -> None:
    """Delete codes and logins that no rule asks about any more."""
    now = clock.now()
    codes.forget_old(now=now)
    sessions.forget_old(now=now)


@shared_task
def erase_due() -> None:
    """Forget who asked for it, once nothing stands against it."""
    erasure.erase_due(now=clock.now())
