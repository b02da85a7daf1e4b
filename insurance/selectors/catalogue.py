"""Reading the catalogue."""

from uuid import UUID

from django.db.models import F, QuerySet

from insurance.errors import (
    BenefitIncomplete,
    BenefitNotFound,
    InsuranceBenefitNotFound,
    NotAnInsuranceBenefit,
    PlanNotFound,
    ProviderNotFound,
)
from insurance.models import Benefit, BenefitProvider, BenefitStatus, BenefitType, PlanVariant, ProviderStatus


def provider(provider_id: UUID) -> BenefitProvider:
    """Return the provider, active or not; ProviderNotFound (BPE-401)."""
    found = BenefitProvider.objects.filter(pk=provider_id).first()
    if found is None:
        raise ProviderNotFound
    return found


def providers(*, status: ProviderStatus | None = None) -> QuerySet[BenefitProvider]:
    """Return providers, newest first."""
    rows = BenefitProvider.objects.order_by("-created_at", "-pk")
    return rows if status is None else rows.filter(status=status)


def benefits(
    *,
    everything: bool,
    provider_id: UUID | None = None,
    benefit_type: BenefitType | None = None,
    status: BenefitStatus | None = None,
) -> QuerySet[Benefit]:
    """Return benefits with their details, newest first; without `everything` only those on offer, whatever `status` says."""
    rows = Benefit.objects.with_details().order_by("-created_at", "-pk")
    wanted = {"provider_id": provider_id, "benefit_type": benefit_type, "status": status if everything else None}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    return rows if everything else rows.on_offer()


def benefit(benefit_id: UUID, *, everything: bool) -> Benefit:
    """Return the benefit with its details; with `everything` also one that is not on offer. BenefitNotFound (BE-501)."""
    rows = Benefit.objects.with_details()
    found = (rows if everything else rows.on_offer()).filter(pk=benefit_id).first()
    if found is None:
        raise BenefitNotFound
    return found


def insurance_benefit(benefit_id: UUID) -> tuple[Benefit, dict[str, PlanVariant]]:
    """Return an insurance benefit on offer and what it sells, by plan code, in two queries.

    InsuranceBenefitNotFound (IP-1002), NotAnInsuranceBenefit (IP-1003), BenefitIncomplete (IP-1004).
    """
    found = Benefit.objects.on_offer().with_details().filter(pk=benefit_id).first()
    if found is None:
        raise InsuranceBenefitNotFound
    if found.benefit_type != BenefitType.INSURANCE_POLICY:
        raise NotAnInsuranceBenefit
    variants = found.current_version.variants.all() if found.current_version else ()
    if not variants:
        raise BenefitIncomplete("Benefit is missing a required insurance field: plans")
    return found, {variant.plan_code: variant for variant in variants}


def plans_on_offer() -> QuerySet[PlanVariant]:
    """Return everything sold now, one row for each plan code of each benefit, with version, benefit and provider."""
    rows = PlanVariant.objects.filter(
        version=F("version__benefit__current_version"), version__benefit__in=Benefit.objects.on_offer()
    )
    return rows.select_related("version__benefit__provider").order_by("version__benefit__name", "plan_code", "pk")


def plan(plan_id: UUID) -> PlanVariant:
    """Return a plan that is sold now; PlanNotFound (IP-1022)."""
    found = plans_on_offer().filter(pk=plan_id).first()
    if found is None:
        raise PlanNotFound
    return found
