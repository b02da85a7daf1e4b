"""Benefits as the API writes them: `benefit_details` in, the catalogue's verbs out.

What customers are sold takes two people here as in the back office: without `alone`, which only administrators have, it waits.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from insurance import approvals
from insurance.errors import BenefitProviderUnavailable
from insurance.models import Benefit, BenefitProvider, BenefitStatus, BenefitType
from insurance.services import catalogue, versions
from insurance.services.benefit_details import terms_from
from insurance.services.versions import Terms

ASKED_BY_API = "asked for over the API"


def create(
    *,
    provider_id: UUID,
    name: str,
    benefit_type: BenefitType,
    benefit_details: dict[str, Any],
    alone: bool,
    actor: str,
    now: datetime,
) -> Benefit:
    """Create an active benefit, or a draft that waits for the second person. BE-502…505."""
    terms = terms_from(benefit_type, benefit_details)
    provider = BenefitProvider.objects.filter(pk=provider_id).first()
    if provider is None:
        raise BenefitProviderUnavailable
    wanted: dict[str, Any] = {"provider": provider, "name": name, "benefit_type": benefit_type, "terms": terms}
    if alone:
        return catalogue.create(**wanted, actor=actor, now=now)
    with transaction.atomic():
        benefit = catalogue.create(**wanted, status=BenefitStatus.DRAFT, actor=actor, now=now)
        approvals.ask_to_publish(benefit, benefit.current_version, reason=ASKED_BY_API, actor=actor, now=now)
    return benefit


def change(
    benefit: Benefit,
    *,
    name: str | None = None,
    benefit_details: dict[str, Any] | None = None,
    status: BenefitStatus | None = None,
    alone: bool,
    actor: str,
    now: datetime,
) -> bool:
    """Change what is given; nothing given is nothing done. False when a part waits for somebody else. BE-502, BE-503, BE-505."""
    terms = None if benefit_details is None else terms_from(BenefitType(benefit.benefit_type), benefit_details)
    waits = None if alone else to_be_sold(benefit, terms, status)
    if waits is None:
        catalogue.change(benefit, name=name, status=status, terms=terms, actor=actor, now=now)
        return True
    with transaction.atomic():
        rest = None if status == BenefitStatus.ACTIVE else status
        catalogue.change(benefit, name=name, status=rest, actor=actor, now=now)
        new = (
            catalogue.draft(benefit, terms=waits, actor=actor, now=now, reason=ASKED_BY_API)
            if terms is not None and waits is terms
            else None
        )
        approvals.ask_to_publish(benefit, new or benefit.current_version, reason=ASKED_BY_API, actor=actor, now=now)
    return False


def to_be_sold(benefit: Benefit, terms: Terms | None, status: BenefitStatus | None) -> Terms | None:
    """The terms that customers would be sold by this change and are not now; None when it sells nothing new."""
    sold = versions.terms_of(benefit.current_version) if benefit.current_version else None
    if terms is not None and versions.normal(terms) != sold:
        return terms
    is_back = status == BenefitStatus.ACTIVE and benefit.status != BenefitStatus.ACTIVE
    return sold if is_back else None
