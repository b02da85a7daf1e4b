"""Reading claims, with permission."""

from uuid import UUID

from django.db.models import QuerySet

from insurance.errors import ClaimNotFound
from insurance.models import Claim, ClaimDocument


def claims_of(user_id: UUID, *, policy_id: UUID | None = None) -> QuerySet[Claim]:
    """Return the user's claims, of one policy if given, newest first."""
    rows = Claim.objects.of(user_id).with_answer().order_by("-created_at", "-pk")
    return rows if policy_id is None else rows.filter(policy_id=policy_id)


def claim_of(user_id: UUID, claim_id: UUID) -> Claim:
    """Return the user's claim; ClaimNotFound (CL-1101), also for somebody else's."""
    found = claims_of(user_id).filter(pk=claim_id).first()
    if found is None:
        raise ClaimNotFound
    return found


def document_of(user_id: UUID, claim_id: UUID, document_id: UUID) -> ClaimDocument:
    """Return a document of the user's claim; ClaimNotFound (CL-1101)."""
    rows = ClaimDocument.objects.filter(claim__policy__primary_user_id=user_id, claim_id=claim_id)
    found = rows.filter(pk=document_id).first()
    if found is None:
        raise ClaimNotFound
    return found
