"""Medical record numbers: one active per member and provider."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from aarokya.common import audit
from accounts.models import Dependant, DependantStatus
from insurance.constraints import refused_by
from insurance.errors import MrnDependantNotFound, MrnExists, MrnOfAnotherUser, MrnProviderNotFound
from insurance.models import BenefitProvider, Mrn, MrnStatus, ProviderStatus

ONE_ACTIVE = "mrn_one_active"


def active(members: Sequence[Dependant], provider: BenefitProvider) -> QuerySet[Mrn]:
    return Mrn.objects.filter(dependant__in=members, provider=provider, status=MrnStatus.ACTIVE)


def without_number(members: Sequence[Dependant], provider: BenefitProvider) -> list[Dependant]:
    """Return the members whom the provider's number is still missing for."""
    have = set(active(members, provider).values_list("dependant_id", flat=True))
    return [member for member in members if member.pk not in have]


def write_map(members: Sequence[Dependant], provider: BenefitProvider, external: Mapping[UUID, dict[str, str]]) -> dict[str, str]:
    """Write the MRN rows that are missing and return `{dependant id: MRN id}` in the order of the members."""
    new = (Mrn(dependant_id=dependant_id, provider=provider, external_mrn=numbers) for dependant_id, numbers in external.items())
    Mrn.objects.bulk_create(new, ignore_conflicts=True)
    found = {row.dependant_id: row.pk for row in active(members, provider)}
    return {str(member.pk): str(found[member.pk]) for member in members}


def add(
    *, dependant_id: UUID, provider_id: UUID, external_mrn: dict[str, Any], user_id: UUID | None, actor: str, now: datetime
) -> Mrn:
    """Record a number that a patient already has. MR-902…905; with `user_id` only for that user's family."""
    member = Dependant.objects.filter(pk=dependant_id, status=DependantStatus.ACTIVE).first()
    if member is None:
        raise MrnDependantNotFound
    if user_id is not None and member.primary_user_id != user_id:
        raise MrnOfAnotherUser
    provider = BenefitProvider.objects.filter(pk=provider_id, status=ProviderStatus.ACTIVE).first()
    if provider is None:
        raise MrnProviderNotFound
    return insert(Mrn(dependant=member, provider=provider, external_mrn=external_mrn), actor=actor, now=now)


def insert(mrn: Mrn, *, actor: str, now: datetime) -> Mrn:
    try:
        with transaction.atomic():
            mrn.save(force_insert=True)
            audit.record(actor=actor, action="mrn.added", obj=mrn, now=now)
    except IntegrityError as error:
        if refused_by(error, ONE_ACTIVE):
            raise MrnExists from error
        raise
    return mrn


@transaction.atomic
def retire(mrn: Mrn, *, actor: str, now: datetime) -> None:
    """Make the number inactive; policies that name it keep naming it."""
    Mrn.objects.filter(pk=mrn.pk).update(status=MrnStatus.INACTIVE, last_modified_at=now)
    mrn.status = MrnStatus.INACTIVE
    audit.record(actor=actor, action="mrn.retired", obj=mrn, now=now)
