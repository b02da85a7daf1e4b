"""Accounts, withdrawals and balances as the API shows them."""

from typing import Any

from aarokya.common.clock import rfc3339
from aarokya.common.money import CURRENCY
from wallets.models import Account, Wallet, Withdrawal

SHOWN = 4  # characters of a number that staff see


def account(row: Account) -> dict[str, Any]:
    """For its holder."""
    return {
        "id": str(row.pk),
        "holder": row.holder,
        "account_type": row.account_type,
        "account_details": row.account_details,
        "external_account_id": row.external_account_id,
        "status": row.status,
        "created_at": rfc3339(row.created_at),
        "last_modified_at": rfc3339(row.last_modified_at),
    }


def masked_account(row: Account) -> dict[str, Any]:
    """For staff."""
    number = str(row.external_account_id)
    return account(row) | {"external_account_id": "X" * max(len(number) - SHOWN, 0) + number[-SHOWN:]}


def withdrawal(row: Withdrawal) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "user_id": str(row.user_id),
        "account_id": str(row.account_id),
        "amount": row.amount.paise,
        "currency": CURRENCY,
        "status": row.status,
        "transfer_id": str(row.transfer_id) if row.transfer_id else None,
        "bank_reference": row.bank_reference or None,
        "reason": row.reason,
        "created_at": rfc3339(row.created_at),
        "last_modified_at": rfc3339(row.last_modified_at),
    }


def user_balance(wallet: Wallet) -> dict[str, Any]:
    return {
        "user_id": str(wallet.user_id),
        "balance": wallet.balance.paise,
        "own_balance": wallet.own_balance.paise,
        "others_balance": wallet.others_balance.paise,
        "available_balance": wallet.available.paise,
        "withdrawable_balance": (wallet.own_balance - wallet.own_held).paise,
        "currency": CURRENCY,
    }
