"""The audit log: append-only, numbered and hash-chained per day by the database."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import structlog
from django.db import connection
from django.db.models import Model

from aarokya.common.clock import ist_day
from aarokya.common.models import AuditEntry

GENESIS = "0" * 64


def record(
    *,
    actor: str,
    action: str,
    obj: Model,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write one act in the transaction of the act. `actor` is `staff:<name>`, `user:<id>` or `system:<task>`."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"{action} must be audited in its own transaction")
    AuditEntry(
        at=now,
        day=ist_day(now),
        number=0,  # the trigger numbers, links and hashes the row
        actor=actor,
        action=action,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        before=before or {},
        after=after or {},
        reason=reason,
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
    ).save(force_insert=True)


@dataclass(frozen=True, slots=True)
class Break:
    """Where a day's chain does not hold, and how."""

    day: date
    number: int
    problem: str


def broken_links() -> Iterator[Break]:
    """Recompute every chain in the database and yield each place where it does not hold."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT day, number, problem FROM common_audit_breaks()")
        for day, number, problem in cursor.fetchall():
            yield Break(day, number, problem)


def anchor(day: date) -> str:
    """Return one hash that stands for everything recorded on `day`: publish it, and the day cannot be rewritten unseen."""
    last = AuditEntry.objects.filter(day=day).order_by("-number").values_list("number", "hash").first()
    number, link = last or (0, GENESIS)
    return hashlib.sha256(json.dumps([day.isoformat(), number, link]).encode()).hexdigest()
