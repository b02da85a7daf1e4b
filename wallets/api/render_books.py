"""What finance sees of the books."""

from typing import Any

from aarokya.common.clock import rfc3339
from aarokya.common.money import CURRENCY
from wallets.models import Adjustment, Difference


def difference(row: Difference) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "wallet_id": str(row.wallet_id),
        "ours": row.ours.paise,
        "theirs": row.theirs.paise if row.known_there else None,
        "currency": CURRENCY,
        "status": row.status,
        "found_at": rfc3339(row.found_at),
        "seen_at": rfc3339(row.seen_at),
        "closed_at": rfc3339(row.closed_at),
    }


def adjustment(row: Adjustment) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "difference_id": str(row.difference_id),
        "book": row.book,
        "pool": row.pool,
        "direction": row.get_direction_display().upper(),
        "amount": row.amount.paise,
        "currency": CURRENCY,
        "reason": row.reason,
        "status": row.status,
        "requested_by": row.requested_by,
        "decided_by": row.decided_by,
        "decided_at": rfc3339(row.decided_at),
        "transfer_id": str(row.transfer_id) if row.transfer_id else None,
        "created_at": rfc3339(row.created_at),
    }
