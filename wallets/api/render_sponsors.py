"""Sponsors, bulks and recurring contributions as the API shows them."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum

from aarokya.common.clock import rfc3339
from aarokya.common.money import CURRENCY
from wallets.models import (
    ContributionBatch,
    ContributionRow,
    PotEntry,
    RecurringContribution,
    RecurringStatus,
    RowState,
    Sponsor,
)
from wallets.services import Posted

DONE = "SUCCESS"


def sponsor(row: Sponsor) -> dict[str, Any]:
    """`row` with its contra account and pot loaded."""
    return {
        "id": str(row.pk),
        "kind": row.kind,
        "name": row.name,
        "slug": row.slug,
        "details": row.details,
        "status": row.status,
        "provider_account_id": row.provider_account_id or None,
        "balance": row.contra.pot.balance.paise if row.contra else 0,
        "currency": CURRENCY,
        "created_at": rfc3339(row.created_at),
        "last_modified_at": rfc3339(row.last_modified_at),
    }


def deposit(entry: PotEntry, sponsor_id: UUID) -> dict[str, Any]:
    return {
        "sponsor_id": str(sponsor_id),
        "amount": entry.amount.paise,
        "currency": CURRENCY,
        "provider_deposit_id": str(entry.id),
        "status": DONE,
        "gateway_ref": entry.reference or None,
        "balance": entry.balance_after.paise,
    }


def contribution(posted: Posted, *, sponsor_id: UUID, user_id: UUID, reference: str) -> dict[str, Any]:
    return {
        "transfer_id": str(posted.transfer_id),
        "sponsor_id": str(sponsor_id),
        "user_id": str(user_id),
        "amount": posted.others.paise,
        "currency": CURRENCY,
        "reference": reference,
        "status": DONE,
    }


def policy_contribution(posted: Posted, *, sponsor_id: UUID, user_id: UUID, policy_id: UUID) -> dict[str, Any]:
    return {
        "sponsor_id": str(sponsor_id),
        "user_id": str(user_id),
        "insurance_policy_id": str(policy_id),
        "amount": posted.others.paise,
        "currency": CURRENCY,
        "provider_transfer_id": str(posted.transfer_id),
        "status": DONE,
    }


def batch(row: ContributionBatch) -> dict[str, Any]:
    counts = row.rows.aggregate(
        pending=Count("id", filter=Q(state=RowState.PENDING)),
        posted=Count("id", filter=Q(state=RowState.POSTED)),
        refused=Count("id", filter=Q(state=RowState.REFUSED)),
        amount_posted=Sum("amount", filter=Q(state=RowState.POSTED)),
    )
    amount = counts.pop("amount_posted")
    return {
        "id": str(row.pk),
        "sponsor_id": str(row.sponsor_id),
        "status": "RUNNING" if counts["pending"] else "DONE",
        "total": row.total,
        **counts,
        "amount_posted": amount.paise if amount else 0,
        "currency": CURRENCY,
        "created_at": rfc3339(row.created_at),
    }


def row(found: ContributionRow) -> dict[str, Any]:
    return {
        "number": found.number,
        "user_id": str(found.user_id) if found.user_id else None,
        "amount": found.amount.paise,
        "reference": found.reference,
        "state": found.state,
        "code": found.code,
        "message": found.message,
        "transfer_id": str(found.transfer_id) if found.transfer_id else None,
    }


def recurring(found: RecurringContribution) -> dict[str, Any]:
    return {
        "id": str(found.pk),
        "sponsor_id": str(found.sponsor_id),
        "user_id": str(found.user_id),
        "amount": found.amount.paise,
        "currency": CURRENCY,
        "interval": found.interval,
        "starts_on": found.starts_on.isoformat(),
        "ends_on": found.ends_on.isoformat() if found.ends_on else None,
        "next_on": found.next_on.isoformat() if found.status == RecurringStatus.ACTIVE else None,
        "given": found.turn,
        "status": found.status,
        "last_refusal": found.last_refusal,
        "note": found.note,
    }
