"""Money is whole paise and nothing else."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aarokya.common.money import PAISE_MAX, Money, MoneyField

paise = st.integers(min_value=-(10**15), max_value=10**15)


@given(paise)
def test_rupees_round_trip(amount: int) -> None:
    assert Money.from_rupees(Money(amount).as_rupees()) == Money(amount)


@pytest.mark.parametrize(("text", "amount"), [("100", 10000), ("100.15", 10015), ("1.0", 100), ("-0.05", -5), ("0.0000000", 0)])
def test_reads_what_partners_write(text: str, amount: int) -> None:
    assert Money.from_rupees(text) == Money(amount)
    assert Money.from_rupees(str(Decimal(text))) == Money(amount)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1.005",
        "one",
        "NaN",
        "Infinity",
        "-Infinity",
        "1_000",
        "1,000",
        "1e999999999",
        "१००",
        "1e2.5",
        "--1",
        "100 ",
        "0x10",
    ],
)
def test_refuses_what_is_not_whole_paise(text: str) -> None:
    with pytest.raises(ValueError, match="not"):
        Money.from_rupees(text)


def test_refuses_an_amount_beyond_the_column() -> None:
    assert Money.from_rupees(Money(PAISE_MAX).as_rupees()) == Money(PAISE_MAX)
    with pytest.raises(ValueError, match="not an amount"):
        Money.from_rupees("92233720368547758.08")


def test_no_digit_is_rounded_away() -> None:
    with pytest.raises(ValueError, match="not whole paise"):
        Money.from_rupees("12345678901234567.00000001")


@given(paise, st.integers(min_value=1, max_value=500))
def test_split_loses_nothing(amount: int, parts: int) -> None:
    shares = Money(amount).split(parts)

    assert len(shares) == parts
    assert sum(share.paise for share in shares) == amount
    assert max(shares).paise - min(shares).paise <= 1
    assert shares == sorted(shares, reverse=True)


@pytest.mark.parametrize("parts", [0, -1])
def test_split_needs_a_part(parts: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        Money(100).split(parts)


@pytest.mark.parametrize("wrong", [1.0, True, "100", None, Decimal(100)])
def test_refuses_other_types(wrong: Any) -> None:
    with pytest.raises(TypeError):
        Money(wrong)


@pytest.mark.parametrize("wrong", [1.5, "2", Decimal("0.5")])
def test_never_becomes_a_fraction(wrong: Any) -> None:
    with pytest.raises(TypeError):
        Money(100) * wrong


@pytest.mark.parametrize(
    ("amount", "rate", "share"),
    [(10000, "18", 1800), (1, "50", 1), (-1, "50", -1), (3, "50", 2), (99, "0", 0), (10**15, "0.1", 10**12)],
)
def test_percent_rounds_half_away_from_zero(amount: int, rate: str, share: int) -> None:
    assert Money(amount).percent(Decimal(rate)) == Money(share)


@given(paise, paise)
def test_arithmetic_is_that_of_paise(left: int, right: int) -> None:
    assert Money(left) + Money(right) == Money(left + right)
    assert Money(left) - Money(right) == Money(left - right)
    assert -Money(left) * 3 == Money(-3 * left)
    assert (Money(left) < Money(right), Money(left) >= Money(right)) == (left < right, left >= right)
    assert bool(Money(left)) is (left != 0)


def test_is_shown_the_indian_way() -> None:
    assert str(Money(12345678)) == "₹1,23,456.78"


def test_field_reads_and_writes_money() -> None:
    field = MoneyField()

    assert field.from_db_value(150) == Money(150)
    assert field.from_db_value(None) is None
    assert field.get_prep_value(Money(150)) == 150
    assert field.get_prep_value(0) == 0
    assert field.get_prep_value(None) is None
    assert field.to_python("150") == Money(150)
    assert MoneyField(default=0).get_default() == Money(0)


@pytest.mark.parametrize("wrong", [1.5, 1.0, True, "150", Decimal("1.5")])
def test_field_writes_nothing_else(wrong: Any) -> None:
    with pytest.raises(TypeError, match="paise"):
        MoneyField().get_prep_value(wrong)
