"""Plan codes and terms: pure rules."""

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insurance.models import DurationUnit, PlanVariant
from insurance.plans import plan_code


@pytest.mark.parametrize(
    ("ages", "code"),
    [
        ([30], "1A"),
        ([30, 28], "2A"),
        ([30, 28, 4], "2A1C"),
        ([30, 28, 4, 24], "2A2C"),
        ([25], "1A"),
        ([24], "0A1C"),
        ([60, 58, 30], "3A"),
    ],
)
def test_plan_code(ages: list[int], code: str) -> None:
    assert plan_code(ages) == code


@given(st.lists(st.integers(0, 110), min_size=1, max_size=12))
def test_every_member_counts_once(ages: list[int]) -> None:
    adults, _, children = plan_code(ages).partition("A")
    assert int(adults) + int(children.removesuffix("C") or 0) == len(ages)
    assert int(adults) == len([age for age in ages if age >= 25])


@pytest.mark.parametrize(
    ("unit", "length", "start", "last"),
    [
        (DurationUnit.YEARS, 1, date(2026, 4, 1), date(2027, 3, 31)),
        (DurationUnit.YEARS, 1, date(2024, 2, 29), date(2025, 2, 27)),
        (DurationUnit.MONTHS, 6, date(2026, 8, 31), date(2027, 2, 27)),
        (DurationUnit.DAYS, 90, date(2026, 11, 20), date(2027, 2, 17)),
    ],
)
def test_last_day_of_a_term(unit: DurationUnit, length: int, start: date, last: date) -> None:
    assert PlanVariant(duration_unit=unit, duration_length=length).last_day(start) == last


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 36))
def test_terms_of_months_follow_each_other_on_the_same_day(start: date, months: int) -> None:
    after = PlanVariant(duration_unit=DurationUnit.MONTHS, duration_length=months).last_day(start) + timedelta(days=1)
    assert after.day == min(start.day, calendar.monthrange(after.year, after.month)[1])
    assert (after.year - start.year) * 12 + after.month - start.month == months
