"""Benefit providers: added, renamed, withdrawn."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from aarokya.common import audit
from insurance.constraints import refused_by
from insurance.errors import ProviderNameTaken
from insurance.models import BenefitProvider, ProviderStatus

NAME_TAKEN = "insurance_benefit_provider_name_key"


def add(*, name: str, actor: str, now: datetime) -> BenefitProvider:
    """Add an active provider; ProviderNameTaken (BPE-402)."""
    provider = BenefitProvider(name=name)
    write(provider, action="provider.added", before={}, actor=actor, now=now)
    return provider


def change(
    provider: BenefitProvider,
    *,
    name: str | None = None,
    status: ProviderStatus | None = None,
    actor: str,
    now: datetime,
    reason: str = "",
) -> None:
    """Rename or withdraw; what is None stays. ProviderNameTaken (BPE-402)."""
    before = facts(provider)
    provider.name = name or provider.name
    provider.status = status or provider.status
    if facts(provider) != before:
        write(provider, action="provider.changed", before=before, actor=actor, now=now, reason=reason)


def facts(provider: BenefitProvider) -> dict[str, Any]:
    return {"name": provider.name, "status": str(provider.status)}


def write(provider: BenefitProvider, *, action: str, before: dict[str, Any], actor: str, now: datetime, reason: str = "") -> None:
    try:
        with transaction.atomic():
            provider.save()
            audit.record(actor=actor, action=action, obj=provider, before=before, after=facts(provider), reason=reason, now=now)
    except IntegrityError as error:
        if refused_by(error, NAME_TAKEN):
            raise ProviderNameTaken(f"A benefit provider called {provider.name} exists") from error
        raise
