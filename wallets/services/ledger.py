"""The way into the ledger's SQL functions: one call, one round trip, one outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, Self
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections

from aarokya.common import outbox
from aarokya.common.money import Money
from wallets.errors import error_of
from wallets.models import HEALTH
from wallets.services import prepared
from wallets.services.prepared import Value

DONE = frozenset({"POSTED", "HELD", "RESERVED", "RELEASED", "EXPIRED", "OPEN", "FROZEN", "CLOSED", "SMALL", "FULL_KYC"})
# Instead of the second value, a wallet: the wallet of that user, found in the same round trip as the movement.
WALLET_OF_USER = f"(SELECT id FROM wallets_wallet WHERE user_id = $2 AND kind_id = '{HEALTH}')"  # noqa: S608 (a constant)


class Outcome(NamedTuple):
    """A row of the SQL type `ledger_result`; amounts in paise."""

    outcome: str
    replayed: bool
    wallet_id: UUID | None
    own: int
    others: int
    own_after: int
    others_after: int
    available_after: int

    @classmethod
    def read(cls, row: str) -> Self:
        """From PostgreSQL's way to write a row, `(POSTED,f,…)`: no field of this one is ever quoted, and NULL is empty."""
        outcome, replayed, wallet_id, *amounts, _direction = row[1:-1].split(",")
        return cls(outcome, replayed == "t", UUID(wallet_id) if wallet_id else None, *[int(amount or 0) for amount in amounts])


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


def call(function: str, values: Sequence[Value], *, wallet: str = "") -> Outcome:
    """Run one ledger function and return its outcome; refusals are outcomes too, so that they can be committed.

    `wallet` replaces the second argument's placeholder, by WALLET_OF_USER for instance.
    """
    return fetch(asking(function, len(values), wallet), values)


def settle(outcome: Outcome) -> Outcome:
    """Raise the DomainError of a refusal. Called after the statement, which keeps the refusal."""
    if outcome.outcome not in DONE:
        raise error_of(outcome.outcome)
    return outcome


def post(transfer_id: UUID, function: str, values: Sequence[Value], *, wallet: str = "") -> Posted:
    """Move money by one ledger function and announce it in the same statement.

    The first of `values` is the transfer's id, the last the moment. A refusal is kept and raised afterwards; inside a
    caller's transaction it is kept only if the caller commits.
    """
    return posted(transfer_id, settle(fetch(announcing(function, len(values), wallet), values)))


@cache
def announcing(function: str, count: int, wallet: str) -> bytes:
    """The statement that moves and tells who hears of it. Without FROM: that would store the row and read it again."""
    credited, debited = (",".join(outbox.handlers_in_sql(topic)) for topic in ("wallet.credited", "wallet.debited"))
    moved = invocation(function, count, wallet)
    return f"SELECT ledger_announce({moved}, $1, ${count}, '{{{credited}}}', '{{{debited}}}')".encode()


@cache
def asking(function: str, count: int, wallet: str) -> bytes:
    return f"SELECT {invocation(function, count, wallet)}".encode()


def invocation(function: str, count: int, wallet: str) -> str:
    places = [f"${number}" for number in range(1, count + 1)]
    if wallet:
        places[1] = wallet
    return f"{function}({', '.join(places)})"


def fetch(statement: bytes, values: Sequence[Value]) -> Outcome:
    """Run a statement, prepared, on Django's connection, inside its transaction if there is one."""
    django = connections[DEFAULT_DB_ALIAS]  # once: each use of `connection` looks it up anew
    django.ensure_connection()
    django.validate_no_broken_transaction()
    with django.wrap_database_errors:
        row = prepared.fetch_value(django.connection, statement, values)
    return Outcome.read((row or b"").decode())


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
