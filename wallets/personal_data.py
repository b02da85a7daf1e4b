"""What the wallet holds about a person. Movements name nobody: the ledger stays whole when its owner is forgotten."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from aarokya.common.clock import ist_day, rfc3339
from aarokya.common.display import rupees
from aarokya.common.personal_data import Kept
from wallets.models import Wallet, WalletEntry

LEDGER_KEPT_FOR = timedelta(days=8 * 366)  # books of account: eight years (Companies Act 2013, section 128)


class WalletData:
    """See `aarokya.common.personal_data.Holder`."""

    name = "wallet"

    def export(self, user_id: UUID) -> dict[str, Any]:
        return {"wallets": [exported(wallet) for wallet in Wallet.objects.filter(user_id=user_id)]}

    def waits_for(self, user_id: UUID) -> list[str]:
        return [
            f"The wallet holds {rupees(wallet.balance.paise)}: spend it or have it returned first"
            for wallet in Wallet.objects.filter(user_id=user_id)
            if wallet.balance.paise
        ]

    def kept(self, user_id: UUID, *, today: date) -> list[Kept]:
        newest = WalletEntry.objects.filter(wallet__user_id=user_id).order_by("-at").values_list("at", flat=True).first()
        until = ist_day(newest) + LEDGER_KEPT_FOR if newest else today
        return [Kept("movements of the wallet, without names", "books of account", until)] if until > today else []

    def erase(self, user_id: UUID, *, spare: frozenset[UUID], now: datetime) -> None:
        """Nothing: rows of the ledger can be changed by nobody, and know their owner by an id alone."""


def exported(wallet: Wallet) -> dict[str, Any]:
    entries = WalletEntry.objects.filter(wallet=wallet).select_related("transfer").order_by("number")
    return {
        "id": str(wallet.pk),
        "status": wallet.status,
        "issuer_wallet_id": wallet.transcorp_wallet_id,
        "issuer_customer_id": wallet.issuer_customer_id,
        "balance": wallet.balance.paise,
        "transactions": [movement(entry) for entry in entries],
    }


def movement(entry: WalletEntry) -> dict[str, Any]:
    transfer = entry.transfer
    return {
        "id": str(transfer.pk),
        "at": rfc3339(entry.at),
        "purpose": transfer.purpose_id,
        "amount": transfer.direction * transfer.amount.paise,
        "balance": (entry.own_after + entry.others_after).paise,
        "source": transfer.source,
        "note": transfer.note,
        "reference": transfer.reference_id,
    }


HOLDER = WalletData()
