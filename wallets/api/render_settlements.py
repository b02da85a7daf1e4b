"""Provider orders and settlements as the API shows them, and the statement a provider gets."""

import csv
import io
from typing import Any

from aarokya.common.clock import rfc3339
from aarokya.common.money import CURRENCY
from wallets.models import ProviderOrder, Settlement, Transfer

FORMULA = ("=", "+", "-", "@", "\t", "\r")
HEADER = ("transfer_id", "at", "purpose", "reference_type", "reference_id", "amount_inr")


def provider_order(row: ProviderOrder) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "order_number": row.order_number,
        "user_id": str(row.user_id),
        "benefit_provider_id": str(row.provider_id),
        "benefit_entity_id": row.benefit_entity_id,
        "amount": row.amount.paise,
        "currency": CURRENCY,
        "status": row.status,
        "wallet_txn_data": row.wallet_txn_data,
        "refusal": row.refusal,
        "created_at": rfc3339(row.created_at),
        "last_modified_at": rfc3339(row.last_modified_at),
    }


def settlement(row: Settlement) -> dict[str, Any]:
    """`row` with its account loaded."""
    return {
        "id": str(row.pk),
        "account_id": str(row.contra_id),
        "payee": str(row.contra),
        "until": rfc3339(row.until),
        "transfers": row.transfers,
        "amount": row.amount.paise,
        "currency": CURRENCY,
        "status": row.status,
        "drawn_up_by": row.drawn_up_by,
        "paid_by": row.paid_by,
        "bank_reference": row.bank_reference,
    }


def statement(row: Settlement) -> str:
    """Return the settlement as CSV: one line for each movement, refunds negative, the total last. Names nobody."""
    text = io.StringIO(newline="")
    lines = csv.writer(text)
    lines.writerow(HEADER)
    for transfer in Transfer.objects.filter(settlement_line__settlement=row).order_by("at", "id").iterator():
        lines.writerow(movement(transfer))
    lines.writerow(("TOTAL", rfc3339(row.until), "", "", row.bank_reference, row.amount.as_rupees()))
    return text.getvalue()


def movement(transfer: Transfer) -> tuple[str, ...]:
    amount = transfer.amount if transfer.direction < 0 else -transfer.amount
    texts = (transfer.purpose_id, transfer.reference_type, transfer.reference_id)
    return (str(transfer.pk), rfc3339(transfer.at) or "", *(harmless(text) for text in texts), amount.as_rupees())


def harmless(text: str) -> str:
    """A cell that a spreadsheet shows and does not run."""
    return f"'{text}" if text.startswith(FORMULA) else text
