"""Benefits: created, edited (an edit of the terms is a new version), published, withdrawn."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from aarokya.common import audit
from insurance.constraints import refused_by
from insurance.errors import BenefitInvalid, BenefitNameTaken, BenefitProviderUnavailable
from insurance.models import Benefit, BenefitProvider, BenefitStatus, BenefitType, BenefitVersion, ProviderStatus
from insurance.services import versions
from insurance.services.versions import Terms

NAME_TAKEN = "benefit_name_of_provider"


def create(
    *,
    provider: BenefitProvider,
    name: str,
    benefit_type: BenefitType,
    terms: Terms,
    status: BenefitStatus = BenefitStatus.ACTIVE,
    actor: str,
    now: datetime,
) -> Benefit:
    """Create a benefit with its first version. BE-502, BE-504, BE-505."""
    if provider.status != ProviderStatus.ACTIVE:
        raise BenefitProviderUnavailable
    benefit = Benefit(provider=provider, name=name, benefit_type=benefit_type)
    with transaction.atomic():
        save(benefit)
        versions.publish(benefit, terms=terms, actor=actor, now=now)
        set_status(benefit, status, actor=actor, now=now)
        audit.record(actor=actor, action="benefit.created", obj=benefit, after=facts(benefit), now=now)
    return benefit


@transaction.atomic
def change(
    benefit: Benefit,
    *,
    name: str | None = None,
    status: BenefitStatus | None = None,
    terms: Terms | None = None,
    actor: str,
    now: datetime,
    reason: str = "",
) -> None:
    """Change what is given: the terms by a new version, unless they are the ones sold now. BE-502, BE-505."""
    locked = Benefit.objects.select_for_update().get(pk=benefit.pk)  # numbers of versions follow each other
    benefit.current_version_id, benefit.status, benefit.name = locked.current_version_id, locked.status, locked.name
    if name is not None and name != benefit.name:
        rename(benefit, name, actor=actor, now=now, reason=reason)
    if terms is not None and (
        benefit.current_version is None or versions.terms_of(benefit.current_version) != versions.normal(terms)
    ):
        versions.publish(benefit, terms=terms, actor=actor, now=now, reason=reason)
    if status is not None:
        set_status(benefit, status, actor=actor, now=now, reason=reason)


@transaction.atomic
def draft(benefit: Benefit, *, terms: Terms, actor: str, now: datetime, reason: str) -> BenefitVersion:
    """Add a version that is not on sale yet. BenefitInvalid (BE-505), also when it is what is sold already."""
    locked = Benefit.objects.select_for_update().get(pk=benefit.pk)
    if locked.current_version is not None and versions.terms_of(locked.current_version) == versions.normal(terms):
        raise BenefitInvalid("Nothing is different from what is sold now")
    return versions.add(locked, terms=terms, actor=actor, now=now, reason=reason)


@transaction.atomic
def publish_version(benefit: Benefit, version: BenefitVersion | None, *, actor: str, now: datetime, reason: str) -> None:
    """Put a version on sale and the benefit with it. BenefitInvalid (BE-505) when there is none."""
    if version is None or version.benefit_id != benefit.pk:
        raise BenefitInvalid("There is no version to publish")
    locked = Benefit.objects.select_for_update().get(pk=benefit.pk)
    if locked.current_version_id != version.pk:
        versions.sell(locked, version, actor=actor, now=now, reason=reason)
    set_status(locked, BenefitStatus.ACTIVE, actor=actor, now=now, reason=reason)
    benefit.current_version, benefit.status = version, locked.status


def rename(benefit: Benefit, name: str, *, actor: str, now: datetime, reason: str) -> None:
    before, benefit.name = benefit.name, name
    save(benefit)
    audit.record(
        actor=actor, action="benefit.renamed", obj=benefit, before={"name": before}, after={"name": name}, reason=reason, now=now
    )


def set_status(benefit: Benefit, status: BenefitStatus, *, actor: str, now: datetime, reason: str = "") -> None:
    """Publish, withdraw or take back to a draft; nothing to do when it is so already."""
    before = benefit.status
    if before == status:
        return
    benefit.status = status
    save(benefit)
    change_of = {"before": {"status": str(before)}, "after": {"status": str(status)}}
    audit.record(actor=actor, action="benefit.status_changed", obj=benefit, reason=reason, now=now, **change_of)


def save(benefit: Benefit) -> None:
    try:
        with transaction.atomic():
            benefit.save()
    except IntegrityError as error:
        if refused_by(error, NAME_TAKEN):
            raise BenefitNameTaken(f"The provider has a benefit called {benefit.name}") from error
        raise


def facts(benefit: Benefit) -> dict[str, Any]:
    return {"name": benefit.name, "benefit_type": str(benefit.benefit_type), "status": str(benefit.status)}
