"""What insurance holds about a person: policies with nominee and questionnaire, and numbers at hospitals."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from aarokya.common.clock import ist_day
from aarokya.common.personal_data import Kept
from insurance.models import Claim, Mrn, MrnStatus, PatientRegistration, Policy

POLICY_KEPT_FOR = timedelta(days=8 * 366)  # after its end: claims, disputes and books of account


class InsuranceData:
    """See `aarokya.common.personal_data.Holder`."""

    name = "insurance"

    def export(self, user_id: UUID) -> dict[str, Any]:
        policies = Policy.objects.of(user_id).with_answer().order_by("pk")
        numbers = Mrn.objects.filter(dependant__primary_user_id=user_id).order_by("pk")
        return {
            "policies": [exported(policy) for policy in policies],
            "claims": [exported_claim(claim) for claim in Claim.objects.of(user_id).with_answer().order_by("pk")],
            "mrns": [
                {"dependant_id": str(row.dependant_id), "number": row.external_mrn, "status": row.status} for row in numbers
            ],
        }

    def waits_for(self, user_id: UUID) -> list[str]:
        return [f"Policy {policy} is {policy.status}" for policy in Policy.objects.of(user_id).live().order_by("pk")]

    def kept(self, user_id: UUID, *, today: date) -> list[Kept]:
        policies = Policy.objects.of(user_id).exclude(end_date=None).prefetch_related("members").order_by("pk")
        found = [kept_policy(policy) for policy in policies]
        return [record for record in found if record.until > today]

    def erase(self, user_id: UUID, *, spare: frozenset[UUID], now: datetime) -> None:
        """Blank nominees and answers of policies whose time is over; forget numbers of people who need not stay."""
        over = [policy.pk for policy in Policy.objects.of(user_id) if not is_kept(policy, today=ist_day(now))]
        Policy.objects.filter(pk__in=over).update(nominee_details=None, questionnaire=None, last_modified_at=now)
        numbers = Mrn.objects.filter(dependant__primary_user_id=user_id).exclude(dependant_id__in=spare)
        numbers.update(external_mrn={}, status=MrnStatus.INACTIVE, last_modified_at=now)
        found = PatientRegistration.objects.filter(dependant__primary_user_id=user_id).exclude(dependant_id__in=spare)
        found.exclude(external_mrn=None).update(external_mrn={}, last_modified_at=now)
        found.update(candidates=[], last_modified_at=now)


def is_kept(policy: Policy, *, today: date) -> bool:
    return policy.end_date is not None and policy.end_date + POLICY_KEPT_FOR > today


def kept_policy(policy: Policy) -> Kept:
    """Its people stay with it: a policy without names proves nothing."""
    if policy.end_date is None:
        raise RuntimeError("only issued policies are kept")
    people = frozenset(member.dependant_id for member in policy.members.all())
    return Kept(f"policy {policy} and the people it covered", "insurance records", policy.end_date + POLICY_KEPT_FOR, people)


def exported(policy: Policy) -> dict[str, Any]:
    return {
        "id": str(policy.pk),
        "number": policy.external_policy_id,
        "benefit": policy.benefit.name,
        "plan_code": policy.plan_code,
        "status": policy.status,
        "start_date": policy.start_date.isoformat() if policy.start_date else None,
        "end_date": policy.end_date.isoformat() if policy.end_date else None,
        "premium_amounts": policy.premium_amounts,
        "premium_status": policy.premium_status,
        "nominee_details": policy.nominee_details,
        "questionnaire": policy.questionnaire,
        "members": [str(member.dependant_id) for member in policy.members.all()],
    }


def exported_claim(claim: Claim) -> dict[str, Any]:
    return {
        "number": claim.number,
        "policy_id": str(claim.policy_id),
        "dependant_id": str(claim.patient_id),
        "status": claim.status,
        "incident_date": claim.incident_date.isoformat(),
        "hospital_name": claim.hospital_name,
        "description": claim.description,
        "amount": claim.amount.paise,
        "decision": claim.decision or None,
        "documents": [f"{document.kind}: {document.file_name}" for document in claim.documents.all()],
        "messages": [f"{message.author}: {message.text}" for message in claim.messages.all()],
    }


HOLDER = InsuranceData()
