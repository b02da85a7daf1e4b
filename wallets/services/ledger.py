"""The way into the ledger's SQL functions: one call, one round trip, one outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.rows import args_row

from aarokya.common import outbox
from aarokya.common.money import Money
from wallets.errors import error_of
from wallets.models import HEALTH

DONE = frozenset({"POSTED", "HELD", "RESERVED", "RELEASED", "EXPIRED", "OPEN", "FROZEN", "CLOSED", "SMALL", "FULL_KYC"})
# A placeholder for the wallet of a user: found in the same round trip as the movement.
WALLET_OF_USER = f"(SELECT id FROM wallets_wallet WHERE user_id = %s AND kind_id = '{HEALTH}')"  # noqa: S608 (a constant)

TOPICS = ("wallet.credited", "wallet.debited")
# The event of the movement in `moved`; its last two values are the transfer's id and the time.
MOVED_EVENT = """
    SELECT CASE direction WHEN 1 THEN 'wallet.credited' ELSE 'wallet.debited' END, 'wallet:' || wallet_id,
           jsonb_build_object('transfer_id', %s::uuid), %s::timestamptz
    FROM moved WHERE outcome = 'POSTED' AND NOT replayed
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row of the SQL type `ledger_result`; amounts in paise."""

    outcome: str
    replayed: bool
    wallet_id: UUID | None
    own: int
    others: int
    own_after: int
    others_after: int
    available_after: int
    direction: int  # of a posted transfer, else 0


@dataclass(frozen=True, slots=True)
class Posted:
    """A movement that is on the books. `own_after` and `others_after` are as of the movement, `available_after` as of now."""

    transfer_id: UUID
    wallet_id: UUID
    own: Money
    others: Money
    own_after: Money
    others_after: Money
    available_after: Money
    replayed: bool

    @property
    def balance_after(self) -> Money:
        return self.own_after + self.others_after


def call(function: str, values: Sequence[Any], *, wallet: str = "") -> Outcome:
    """Run one ledger function and return its outcome; refusals are outcomes too, so that they can be committed.

    `wallet` replaces the second argument's placeholder, by WALLET_OF_USER for instance.
    """
    return fetch(invocation(function, len(values), wallet), values)


def settle(outcome: Outcome) -> Outcome:
    """Raise the DomainError of a refusal. Called after the statement, which keeps the refusal."""
    if outcome.outcome not in DONE:
        raise error_of(outcome.outcome)
    return outcome


def post(transfer_id: UUID, function: str, values: Sequence[Any], *, now: datetime, wallet: str = "") -> Posted:
    """Move money by one ledger function and announce it in the same statement.

    A refusal is kept and raised afterwards; inside a caller's transaction it is kept only if the caller commits.
    """
    return posted(transfer_id, settle(fetch(announcing(function, len(values), wallet), [*values, transfer_id, now])))


@cache
def announcing(function: str, count: int, wallet: str) -> bytes:
    told = outbox.announcement(MOVED_EVENT, TOPICS)
    invoked = invocation(function, count, wallet).decode()
    return f"WITH moved AS MATERIALIZED ({invoked}), told AS ({told}) SELECT * FROM moved".encode()  # noqa: S608 (ours)


@cache
def invocation(function: str, count: int, wallet: str) -> bytes:
    places = ["%s"] * count
    if wallet:
        places[1] = wallet
    return f"SELECT * FROM {function}({', '.join(places)})".encode()  # noqa: S608 (names of ours; values are bound)


def fetch(statement: bytes, values: Sequence[Any]) -> Outcome:
    """Run a prepared statement on Django's connection, inside its transaction if there is one.

    Prepared, because parsing and planning cost half as much again as the movement itself; Django's own cursors never are.
    """
    django = connections[DEFAULT_DB_ALIAS]  # once: each use of `connection` looks it up anew
    django.ensure_connection()
    django.validate_no_broken_transaction()
    with django.wrap_database_errors:
        ours = django.connection
        ours.prepare_threshold = 1
        [outcome] = psycopg.Cursor(ours, row_factory=args_row(Outcome)).execute(statement, values)
    return outcome


def posted(transfer_id: UUID, outcome: Outcome) -> Posted:
    assert outcome.wallet_id is not None, "a posted transfer has a wallet"  # noqa: S101 (states what the SQL guarantees)
    return Posted(
        transfer_id=transfer_id,
        wallet_id=outcome.wallet_id,
        own=Money(outcome.own),
        others=Money(outcome.others),
        own_after=Money(outcome.own_after),
        others_after=Money(outcome.others_after),
        available_after=Money(outcome.available_after),
        replayed=outcome.replayed,
    )
