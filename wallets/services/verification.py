"""`ledger verify`: counts, for each invariant, what does not hold. All must be 0."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from wallets.models import Wallet
from wallets.services.invariants import INVARIANTS, Invariant

SHOWN = 20  # differences kept for people to read; all are counted

EVERYTHING = """
WITH w AS NOT MATERIALIZED (SELECT * FROM wallets_wallet),
     t AS NOT MATERIALIZED (SELECT * FROM wallets_transfer),
     e AS NOT MATERIALIZED (SELECT * FROM wallets_entry)
"""
# A sample finds its transfers through the entries' key, so that it costs nothing where there are millions.
SAMPLED = """
WITH w AS (SELECT * FROM wallets_wallet WHERE id = ANY(%(wallets)s)),
     e AS (SELECT * FROM wallets_entry WHERE wallet_id = ANY(%(wallets)s)),
     t AS (SELECT wallets_transfer.* FROM wallets_transfer JOIN e ON e.transfer_id = wallets_transfer.id)
"""


@dataclass(frozen=True, slots=True)
class Difference:
    subject: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Finding:
    """How many differences an invariant has, and the first of them."""

    code: str
    title: str
    count: int
    differences: tuple[Difference, ...]

    @property
    def subjects(self) -> list[str]:
        return [difference.subject for difference in self.differences]


def verify(*, now: datetime, sample: int | None = None) -> list[Finding]:
    """Judge every invariant, over `sample` random wallets or over all. Each is one statement, so it sees one moment."""
    return list(findings(now=now, sample=sample))


def findings(*, now: datetime, sample: int | None = None) -> Iterator[Finding]:
    """Like `verify`, one by one, for showing progress."""
    wallets = None if sample is None else sampled(sample)
    for invariant in INVARIANTS:
        if invariant.whole and wallets is not None:
            continue
        if not invariant.needs or invariant.needs in connection.introspection.table_names():
            yield judge(invariant, wallets, now=now)


def sampled(count: int) -> list[UUID]:
    return list(Wallet.objects.order_by("?").values_list("id", flat=True)[:count])


def judge(invariant: Invariant, wallets: list[UUID] | None, *, now: datetime) -> Finding:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # a whole ledger takes longer than a request may
        cursor.execute((EVERYTHING if wallets is None else SAMPLED) + invariant.sql, {"wallets": wallets, "now": now})
        return Finding(
            invariant.code, invariant.title, cursor.rowcount, tuple(difference(row) for row in cursor.fetchmany(SHOWN))
        )


def difference(row: tuple[Any, ...]) -> Difference:
    return Difference(*(str(value) for value in row))
