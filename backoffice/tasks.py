"""Celery tasks of the back office."""

from celery import shared_task

from aarokya.common import clock, metrics
from backoffice.services import anchoring, exporting


@shared_task(name="backoffice.tasks.anchor_audit")
def anchor_audit() -> None:
    """Anchor the days that are over, and look at every chain: a break is an alert."""
    anchoring.anchor_past_days(now=clock.now())
    breaks = len(list(anchoring.find_breaks()))
    if breaks:
        metrics.ALERTS.labels("audit_broken").inc(breaks)


@shared_task(name="backoffice.tasks.forget_exports")
def forget_exports() -> None:
    """Delete the files of exports that are older than a day."""
    exporting.forget_old(now=clock.now())
