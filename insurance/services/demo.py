"""The catalogue of a fresh installation, for trying the product."""

from datetime import datetime

from django.db import transaction

from aarokya.common.money import Money
from insurance.models import Benefit, BenefitProvider, BenefitStatus, BenefitType
from insurance.services import catalogue, providers
from insurance.services.versions import Plan, Terms

ACTOR = "system:demo"
PROVIDER = "Narayana Health"
INSURANCE = "Aarokya Arogya Suraksha"
CONSULTATION = "Talk to a doctor"
LAKH = 100_000_00  # paise
# plan code, description, paise a day, lakhs of cover
PRICES = (
    ("1A", "Self", 300, 1),
    ("2A", "Self and spouse", 500, 2),
    ("1A1C", "Self and one child", 450, 2),
    ("2A1C", "Self, spouse and one child", 650, 3),
    ("2A2C", "Self, spouse and two children", 800, 5),
)


@transaction.atomic
def install_demo_catalogue(*, now: datetime) -> Benefit:
    """Add provider, insurance and consultation unless they are there; return the insurance benefit."""
    provider = BenefitProvider.objects.filter(name=PROVIDER).first() or providers.add(name=PROVIDER, actor=ACTOR, now=now)
    ensure(
        provider,
        CONSULTATION,
        BenefitType.CONSULTATION,
        Terms(description="Unlimited teleconsultation with a general physician"),
        now,
    )
    return ensure(provider, INSURANCE, BenefitType.INSURANCE_POLICY, insurance_terms(), now)


def ensure(provider: BenefitProvider, name: str, benefit_type: BenefitType, terms: Terms, now: datetime) -> Benefit:
    found = provider.benefits.filter(name=name).first()
    return found or catalogue.create(
        provider=provider, name=name, benefit_type=benefit_type, terms=terms, status=BenefitStatus.ACTIVE, actor=ACTOR, now=now
    )


def insurance_terms() -> Terms:
    plans = tuple(priced(*price) for price in PRICES)
    return Terms(description="Hospital cover for a family at a few rupees a day", max_dependants=3, plans=plans)


def priced(plan_code: str, description: str, daily: int, lakhs: int) -> Plan:
    return Plan(
        plan_code=plan_code,
        description=description,
        daily_premium=Money(daily),
        annual_premium=Money(daily * 365),
        coverage=Money(lakhs * LAKH),
        grace_period_days=15,
    )
