"""Which debits come: mandates whose time has come get their next execution, any number of planners at once."""

from datetime import date, datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Sum

from aarokya.common import outbox
from aarokya.common.clock import ist_day
from aarokya.common.errors import DomainError
from aarokya.common.money import Money
from payments.gateways.mandates import MandateCommand
from payments.models import Mandate, MandateExecution, MandateStatus
from payments.purposes.base import InInstalments, Instalment, purpose
from payments.services.mandates import following, times

BATCH = 200
LEASE = timedelta(seconds=60)
logger = structlog.get_logger(__name__)


@transaction.atomic
def plan_due(*, now: datetime, limit: int = BATCH) -> int:
    """Write the next debit of up to `limit` mandates that are due; return of how many."""
    due = Mandate.objects.due(now).order_by("next_plan_at").select_for_update(skip_locked=True, no_key=True)
    claimed = list(due[:limit])
    for mandate in claimed:
        plan(mandate, now=now)
    return len(claimed)


@transaction.atomic
def announce_steps(*, now: datetime, limit: int = BATCH) -> int:
    """Announce `mandate.step_due` for up to `limit` debits whose next step has come; return of how many."""
    due = MandateExecution.objects.due(now).order_by("next_step_at").select_for_update(skip_locked=True, no_key=True)
    claimed = list(due.values_list("pk", flat=True)[:limit])
    MandateExecution.objects.filter(pk__in=claimed).update(next_step_at=now + LEASE)
    for execution_id in claimed:
        outbox.emit("mandate.step_due", payload={"execution_id": str(execution_id)}, now=now)
    return len(claimed)


def plan(mandate: Mandate, *, now: datetime, key: str = "") -> MandateExecution | None:
    """Write the mandate's next debit and move its day on; None when nothing is owed, or nothing can be paid any more.

    The caller holds the mandate's lock. `key` is the id under which somebody outside asked for it.
    """
    day = times.first_possible_day(mandate.next_debit_on or ist_day(now), mandate.pk, now=now)
    try:
        amount = due_amount(mandate, now=now)
    except DomainError as gone:
        logger.info("mandate.purpose_gone", mandate_id=str(mandate.pk), problem=gone.text)
        following.end(mandate, MandateStatus.COMPLETED, reason=gone.text, now=now)
        following.command_later(mandate, MandateCommand.REVOKE, now=now)
        return None
    move_on(mandate, day)
    return write(mandate, day, amount, key=key, now=now) if amount else None


def due_amount(mandate: Mandate, *, now: datetime) -> Money:
    """Return what the purpose says is due, less what debits under way will bring, never above what the customer agreed to."""
    asked = instalment(mandate, now=now)
    under_way = MandateExecution.objects.open().filter(mandate=mandate).aggregate(total=Sum("amount"))["total"]
    left = max(asked.owed - (under_way or Money(0)), Money(0))
    return min(asked.prepared.amount, mandate.max_amount, left)


def instalment(mandate: Mandate, *, now: datetime) -> Instalment:
    """Ask the purpose. DomainError when it is gone."""
    return payable_in_parts(mandate.type).instalment(user_id=mandate.user_id, reference_id=UUID(mandate.reference_id), now=now)


def payable_in_parts(type: str) -> InInstalments:  # noqa: A002 (the contract's word)
    kind = purpose(type)
    if not isinstance(kind, InInstalments):
        raise TypeError(f"{type} cannot be paid in instalments")
    return kind


def move_on(mandate: Mandate, day: date) -> None:
    following_day = times.next_day(day, mandate.frequency)
    following.remember(mandate, next_debit_on=following_day, next_plan_at=times.plan_time(following_day, mandate.pk))


def write(mandate: Mandate, day: date, amount: Money, *, key: str, now: datetime) -> MandateExecution:
    return MandateExecution.objects.create(
        mandate=mandate,
        due_on=day,
        amount=amount,
        job_execution_id=key,
        execute_at=times.debit_time(day, mandate.pk),
        next_step_at=now,
    )
