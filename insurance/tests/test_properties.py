"""What must hold for every family, day and price, not only for examples."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aarokya.common.clock import IST, age_on, ist_day, ist_midnight
from aarokya.common.money import Money
from accounts.models import Dependant
from insurance.errors import PlanVariantNotAvailable
from insurance.models import Benefit, BenefitVersion, PlanVariant
from insurance.plans import plan_code
from insurance.selectors.quotes import variant_for

DAYS = st.dates(date(1930, 1, 1), date(2030, 12, 31))
CODES = ("1A", "2A", "2A1C", "2A2C", "1A1C")
VARIANTS = {
    code: PlanVariant(plan_code=code, annual_premium=Money(100_000 + number), daily_premium=Money(300 + number))
    for number, code in enumerate(CODES)
}
TODAY = date(2026, 11, 20)


@given(DAYS, st.integers(0, 100))
def test_age_changes_at_midnight_in_india(born_on: date, years: int) -> None:
    """One second before the birthday's midnight in Asia/Kolkata the age is one less; 29 February turns on 1 March."""
    try:
        birthday = born_on.replace(year=born_on.year + years)
    except ValueError:
        birthday = date(born_on.year + years, 3, 1)
    midnight = ist_midnight(birthday)
    assert age_on(ist_day(midnight), born_on=born_on) == years
    assert age_on(ist_day(midnight - timedelta(seconds=1)), born_on=born_on) == years - 1


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda moment: 1900 < moment.year < 2100))
def test_the_day_is_the_one_on_the_wall_in_india(aware: datetime) -> None:
    assert ist_day(aware) == aware.astimezone(IST).date()
    assert ist_midnight(ist_day(aware)) <= aware < ist_midnight(ist_day(aware) + timedelta(days=1))


@pytest.fixture
def benefit_row() -> Benefit:
    return Benefit(name="Suraksha", current_version=BenefitVersion(number=1))


@given(ages=st.lists(st.integers(0, 90), min_size=1, max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_premium_is_the_variants_for_any_roster(benefit_row: Benefit, ages: list[int]) -> None:
    members = [Dependant(date_of_birth=TODAY.replace(year=TODAY.year - age)) for age in ages]
    code = plan_code(ages)
    if code in VARIANTS:
        assert variant_for(benefit_row, VARIANTS, members, day=TODAY) is VARIANTS[code]
        return
    with pytest.raises(PlanVariantNotAvailable) as refusal:
        variant_for(benefit_row, VARIANTS, members, day=TODAY)
    assert f"this family is {code}" in refusal.value.text
    assert len(refusal.value.details) == 3


@given(ages=st.lists(st.integers(0, 90), min_size=1, max_size=8), order=st.randoms())
def test_the_plan_code_does_not_depend_on_the_order(ages: list[int], order: Random) -> None:
    shuffled = list(ages)
    order.shuffle(shuffled)
    assert plan_code(shuffled) == plan_code(ages)
