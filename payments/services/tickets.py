"""Calling a person, once for each problem, and writing down what they did."""

from datetime import datetime

import structlog
from django.db import transaction

from aarokya.common import audit
from aarokya.common.errors import Conflict
from payments.models import Order, Ticket, TicketKind

logger = structlog.get_logger(__name__)


def call_a_person(*, kind: TicketKind, order: Order | None, subject: str, problem: str, now: datetime) -> Ticket:
    """Open a ticket, or return the one that is open about this already. Runs in the caller's transaction."""
    found, is_new = Ticket.objects.open().get_or_create(
        kind=kind, subject=subject, closed_at=None, defaults={"order": order, "problem": problem[:300], "opened_at": now}
    )
    if is_new:
        logger.error("payment.ticket", kind=str(kind), subject=subject, problem=problem)
    return found


def settle_itself(*, subject: str, what_happened: str, now: datetime) -> None:
    """Close what is open about `subject`: the problem went away."""
    rows = Ticket.objects.open().filter(subject=subject)
    rows.update(closed_at=now, closed_by="system:payments", resolution=what_happened)


@transaction.atomic
def close(*, ticket: Ticket, actor: str, resolution: str, now: datetime) -> Ticket:
    """Close on a person's word. Conflict when it is closed already."""
    locked = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if locked.closed_at is not None:
        raise Conflict("The ticket is closed already")
    locked.closed_at, locked.closed_by, locked.resolution = now, actor, resolution[:1000]
    locked.save(update_fields=["closed_at", "closed_by", "resolution", "last_modified_at"])
    audit.record(actor=actor, action="ticket.closed", obj=locked, after={"kind": locked.kind}, reason=resolution, now=now)
    return locked
