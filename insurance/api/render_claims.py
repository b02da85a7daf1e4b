"""Claims as answers."""

from typing import Any

from aarokya.common.clock import rfc3339
from aarokya.common.money import CURRENCY
from insurance.models import Claim, ClaimDocument, ClaimMessage


def claim(row: Claim) -> dict[str, Any]:
    """A claim loaded with `with_answer`."""
    return {
        "id": str(row.pk),
        "number": row.number,
        "policy_id": str(row.policy_id),
        "dependant_id": str(row.patient_id),
        "status": str(row.status),
        "incident_date": row.incident_date.isoformat(),
        "hospital_name": row.hospital_name,
        "description": row.description,
        "amount": row.amount.paise,
        "currency": CURRENCY,
        "decision": str(row.decision) or None,
        "approved_amount": row.approved_amount.paise if row.decision else None,
        "decision_reason": row.decision_reason,
        "external_claim_id": row.external_claim_id,
        "settlement_reference": row.settlement_reference,
        "documents": [document(each) for each in row.documents.all()],
        "messages": [message(each) for each in row.messages.all()],
        "submitted_at": rfc3339(row.submitted_at),
        "created_at": rfc3339(row.created_at),
        "last_modified_at": rfc3339(row.last_modified_at),
    }


def document(row: ClaimDocument) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "kind": str(row.kind),
        "file_name": row.file_name,
        "media_type": row.media_type,
        "size": row.size,
        "sha256": row.sha256,
        "created_at": rfc3339(row.created_at),
    }


def message(row: ClaimMessage) -> dict[str, Any]:
    return {"id": str(row.pk), "author": str(row.author), "text": row.text, "said_at": rfc3339(row.said_at)}
