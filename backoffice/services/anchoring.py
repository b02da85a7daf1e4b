"""Anchoring days of the audit log, and proving that nothing was changed or removed since."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Max, Min

from aarokya.common import audit
from aarokya.common.audit import Break
from aarokya.common.clock import ist_day
from aarokya.common.models import AuditEntry
from backoffice.models import AuditAnchor

logger = structlog.get_logger(__name__)


def anchor_past_days(*, now: datetime) -> list[AuditAnchor]:
    """Anchor every day since the last anchor that is over in Asia/Kolkata; return the new anchors, oldest first.

    Each one is logged as well: logs leave the machine, so whoever rewrites the database cannot rewrite both.
    """
    made = []
    for day in days_to_anchor(until=ist_day(now)):
        anchor, is_new = anchor_day(day, now=now)
        if is_new:
            logger.info("audit.anchored", day=day.isoformat(), entries=anchor.entries, anchor=anchor.hash)
            made.append(anchor)
    return made


def days_to_anchor(*, until: date) -> Iterator[date]:
    """Yield the days before `until` without an anchor, from the last anchor or the first entry on."""
    last = AuditAnchor.objects.aggregate(day=Max("day"))["day"]
    first = last + timedelta(days=1) if last else AuditEntry.objects.aggregate(day=Min("day"))["day"]
    for offset in range((until - first).days if first else 0):
        yield first + timedelta(days=offset)


@transaction.atomic
def anchor_day(day: date, *, now: datetime) -> tuple[AuditAnchor, bool]:
    """Return the anchor of `day` and whether this call made it; an anchor that is there stays."""
    entries = AuditEntry.objects.filter(day=day).aggregate(last=Max("number"))["last"] or 0
    values = {"entries": entries, "hash": audit.anchor(day), "made_at": now}
    return AuditAnchor.objects.get_or_create(day=day, defaults=values)


def find_breaks() -> Iterator[Break]:
    """Yield every place where a chain, or a chain and its anchor, do not hold: day, number of the entry, words."""
    yield from audit.broken_links()
    for anchor in AuditAnchor.objects.order_by("day"):
        if audit.anchor(anchor.day) != anchor.hash:
            yield Break(
                anchor.day, anchor.entries, "does not match the anchor of its day: entries were removed, added or rewritten"
            )
