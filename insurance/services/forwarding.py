"""Claims on their way to the insurer and the insurer's news about them. Calls are made outside transactions.

Everything handed over carries our id of it, so whatever crashes in between, the next try repeats and doubles nothing.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction

from aarokya.common import failpoints
from aarokya.common.money import Money
from insurance.gateways.base import GatewayError
from insurance.gateways.claims import ClaimFile, ClaimGateway, ClaimPacket, ClaimTruth
from insurance.gateways.storage import Store
from insurance.models import (
    WITH_INSURER,
    Claim,
    ClaimAuthor,
    ClaimDecision,
    ClaimDocument,
    ClaimMessage,
    ClaimStatus,
    MrnStatus,
)
from insurance.services import claims

ACTOR = "partner:narayana"
POLL_AFTER = timedelta(hours=1)
logger = structlog.get_logger(__name__)


def forward(claim_id: UUID, *, gateway: ClaimGateway, store: Store, now: datetime) -> None:
    """Hand a submitted claim and its documents to the insurer; GatewayError leaves it to the next try."""
    claim = Claim.objects.select_related("policy", "patient").get(pk=claim_id)
    if claim.status != ClaimStatus.SUBMITTED:
        return
    external_claim_id = gateway.submit(packet(claim))
    failpoints.reach("claim.submitted")
    attach_new(claim, external_claim_id, gateway=gateway, store=store, now=now)
    with transaction.atomic():
        claims.lock(claim)
        if claim.status == ClaimStatus.SUBMITTED:
            fields = {"external_claim_id": external_claim_id, "next_poll_at": now + POLL_AFTER}
            claims.move(claim, ClaimStatus.FORWARDED, actor=ACTOR, now=now, **fields)


def packet(claim: Claim) -> ClaimPacket:
    patient, policy = claim.patient, claim.policy
    number = patient.mrns.filter(provider_id=policy.provider_id, status=MrnStatus.ACTIVE).first()
    return ClaimPacket(
        request_id=str(claim.pk),
        number=claim.number,
        policy_number=policy.external_policy_id or "",
        record_number=str(number) if number else "",
        patient_name=patient.full_name,
        incident_date=claim.incident_date.isoformat(),
        hospital_name=claim.hospital_name,
        description=claim.description,
        amount=claim.amount.paise,
    )


def attach_new(claim: Claim, external_claim_id: str, *, gateway: ClaimGateway, store: Store, now: datetime) -> None:
    for row in claim.documents.filter(forwarded_at=None):
        gateway.attach(
            external_claim_id,
            ClaimFile(
                document_id=str(row.pk),
                kind=row.kind,
                file_name=row.file_name,
                media_type=row.media_type,
                content=store.get(row.storage_key),
            ),
        )
        ClaimDocument.objects.filter(pk=row.pk).update(forwarded_at=now, last_modified_at=now)


def forward_answer(message_id: UUID, *, gateway: ClaimGateway, store: Store, now: datetime) -> None:
    """Hand an answer and the documents added for it to the insurer."""
    message = ClaimMessage.objects.select_related("claim").get(pk=message_id)
    external_claim_id = message.claim.external_claim_id
    if message.forwarded_at is not None or external_claim_id is None:
        return
    attach_new(message.claim, external_claim_id, gateway=gateway, store=store, now=now)
    gateway.answer(external_claim_id, answer_id=str(message.pk), text=message.text)
    ClaimMessage.objects.filter(pk=message.pk).update(forwarded_at=now, last_modified_at=now)


def synchronise(claim_id: UUID, *, gateway: ClaimGateway, now: datetime) -> bool:
    """Ask where the claim is and record it; True when something was new. GatewayError."""
    claim = Claim.objects.select_related("policy").get(pk=claim_id)
    if claim.status not in WITH_INSURER or claim.external_claim_id is None:
        return False
    truth = gateway.truth(claim.external_claim_id)
    with transaction.atomic():
        claims.lock(claim)
        news = learn(claim, truth, now=now)
        Claim.objects.filter(pk=claim.pk).update(next_poll_at=None if is_over(claim) else now + POLL_AFTER)
    return news


def is_over(claim: Claim) -> bool:
    return claim.status == ClaimStatus.SETTLED or claim.decision == ClaimDecision.REJECTED


def learn(claim: Claim, truth: ClaimTruth, *, now: datetime) -> bool:
    """Take over what the insurer says, step by step, never backwards: a webhook that was overtaken changes nothing."""
    asked = [take_query(claim, each.query_id, each.text, now=now) for each in truth.queries]
    news = any(asked)
    if news and ClaimStatus.QUERIED in Claim.MOVES[ClaimStatus(claim.status)]:
        claims.move(claim, ClaimStatus.QUERIED, actor=ACTOR, now=now)
    if truth.decision and ClaimStatus.DECIDED in Claim.MOVES[ClaimStatus(claim.status)]:
        claims.move(claim, ClaimStatus.DECIDED, actor=ACTOR, now=now, **decided(truth))
        news = True
    if truth.state == "SETTLED" and claim.status == ClaimStatus.DECIDED and claim.decision != ClaimDecision.REJECTED:
        claims.move(claim, ClaimStatus.SETTLED, actor=ACTOR, now=now, settlement_reference=truth.settlement_reference)
        news = True
    return news


def decided(truth: ClaimTruth) -> dict[str, Any]:
    return {"decision": truth.decision, "approved_amount": Money(truth.approved_amount), "decision_reason": truth.reason}


def take_query(claim: Claim, query_id: str, text: str, *, now: datetime) -> bool:
    defaults = {"author": ClaimAuthor.INSURER, "text": text, "said_at": now}
    _, new = ClaimMessage.objects.get_or_create(claim=claim, external_id=query_id, defaults=defaults)
    return new


def poll_due(*, gateway: ClaimGateway, now: datetime) -> Iterator[UUID]:
    """Ask about every claim that is due and yield those with news; one that fails waits for its next turn."""
    due = Claim.objects.filter(status__in=WITH_INSURER, next_poll_at__lte=now).order_by("next_poll_at")
    for claim_id in list(due.values_list("pk", flat=True)[:200]):
        try:
            news = synchronise(claim_id, gateway=gateway, now=now)
        except GatewayError as error:
            logger.warning("claim.poll_failed", claim_id=str(claim_id), problem=str(error))
            Claim.objects.filter(pk=claim_id).update(next_poll_at=now + POLL_AFTER)
            continue
        if news:
            yield claim_id
