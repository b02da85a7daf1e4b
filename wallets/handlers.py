"""What the wallet does when something happens elsewhere: each one service call."""

from datetime import datetime
from typing import Any
from uuid import UUID

from wallets import selectors
from wallets.gateways import issuer
from wallets.services import adjusting, batches, mirroring, opening


def open_wallet(payload: dict[str, Any], *, now: datetime) -> None:
    """`user.registered`, in the same transaction: the wallet is there from the first moment."""
    opening.open_wallet(user_id=UUID(payload["user_id"]), now=now)


def provision(payload: dict[str, Any], *, now: datetime) -> None:
    """`user.registered` and `wallet.provisioning_due`."""
    opening.provision(wallet_id=wallet_id_of(payload), issuer=issuer(), now=now)


def load_issuer(payload: dict[str, Any], *, now: datetime) -> None:
    """`wallet.credited`."""
    mirroring.mirror(transfer_id=UUID(payload["transfer_id"]), issuer=issuer(), now=now)


def debit_issuer(payload: dict[str, Any], *, now: datetime) -> None:
    """`wallet.debited`."""
    mirroring.mirror(transfer_id=UUID(payload["transfer_id"]), issuer=issuer(), now=now)


def correct_issuer(payload: dict[str, Any], *, now: datetime) -> None:
    """`adjustment.approved`, of the issuer's book."""
    adjusting.correct_issuer(adjustment_id=UUID(payload["adjustment_id"]), issuer=issuer(), now=now)


def give_contributions(payload: dict[str, Any], *, now: datetime) -> None:
    """`contributions.due`: one chunk, which asks for the next one."""
    batches.give_chunk(batch_id=UUID(payload["batch_id"]), now=now)


def wallet_id_of(payload: dict[str, Any]) -> UUID:
    if "wallet_id" in payload:
        return UUID(payload["wallet_id"])
    return selectors.wallet_of(UUID(payload["user_id"])).pk
