"""Rows as the API shows them."""

from typing import Any
from uuid import UUID

from aarokya.common.clock import epoch_s, rfc3339
from aarokya.common.money import CURRENCY
from wallets.models import ContraAccount, IssuerStatus, Wallet, WalletEntry
from wallets.services import Posted

# A movement is written when it has happened: nothing in the ledger is under way or failed.
DONE = "SUCCESS"
LINKED = {IssuerStatus.ACTIVE: True, IssuerStatus.BLOCKED: False, IssuerStatus.UNKNOWN: None}


def balance(wallet: Wallet) -> dict[str, Any]:
    return {
        "wallet_id": wallet.transcorp_wallet_id,
        "currency": CURRENCY,
        "current_balance": wallet.balance.paise,
        "last_refreshed": {"seconds": epoch_s(wallet.last_modified_at)},
        "linked": LINKED[IssuerStatus(wallet.issuer_status)],
    }


def status(wallet: Wallet) -> dict[str, Any]:
    return {"wallet_id": wallet.transcorp_wallet_id, "wallet_status": wallet.status}


def history_row(entry: WalletEntry) -> dict[str, Any]:
    transfer = entry.transfer
    return {
        "transaction_id": str(transfer.pk),
        "amount": transfer.direction * transfer.amount.paise,
        "currency": CURRENCY,
        "occurred_at": {"seconds": epoch_s(entry.at)},
        "transaction_status": DONE,
    }


def transaction(entry: WalletEntry) -> dict[str, Any]:
    transfer = entry.transfer
    return {
        "transaction_id": str(transfer.pk),
        "number": entry.number,
        "type": transfer.get_direction_display().upper(),
        "purpose": transfer.purpose_id,
        "amount": transfer.amount.paise,
        "own_amount": transfer.own_amount.paise,
        "others_amount": transfer.others_amount.paise,
        "currency": CURRENCY,
        "balance_after": (entry.own_after + entry.others_after).paise,
        "source": transfer.source,
        "note": transfer.note,
        "reference_type": transfer.reference_type,
        "reference_id": transfer.reference_id,
        "refund_of": str(transfer.reverses_id) if transfer.reverses_id else None,
        "transaction_status": DONE,
        "occurred_at": rfc3339(entry.at),
    }


def payee(account: ContraAccount) -> dict[str, Any]:
    category = account.merchant_category
    return {
        "payee_id": str(account.pk),
        "name": account.name,
        "city": account.city,
        "merchant_category": account.merchant_category_id,
        "category": category.label if category else "",
    }


def paid(posted: Posted, *, payee_id: UUID, purpose: str, reference_id: str) -> dict[str, Any]:
    return {
        "transfer_id": str(posted.transfer_id),
        "payee_id": str(payee_id),
        "amount": (posted.own + posted.others).paise,
        "own_amount": posted.own.paise,
        "others_amount": posted.others.paise,
        "currency": CURRENCY,
        "purpose": purpose,
        "reference_id": reference_id,
        "balance": posted.balance_after.paise,
        "available_balance": posted.available_after.paise,
    }
