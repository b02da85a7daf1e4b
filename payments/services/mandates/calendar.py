"""The debits of a mandate by day: those that were and those that will be."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aarokya.common.clock import ist_day
from aarokya.common.errors import DomainError
from aarokya.common.money import Money
from payments.models import Mandate, MandateExecution, MandateStatus
from payments.services.mandates import planning, times

HORIZON = timedelta(days=31)
PAST_MAX = 62
PLANNED = "PLANNED"


@dataclass(frozen=True, slots=True)
class Entry:
    """One day. `status` is an execution's, or PLANNED for a debit that is still to be announced."""

    day: date
    amount: Money
    execute_at: datetime
    status: str
    execution: MandateExecution | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """`past` newest first, `coming` soonest first."""

    past: list[Entry]
    coming: list[Entry]


def calendar(mandate: Mandate, *, now: datetime) -> Calendar:
    """Return what was debited and what the next month (or, of a yearly mandate, the next debit) will bring."""
    rows = list(mandate.executions.select_related("order").order_by("-due_on")[:PAST_MAX])
    entries = [Entry(row.due_on, row.amount, row.execute_at, row.status, row) for row in rows]
    today = ist_day(now)
    coming = [entry for entry in reversed(entries) if entry.day >= today and entry.execute_at > now]
    known = {entry.day for entry in coming}
    return Calendar(
        past=[entry for entry in entries if entry.day not in known],
        coming=coming + planned(mandate, taken=known, now=now),
    )


def planned(mandate: Mandate, *, taken: set[date], now: datetime) -> list[Entry]:
    """Project the debits that have no row yet, as far as money is owed for them."""
    if mandate.status != MandateStatus.ACTIVE or mandate.next_debit_on is None:
        return []
    try:
        amount = planning.due_amount(mandate, now=now)
    except DomainError:
        return []
    day = times.first_possible_day(mandate.next_debit_on, mandate.pk, now=now)
    end = max(ist_day(now) + HORIZON, day)
    found: list[Entry] = []
    while amount and day <= end:
        if day not in taken:
            found.append(Entry(day, amount, times.debit_time(day, mandate.pk), PLANNED))
        day = times.next_day(day, mandate.frequency)
    return found
