"""Versions of a benefit: words, terms and prices that are sold together. Added, put on sale, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aarokya.common import audit
from aarokya.common.money import Money
from insurance.errors import BenefitInvalid
from insurance.models import Benefit, BenefitType, BenefitVersion, DurationUnit, PlanVariant


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A variant as it is to be sold; premiums and contribution as PlanVariant has them."""

    plan_code: str
    daily_premium: Money
    annual_premium: Money
    coverage: Money
    description: str = ""
    sponsor_contribution: Money = Money(0)
    currency: str = "INR"
    grace_period_days: int | None = None
    duration_unit: DurationUnit = DurationUnit.YEARS
    duration_length: int = 1
    questionnaire: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Everything that makes a version of a benefit; `plans` only for insurance."""

    description: str = ""
    max_dependants: int | None = None
    includes_teleconsultation: bool = True
    details: dict[str, Any] = field(default_factory=dict)
    plans: Sequence[Plan] = ()


def publish(benefit: Benefit, *, terms: Terms, actor: str, now: datetime, reason: str = "") -> BenefitVersion:
    """Make `terms` the version sold from now on. Policies keep the variant they were sold under. BenefitInvalid (BE-505)."""
    version = add(benefit, terms=terms, actor=actor, now=now, reason=reason)
    sell(benefit, version, actor=actor, now=now, reason=reason)
    return version


def add(benefit: Benefit, *, terms: Terms, actor: str, now: datetime, reason: str = "") -> BenefitVersion:
    """Add a version without selling it yet; the caller holds the benefit's row. BenefitInvalid (BE-505)."""
    refuse_misfit(benefit, terms)
    version = BenefitVersion.objects.create(
        benefit=benefit,
        number=benefit.versions.count() + 1,
        description=terms.description,
        max_dependants=terms.max_dependants,
        includes_teleconsultation=terms.includes_teleconsultation,
        details=terms.details,
    )
    PlanVariant.objects.bulk_create(PlanVariant(version=version, **vars(plan)) for plan in terms.plans)
    after = {"version": version.number, "plans": {plan.plan_code: plan.annual_premium.paise for plan in terms.plans}}
    audit.record(actor=actor, action="benefit.version_added", obj=benefit, after=after, reason=reason, now=now)
    return version


def sell(benefit: Benefit, version: BenefitVersion, *, actor: str, now: datetime, reason: str = "") -> None:
    """Put a version on sale instead of the one sold so far."""
    before = benefit.current_version.number if benefit.current_version else None
    benefit.current_version = version
    benefit.save(update_fields=["current_version", "last_modified_at"])
    audit.record(
        actor=actor,
        action="benefit.published",
        obj=benefit,
        before={"version": before},
        after={"version": version.number},
        reason=reason,
        now=now,
    )


def refuse_misfit(benefit: Benefit, terms: Terms) -> None:
    if benefit.benefit_type == BenefitType.CONSULTATION and terms.plans:
        raise BenefitInvalid("benefit_details.plans: a consultation has no plans")
    if benefit.benefit_type == BenefitType.INSURANCE_POLICY and not terms.plans:
        raise BenefitInvalid("benefit_details.plans: at least one plan is needed")
    if len({plan.plan_code for plan in terms.plans}) != len(terms.plans):
        raise BenefitInvalid("benefit_details.plans: each plan code once")


def terms_of(version: BenefitVersion) -> Terms:
    """Return the terms a version was made from."""
    return Terms(
        description=version.description,
        max_dependants=version.max_dependants,
        includes_teleconsultation=version.includes_teleconsultation,
        details=version.details,
        plans=tuple(plan_of(variant) for variant in version.variants.all()),
    )


def as_json(terms: Terms) -> dict[str, Any]:
    """Return the terms as people compare them: amounts in rupees, plans by their code."""
    plans = {
        plan.plan_code: {name: worded(value) for name, value in vars(plan).items() if name != "plan_code"} for plan in terms.plans
    }
    kept = {name: value for name, value in vars(terms).items() if name not in ("plans", "details")}
    return {**kept, "plans": plans}


def worded(value: Any) -> Any:
    return str(value) if isinstance(value, Money | DurationUnit) else value


def plan_of(variant: PlanVariant) -> Plan:
    return Plan(**{name: getattr(variant, name) for name in Plan.__dataclass_fields__})


def normal(terms: Terms) -> Terms:
    """Return the terms with their plans in the order the database gives them."""
    plans = tuple(sorted(terms.plans, key=lambda plan: plan.plan_code))
    return Terms(**{**vars(terms), "plans": plans})
