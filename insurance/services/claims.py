"""Claims as the customer acts on them: drafted, documented, submitted, answered."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from aarokya.common import audit, outbox, state
from aarokya.common.clock import ist_day
from aarokya.common.errors import InvalidTransition
from aarokya.common.money import Money
from insurance import files
from insurance.errors import DocumentsMissing, FileTooLarge, NotCovered, PatientNotCovered, TooManyDocuments
from insurance.gateways.storage import Store
from insurance.models import Claim, ClaimAuthor, ClaimDocument, ClaimDocumentKind, ClaimMessage, ClaimStatus, Policy
from insurance.selectors.coverage import cover_on

DOCUMENTS_MAX = 20
MAY_ADD = {ClaimStatus.DRAFT, ClaimStatus.QUERIED}


@dataclass(frozen=True, kw_only=True)
class Incident:
    """What happened; `patient_id` None for the policyholder."""

    patient_id: UUID | None
    incident_date: date
    hospital_name: str
    description: str
    amount: Money


@transaction.atomic
def draft(policy: Policy, incident: Incident, *, claim_id: UUID, actor: str, now: datetime) -> Claim:
    """Begin a claim; the same `claim_id` returns the one begun before. NotCovered (CL-1104), PatientNotCovered (CL-1105)."""
    found = Claim.objects.filter(pk=claim_id, policy=policy).first()
    if found is not None:
        return found
    patient_id = incident.patient_id or policy.members.get(position=0).dependant_id
    if not policy.members.filter(dependant_id=patient_id).exists():
        raise PatientNotCovered
    refuse_uncovered(policy, incident.incident_date, today=ist_day(now))
    claim = Claim.objects.create(
        pk=claim_id,
        policy=policy,
        patient_id=patient_id,
        number=next_number(now),
        incident_date=incident.incident_date,
        hospital_name=incident.hospital_name,
        description=incident.description,
        amount=incident.amount,
    )
    after = {"number": claim.number, "policy_id": str(policy.pk), "amount": claim.amount.paise}
    audit.record(actor=actor, action="claim.drafted", obj=claim, after=after, now=now)
    return claim


def refuse_uncovered(policy: Policy, day: date, *, today: date) -> None:
    if day > today:
        raise NotCovered("The day of the incident is in the future")
    cover = cover_on(policy, day)
    if not cover.covered:
        raise NotCovered(cover.reason)


def next_number(now: datetime) -> str:
    """Return `CLM-2026-0000123`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('insurance_claim_number')")
        [serial] = cursor.fetchone()
    return f"CLM-{ist_day(now).year}-{serial:07d}"


def add_document(
    claim: Claim, *, kind: ClaimDocumentKind, name: str, content: bytes, store: Store, actor: str, now: datetime
) -> tuple[ClaimDocument, bool]:
    """Add a file to a draft or in answer to a query; the same bytes again return the row there is, and False.

    The file is stored before its row is written: without a row it is waste, a row without a file would be a lie. CL-1106,
    CL-1107, CL-1108, InvalidTransition, StoreUnavailable.
    """
    if len(content) > settings.CLAIM_FILE_BYTES_MAX:
        raise FileTooLarge(f"A file may have {settings.CLAIM_FILE_BYTES_MAX} bytes, this one has {len(content)}")
    media_type, digest = files.media_type(content), sha256(content).hexdigest()
    earlier = same_document(claim, digest)
    if earlier is not None:
        return earlier, False
    row = ClaimDocument(
        claim=claim, kind=kind, file_name=files.safe_name(name), media_type=media_type, size=len(content), sha256=digest
    )
    store.put(row.storage_key, content)
    with transaction.atomic():
        lock(claim)
        earlier = same_document(claim, digest)
        if earlier is not None:
            return earlier, False
        row.save(force_insert=True)
        audit.record(actor=actor, action="claim.document_added", obj=claim, after={"sha256": digest, "kind": kind}, now=now)
    return row, True


def same_document(claim: Claim, digest: str) -> ClaimDocument | None:
    """Return the row that holds these bytes already; InvalidTransition, CL-1108 when no more may be added."""
    if claim.status not in MAY_ADD:
        raise InvalidTransition(f"Documents are added to a draft or in answer to a query; this claim is {claim.status}")
    earlier = claim.documents.filter(sha256=digest).first()
    if earlier is None and claim.documents.count() >= DOCUMENTS_MAX:
        raise TooManyDocuments
    return earlier


@transaction.atomic
def submit(claim: Claim, *, documents_needed: bool = True, actor: str, now: datetime) -> None:
    """Send the claim off; it reaches the insurer through the outbox. DocumentsMissing (CL-1109), InvalidTransition."""
    lock(claim)
    if documents_needed and not claim.documents.exists():
        raise DocumentsMissing
    move(claim, ClaimStatus.SUBMITTED, actor=actor, now=now, submitted_at=now)
    outbox.emit("claim.submitted", key=f"claim:{claim.pk}", payload={"claim_id": str(claim.pk)}, now=now)


@transaction.atomic
def answer(claim: Claim, *, text: str, actor: str, now: datetime) -> ClaimMessage:
    """Answer the insurer's query; documents added since go with it. InvalidTransition when nothing was asked."""
    lock(claim)
    move(claim, ClaimStatus.ANSWERED, actor=actor, now=now)
    message = ClaimMessage.objects.create(claim=claim, author=ClaimAuthor.CUSTOMER, text=text, said_at=now)
    outbox.emit("claim.answered", key=f"claim:{claim.pk}", payload={"message_id": str(message.pk)}, now=now)
    return message


def lock(claim: Claim) -> None:
    claim.refresh_from_db(from_queryset=Claim.objects.select_for_update(of=("self",)))


def move(claim: Claim, to: ClaimStatus, *, actor: str, now: datetime, **fields: Any) -> None:
    before = {"status": str(claim.status)}
    state.move(claim, to, last_modified_at=now, **fields)
    after = {"status": str(to), "decision": str(claim.decision), "approved_amount": claim.approved_amount.paise}
    audit.record(actor=actor, action=f"claim.{to.lower()}", obj=claim, before=before, after=after, now=now)
    payload = {"claim_id": str(claim.pk), "user_id": str(claim.policy.primary_user_id), "status": str(to)}
    outbox.emit("claim.moved", key=f"claim:{claim.pk}", payload=payload, now=now)
