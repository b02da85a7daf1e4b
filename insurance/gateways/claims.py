"""Claims at Narayana: forwarded once for each id, asked about, answered. Every method raises GatewayError."""

import base64
from dataclasses import dataclass
from typing import Any, Protocol

from insurance.gateways.base import GatewayError
from insurance.gateways.narayana import Narayana, items, text

STATES = {"RECEIVED", "QUERIED", "APPROVED", "PART_APPROVED", "REJECTED", "SETTLED"}


@dataclass(frozen=True, kw_only=True)
class ClaimPacket:
    """What the insurer gets; `request_id` is the same at every try."""

    request_id: str
    number: str
    policy_number: str
    record_number: str  # the patient's at the provider, empty when unknown
    patient_name: str
    incident_date: str  # YYYY-MM-DD
    hospital_name: str
    description: str
    amount: int  # paise


@dataclass(frozen=True, kw_only=True)
class ClaimFile:
    """One document; `document_id` is the same at every try."""

    document_id: str
    kind: str
    file_name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Query:
    """A question of the insurer."""

    query_id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ClaimTruth:
    """The claim as the insurer has it; `state` one of STATES, amounts in paise."""

    state: str
    decision: str  # APPROVED, PART_APPROVED, REJECTED or empty
    approved_amount: int
    reason: str
    settlement_reference: str
    queries: tuple[Query, ...]


class ClaimGateway(Protocol):
    """The insurer's claims desk."""

    def submit(self, packet: ClaimPacket) -> str:
        """Hand the claim over and return the insurer's id of it."""
        ...

    def attach(self, external_claim_id: str, file: ClaimFile) -> None:
        """Hand one document over."""
        ...

    def answer(self, external_claim_id: str, *, answer_id: str, text: str) -> None:
        """Answer the open queries."""
        ...

    def truth(self, external_claim_id: str) -> ClaimTruth:
        """Return where the claim is."""
        ...


class NarayanaClaims:
    """Implements ClaimGateway over the connections of the Narayana client."""

    def __init__(self, narayana: Narayana) -> None:
        self.narayana = narayana

    def submit(self, packet: ClaimPacket) -> str:
        answer = self.narayana.call("POST", "/claims", operation="claim_submit", json=vars(packet)).json
        found = text(answer.get("claim_id")) if isinstance(answer, dict) else None
        if found is None:
            raise GatewayError("narayana: a claim without a number", permanent=False)
        return found

    def attach(self, external_claim_id: str, file: ClaimFile) -> None:
        body = {**vars(file), "content": base64.b64encode(file.content).decode()}
        self.narayana.call("POST", f"/claims/{external_claim_id}/documents", operation="claim_document", json=body)

    def answer(self, external_claim_id: str, *, answer_id: str, text: str) -> None:
        body = {"answer_id": answer_id, "text": text}
        self.narayana.call("POST", f"/claims/{external_claim_id}/answers", operation="claim_answer", json=body)

    def truth(self, external_claim_id: str) -> ClaimTruth:
        return truth_of(self.narayana.call("GET", f"/claims/{external_claim_id}", operation="claim_status").json)


def truth_of(document: Any) -> ClaimTruth:
    """Read the insurer's answer; GatewayError when it makes no sense."""
    state = document.get("status") if isinstance(document, dict) else None
    decision, amount = (document.get("decision") or "", document.get("approved_amount") or 0) if state in STATES else ("", None)
    if type(amount) is not int or amount < 0 or decision not in {"", "APPROVED", "PART_APPROVED", "REJECTED"}:
        raise GatewayError("narayana: a claim that makes no sense", permanent=False)
    return ClaimTruth(
        state=str(state),
        decision=decision,
        approved_amount=amount,
        reason=text(document.get("reason")) or "",
        settlement_reference=(text(document.get("settlement_reference")) or "")[:64],
        queries=tuple(
            Query(query_id=str(each["query_id"])[:64], text=str(each.get("text", ""))[:4000])
            for each in items(document, "queries")
            if each.get("query_id")
        ),
    )
