"""Rows as the wire shows them; empty columns are null."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from aarokya.common.clock import epoch_s, rfc3339
from accounts.addresses import one_line
from accounts.models import Access, Consent, ConsentText, Dependant, ErasureRequest, LegalHold, Platform, User, UserSession
from accounts.services.refreshing import Pair
from accounts.services.tokens import AccessToken

ADDRESS_PARTS = ("line1", "line2", "city", "state", "pincode", "country")


def pair(made: Pair) -> dict[str, Any]:
    return {
        "success": True,
        "access_token": made.access.text,
        "access_token_expires_at": epoch_s(made.access.expires_at),
        "refresh_token": made.refresh,
        "refresh_token_expires_at": epoch_s(made.refresh_expires_at),
    }


def staff_token(token: AccessToken) -> dict[str, Any]:
    return {"success": True, "access_token": token.text, "access_token_expires_at": epoch_s(token.expires_at)}


def session(row: UserSession, *, current: UUID) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "device_info": row.device_info or None,
        "ip_address": row.address or None,
        "current": row.pk == current,
        "opened_at": rfc3339(row.opened_at),
        "last_used_at": rfc3339(row.last_used_at),
        "expires_at": rfc3339(row.expires_at),
    }


def profile(row: User) -> dict[str, Any]:
    return {
        "user_id": str(row.pk),
        "phone": row.phone,
        "profile_complete": row.profile_complete,
        **personal(row),
        "address": one_line(row.address),
        "occupation": row.occupation or None,
        "employer": row.employer or None,
        "aadhaar_last4": row.masked_aadhaar,
    }


def user(row: User) -> dict[str, Any]:
    return {
        "user_id": str(row.pk),
        "phone_country_code": row.phone[:3],
        "phone_number": row.phone[3:],
        "status": row.status,
        **personal(row),
        "salutation": row.salutation or None,
        "address": address_parts(row.address),
        "created_at": rfc3339(row.created_at),
        "last_modified_at": rfc3339(row.last_modified_at),
    }


def personal(row: User) -> dict[str, Any]:
    return {
        "first_name": row.first_name or None,
        "last_name": row.last_name or None,
        "email": row.email or None,
        "dob": row.dob.isoformat() if row.dob else None,
        "gender": row.gender or None,
    }


def address_parts(address: dict[str, str] | None) -> dict[str, str | None] | None:
    if address is None:
        return None
    known = {"line1": address["text"], "country": "IN"} if "text" in address else address
    return {name: known.get(name) for name in ADDRESS_PARTS}


def dependant(row: Dependant) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "primary_user_id": str(row.primary_user_id),
        "first_name": row.first_name,
        "last_name": row.last_name,
        "salutation": row.salutation,
        "relationship": row.relationship,
        "gender": row.gender,
        "date_of_birth": row.date_of_birth.isoformat(),
        "status": row.status,
        "version": row.version,
        "previous_version_id": str(row.previous_version_id) if row.previous_version_id else None,
        "created_at": rfc3339(row.created_at),
        "last_modified_at": rfc3339(row.last_modified_at),
    }


def platform(row: Platform) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "name": row.name,
        "status": row.status,
        "created_at": rfc3339(row.created_at),
        "last_modified_at": rfc3339(row.last_modified_at),
    }


def access(row: Access) -> dict[str, Any]:
    return {"staff": row.staff, "what": row.what, "reason": row.reason or None, "at": rfc3339(row.at)}


def consents(texts: Iterable[ConsentText], answers: Iterable[Consent]) -> list[dict[str, Any]]:
    """One entry for each purpose, with the latest of `answers` (newest first)."""
    latest: dict[str, Consent] = {}
    for answer in answers:
        latest.setdefault(answer.text.purpose, answer)
    return [consent(text, latest.get(text.purpose)) for text in texts]


def consent(text: ConsentText, answer: Consent | None) -> dict[str, Any]:
    return {
        "purpose": text.purpose,
        "version": text.version,
        "text": text.text,
        "is_required": text.required,
        "given": answer.given if answer else None,
        "answered_version": answer.text.version if answer else None,
        "decided_at": rfc3339(answer.decided_at) if answer else None,
    }


def erasure(row: ErasureRequest) -> dict[str, Any]:
    return {
        "status": row.status,
        "requested_at": rfc3339(row.requested_at),
        "due_at": rfc3339(row.due_at),
        "waits_for": row.waits_for,
        "kept": row.kept,
    }


def legal_hold(row: LegalHold) -> dict[str, Any]:
    return {
        "user_id": str(row.user_id),
        "reason": row.reason,
        "placed_by": row.placed_by,
        "placed_at": rfc3339(row.placed_at),
    }
