"""Answers as the contract shows them, built from rows that were loaded with `with_answer` or `with_details`."""

from datetime import datetime
from typing import Any

from aarokya.common.clock import age_on, rfc3339
from accounts.models import Dependant, User
from insurance import quotations
from insurance.models import Benefit, BenefitProvider, BenefitType, BenefitVersion, Mrn, PlanVariant, Policy
from insurance.selectors.quotes import Quote

Document = dict[str, Any]


def preview(offer: Quote) -> Document:
    variant = offer.variant
    return {
        "benefit_id": str(offer.benefit.pk),
        "benefit_name": offer.benefit.name,
        "plan_code": variant.plan_code,
        "coverage_amount": variant.coverage.paise,
        "currency": variant.currency,
        "duration": duration(variant),
        "members": [preview_member(member, offer) for member in offer.members],
        "nominee_required": offer.nominee_required,
        "premium_amounts": offer.premium_amounts,
        "sponsor_contribution": variant.sponsor_contribution.paise,
        "grace_period_days": variant.grace_period_days,
        "questionnaire": variant.questionnaire,
    }


def signed(offer: Quote, *, now: datetime) -> Document:
    """The quote as a token that holds for a day."""
    return {"quote": quotations.sign(offer, now=now), "quote_expires_at": rfc3339(now + quotations.HOLDS)}


def preview_member(member: Dependant, offer: Quote) -> Document:
    """The preview writes its words in lower case."""
    return {
        "dependant_id": str(member.pk),
        "first_name": member.first_name,
        "last_name": member.last_name,
        "salutation": member.salutation.lower(),
        "age": age_on(offer.day, born_on=member.date_of_birth),
        "gender": member.gender.lower(),
        "relationship": member.relationship.lower(),
    }


def policy(row: Policy) -> Document:
    """A policy. `primary_user_id` and `dependant_ids` are deprecated mirrors: same ids, same order."""
    members = [dependant(member.dependant) for member in row.members.all()]
    return {
        "id": str(row.pk),
        "primary_member": primary_member(row.primary_user),
        "primary_user_id": str(row.primary_user_id),
        "benefit_id": str(row.benefit_id),
        "benefit_name": row.benefit.name,
        "plan_code": row.plan_code,
        "status": str(row.status),
        "dependants": members,
        "dependant_ids": [member["id"] for member in members],
        "premium_amounts": row.premium_amounts,
        "premium_status": str(row.premium_status),
        "payment_plan": str(row.payment_plan),
        "nominee_details": row.nominee_details,
        "questionnaire": row.questionnaire,
        "metadata": row.metadata,
        "external_policy_id": row.external_policy_id,
        "start_date": row.start_date and row.start_date.isoformat(),
        "end_date": row.end_date and row.end_date.isoformat(),
        "created_at": rfc3339(row.created_at),
        "last_modified_at": rfc3339(row.last_modified_at),
    }


def primary_member(user: User) -> Document:
    return {"id": str(user.pk), "first_name": user.first_name, "last_name": user.last_name, "gender": user.gender}


def dependant(person: Dependant) -> Document:
    return {
        "id": str(person.pk),
        "first_name": person.first_name,
        "last_name": person.last_name,
        "salutation": person.salutation,
        "relationship": person.relationship,
        "gender": person.gender,
    }


def policy_details(row: Policy) -> Document:
    """The policy beside its benefit, in the version it was sold under."""
    benefit, version = row.benefit, row.variant.version
    summary = {
        "id": str(benefit.pk),
        "name": benefit.name,
        "benefit_type": benefit.benefit_type,
        "provider_id": str(benefit.provider_id),
        "provider_name": benefit.provider.name,
        "benefit_details": benefit_details(benefit, version),
    }
    return {"policy": policy(row), "benefit": summary}


def benefit(row: Benefit) -> Document:
    return {
        "id": str(row.pk),
        "name": row.name,
        "benefit_type": row.benefit_type,
        "benefit_details": benefit_details(row, row.current_version) if row.current_version else None,
        "provider_id": str(row.provider_id),
        "provider_name": row.provider.name,
        "status": row.status,
        "created_at": rfc3339(row.created_at),
        "last_modified_at": rfc3339(row.last_modified_at),
    }


def benefit_details(row: Benefit, version: BenefitVersion) -> Document:
    """A union tagged by `benefit_type`; only insurance has plans."""
    found: Document = {**version.details, "benefit_type": row.benefit_type, "description": version.description}
    if row.benefit_type == BenefitType.INSURANCE_POLICY:
        found["max_dependants"] = version.max_dependants
        found["includes_teleconsultation"] = version.includes_teleconsultation
        found["plans"] = {variant.plan_code: plan(variant) for variant in version.variants.all()}
    return found


def plan(variant: PlanVariant) -> Document:
    return {
        "description": variant.description,
        "daily_premium_amount": variant.daily_premium.paise,
        "annual_premium_amount": variant.annual_premium.paise,
        "coverage_amount": variant.coverage.paise,
        "sponsor_contribution": variant.sponsor_contribution.paise,
        "currency": variant.currency,
        "grace_period_days": variant.grace_period_days,
        "duration": duration(variant),
        "questionnaire": variant.questionnaire,
    }


def duration(variant: PlanVariant) -> dict[str, int]:
    """Exactly one key: `{"years": 1}`, `{"months": 6}` or `{"days": 90}`."""
    return {variant.duration_unit.lower(): variant.duration_length}


def provider(row: BenefitProvider) -> Document:
    return {
        "id": str(row.pk),
        "name": row.name,
        "status": row.status,
        "created_at": rfc3339(row.created_at),
        "last_modified_at": rfc3339(row.last_modified_at),
    }


def mrn(row: Mrn) -> Document:
    return {
        "id": str(row.pk),
        "dependant_id": str(row.dependant_id),
        "benefit_provider_id": str(row.provider_id),
        "primary_user_id": str(row.dependant.primary_user_id),
        "external_mrn": row.external_mrn,
        "status": row.status,
        "created_at": rfc3339(row.created_at),
        "last_modified_at": rfc3339(row.last_modified_at),
    }
