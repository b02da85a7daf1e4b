"""Benefits as the API writes them: `benefit_details` in, the catalogue's verbs out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from insurance.errors import BenefitProviderUnavailable
from insurance.models import Benefit, BenefitProvider, BenefitStatus, BenefitType
from insurance.services import catalogue
from insurance.services.benefit_details import terms_from


def create(
    *, provider_id: UUID, name: str, benefit_type: BenefitType, benefit_details: dict[str, Any], actor: str, now: datetime
) -> Benefit:
    """Create an active benefit. BE-502…505."""
    terms = terms_from(benefit_type, benefit_details)
    provider = BenefitProvider.objects.filter(pk=provider_id).first()
    if provider is None:
        raise BenefitProviderUnavailable
    return catalogue.create(provider=provider, name=name, benefit_type=benefit_type, terms=terms, actor=actor, now=now)


def change(
    benefit: Benefit,
    *,
    name: str | None = None,
    benefit_details: dict[str, Any] | None = None,
    status: BenefitStatus | None = None,
    actor: str,
    now: datetime,
) -> None:
    """Change what is given; nothing given is nothing done. BE-502, BE-503, BE-505."""
    terms = None if benefit_details is None else terms_from(BenefitType(benefit.benefit_type), benefit_details)
    catalogue.change(benefit, name=name, status=status, terms=terms, actor=actor, now=now)
