"""The provider's catalogue into ours: as drafts, for a person to publish."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from insurance.gateways.base import CatalogueGateway
from insurance.models import Benefit, BenefitProvider, BenefitStatus, BenefitType
from insurance.services import catalogue, versions
from insurance.services.benefit_details import terms_from
from insurance.services.versions import Terms

ACTOR = "system:sync_plans"


@dataclass(frozen=True, kw_only=True)
class Synced:
    """What became of one benefit of the provider: `new`, `changed` or `same`."""

    name: str
    outcome: str


def sync_plans(*, provider: BenefitProvider, gateway: CatalogueGateway, now: datetime, dry_run: bool) -> Iterator[Synced]:
    """Fetch the provider's benefits and yield what each one meant; nothing goes on sale. GatewayError, BE-505."""
    for document in gateway.plans():
        name, terms = str(document.get("name", ""))[:255], terms_of_provider(document)
        found = provider.benefits.filter(name=name).first()
        outcome = outcome_of(found, terms)
        if outcome != "same" and not dry_run:
            store(provider, name, found, terms, now=now)
        yield Synced(name=name, outcome=outcome)


def terms_of_provider(document: dict[str, Any]) -> Terms:
    """Translate `{description, max_dependants, term_days, teleconsultation, plans}` into our terms."""
    days = document.get("term_days")
    term = {"years": 1} if days == 365 else {"days": days}
    sent = document.get("plans")
    plans = {code: {**plan, "duration": term} for code, plan in sent.items()} if isinstance(sent, dict) else sent
    details = {"description": document.get("description", ""), "max_dependants": document.get("max_dependants"), "plans": plans}
    return terms_from(
        BenefitType.INSURANCE_POLICY, details | {"includes_teleconsultation": document.get("teleconsultation", False)}
    )


def outcome_of(found: Benefit | None, terms: Terms) -> str:
    if found is None:
        return "new"
    latest = found.versions.order_by("-number").first()
    return "same" if latest and versions.terms_of(latest) == versions.normal(terms) else "changed"


@transaction.atomic
def store(provider: BenefitProvider, name: str, found: Benefit | None, terms: Terms, *, now: datetime) -> None:
    if found is None:
        insurance, draft = BenefitType.INSURANCE_POLICY, BenefitStatus.DRAFT
        catalogue.create(provider=provider, name=name, benefit_type=insurance, terms=terms, status=draft, actor=ACTOR, now=now)
        return
    locked = Benefit.objects.select_for_update().get(pk=found.pk)
    versions.add(locked, terms=terms, actor=ACTOR, now=now)
