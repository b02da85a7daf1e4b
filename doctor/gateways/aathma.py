"""Aathma over HTTP: JSON, header `x-api-key`, our id as Idempotency-Key."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from aarokya.common.clients.http import PartnerAnswer, PartnerClient, PartnerError
from aarokya.common.clock import rfc3339
from doctor.gateways.base import AathmaUnavailable, Consultation, State
from doctor.models import AssignmentStatus

STATUSES = {
    "REQUESTED": AssignmentStatus.REQUESTED,
    "ASSIGNED": AssignmentStatus.ASSIGNED,
    "COMPLETED": AssignmentStatus.COMPLETED,
    "CANCELLED": AssignmentStatus.CANCELLED,
    "DOCTOR_NO_SHOW": AssignmentStatus.DOCTOR_NO_SHOW,
    "PATIENT_NO_SHOW": AssignmentStatus.PATIENT_NO_SHOW,
}


class AathmaOverHttp:
    """Implements Aathma. `total_s` bounds each call, its repetitions included."""

    def __init__(self, *, base_url: str, api_key: str, total_s: float = 4) -> None:
        self.client = PartnerClient("aathma", base_url, headers={"x-api-key": api_key}, total_s=total_s)

    def close(self) -> None:
        """Close the connections."""
        self.client.http.close()

    def request(self, consultation: Consultation) -> State:
        body = asdict(consultation) | {"id": str(consultation.id)}
        answer = self.call("POST", "/consultations", operation="consultation", json=body, key=str(consultation.id))
        return state(answer.json)

    def fetch(self, consultation_id: UUID) -> State | None:
        answer = self.call("GET", f"/consultations/{consultation_id}", operation="consultation_status", missing_ok=True)
        return None if answer.status == 404 else state(answer.json)

    def cancel(self, consultation_id: UUID, *, reason: str) -> State:
        path = f"/consultations/{consultation_id}/cancel"
        answer = self.call("POST", path, operation="cancel", json={"reason": reason}, key=f"cancel:{consultation_id}")
        return state(answer.json)

    def add(self, consultation_id: UUID, *, addendum_id: UUID, text: str) -> None:
        path = f"/consultations/{consultation_id}/addenda"
        self.call("POST", path, operation="addendum", json={"id": str(addendum_id), "text": text}, key=str(addendum_id))

    def rate(self, consultation_id: UUID, *, rating: int, comment: str) -> None:
        path = f"/consultations/{consultation_id}/feedback"
        body = {"rating": rating, "comment": comment}
        self.call("POST", path, operation="feedback", json=body, key=f"feedback:{consultation_id}")

    def alert(self, alert_id: UUID, *, rules: list[str], raised_at: datetime) -> None:
        body = {"id": str(alert_id), "rules": rules, "raised_at": rfc3339(raised_at)}
        self.call("POST", "/alerts", operation="alert", json=body, key=str(alert_id))

    def call(
        self, method: str, path: str, *, operation: str, json: Any = None, key: str = "", missing_ok: bool = False
    ) -> PartnerAnswer:
        headers = {"Idempotency-Key": key} if key else {}
        try:
            answer = self.client.request(method, path, operation=operation, json=json, headers=headers, idempotent=True)
        except PartnerError as error:
            raise AathmaUnavailable(str(error), permanent=error.permanent) from error
        if not answer.ok and not (missing_ok and answer.status == 404):
            raise AathmaUnavailable(f"aathma {operation}: HTTP {answer.status}", permanent=True)
        return answer


def state(document: Any) -> State:
    """Read `{id, reference, version, status, doctor?, slot_at?, link?, reason?}`; AathmaUnavailable for any other shape."""
    try:
        doctor = document.get("doctor") or {}
        return State(
            id=UUID(document["id"]),
            reference=text(document["reference"], 60),
            version=int(document["version"]),
            status=STATUSES[document["status"]],
            doctor_name=text(doctor.get("name", ""), 200),
            registration_number=text(doctor.get("registration_number", ""), 60),
            slot_at=moment(document.get("slot_at")),
            link=text(document.get("link") or "", 500),
            reason=text(document.get("reason") or "", 300),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise AathmaUnavailable(f"aathma: not a consultation ({type(error).__name__})", permanent=False) from error


def text(value: Any, letters: int) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value[:letters]


def moment(value: Any) -> datetime | None:
    return datetime.fromisoformat(value).astimezone(UTC) if value else None


def is_signed(header: str, body: bytes, *, secret: bytes) -> bool:
    """Whether `t=<epoch>,v1=<hex>` is Aathma's HMAC-SHA-256 over `<epoch>.<body>`; compared in constant time."""
    parts = dict(part.strip().split("=", 1) for part in header.split(",") if "=" in part)
    expected = hmac.new(secret, parts.get("t", "").encode() + b"." + body, sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), parts.get("v1", "").encode("utf-8", errors="replace"))


def hint(body: bytes) -> tuple[str, str]:
    """Return the event's id and our id of the consultation it is about; empty texts for what cannot be read."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(document, Mapping):
        return "", ""
    return printable(document.get("id"), 100), printable(document.get("consultation_id"), 60)


def printable(value: Any, letters: int) -> str:
    return value if isinstance(value, str) and value.isascii() and value.isprintable() and len(value) <= letters else ""
