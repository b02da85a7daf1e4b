"""The way into the ledger's SQL functions: one call, one round trip, one outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from aarokya.common import outbox
from aarokya.common.money import Money
from wallets.errors import error_of
from wallets.models import HEALTH, Direction

DONE = frozenset({"POSTED", "HELD", "RESERVED", "RELEASED", "EXPIRED", "OPEN", "FROZEN", "CLOSED", "SMALL", "FULL_KYC"})
# A placeholder for the wallet of a user: found in the same round trip as the movement.
WALLET_OF_USER = f"(SELECT id FROM wallets_wallet WHERE user_id = %s AND kind_id = '{HEALTH}')"  # noqa: S608 (a constant)


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
    places = ["%s"] * len(values)
    if wallet:
        places[1] = wallet
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}({', '.join(places)})", values)  # noqa: S608 (names of ours; values are bound)
        return Outcome(*cursor.fetchone())


def settle(outcome: Outcome) -> Outcome:
    """Raise the DomainError of a refusal. Called after the transaction of the call, which keeps the refusal."""
    if outcome.outcome not in DONE:
        raise error_of(outcome.outcome)
    return outcome


def post(transfer_id: UUID, function: str, values: Sequence[Any], *, now: datetime, wallet: str = "") -> Posted:
    """Move money by one ledger function and announce it in the same transaction.

    A refusal is kept and raised afterwards; inside a caller's transaction it is kept only if the caller commits.
    """
    with transaction.atomic(savepoint=False):
        outcome = call(function, values, wallet=wallet)
        if outcome.outcome == "POSTED" and not outcome.replayed:
            announce(transfer_id, outcome, now=now)
    return posted(transfer_id, settle(outcome))


def announce(transfer_id: UUID, outcome: Outcome, *, now: datetime) -> None:
    topic = "wallet.credited" if outcome.direction == Direction.CREDIT else "wallet.debited"
    outbox.emit(topic, key=f"wallet:{outcome.wallet_id}", payload={"transfer_id": str(transfer_id)}, now=now)


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
