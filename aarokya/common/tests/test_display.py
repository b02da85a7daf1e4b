from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aarokya.common.display import (
    code_words,
    grouped,
    indian_date,
    masked_phone,
    number_in_words,
    rupees,
    rupees_in_words,
    spaced_phone,
)

PAISE = st.integers(min_value=-(2**63), max_value=2**63 - 1)


@pytest.mark.parametrize(
    ("paise", "text"),
    [
        (0, "₹0.00"),
        (5, "₹0.05"),
        (-5, "-₹0.05"),
        (99_999, "₹999.99"),
        (100_000, "₹1,000.00"),
        (12_345_678, "₹1,23,456.78"),
        (1_000_000_000, "₹1,00,00,000.00"),
        (2**63 - 1, "₹92,23,37,20,36,85,47,758.07"),
    ],
)
def test_rupees_in_figures(paise: int, text: str) -> None:
    assert rupees(paise) == text


@given(PAISE)
def test_no_paisa_is_lost_in_figures(paise: int) -> None:
    digits = rupees(paise).replace("₹", "").replace(",", "").replace(".", "")

    assert int(digits) == paise


@given(st.integers(min_value=0, max_value=10**30))
def test_grouping_is_three_digits_then_pairs(number: int) -> None:
    *pairs, last = grouped(number).split(",")

    assert int("".join([*pairs, last])) == number
    assert not pairs or len(last) == 3
    assert all(len(pair) == 2 for pair in pairs[1:])
    assert all(1 <= len(pair) <= 2 for pair in pairs)


@pytest.mark.parametrize(
    ("paise", "text"),
    [
        (0, "Rupees zero only"),
        (100, "Rupees one only"),
        (1, "Rupees zero and one paisa only"),
        (
            12_300_078,
            "Rupees one lakh twenty-three thousand and seventy-eight paise only",
        ),
        (
            12_345_678,
            "Rupees one lakh twenty-three thousand four hundred and fifty-six and seventy-eight paise only",
        ),
        (-25_000, "Minus rupees two hundred and fifty only"),
        (1_000_000_000, "Rupees one crore only"),
    ],
)
def test_rupees_in_words(paise: int, text: str) -> None:
    assert rupees_in_words(paise) == text


def test_words_reach_past_a_thousand_crore() -> None:
    assert number_in_words(10**10) == "one thousand crore"
    assert number_in_words(10**14 + 1) == "one crore crore one"


@given(PAISE)
def test_every_amount_has_words_of_its_own(paise: int) -> None:
    words = rupees_in_words(paise)

    assert words != rupees_in_words(paise + 1)
    assert words.endswith(" only")
    assert "," not in words


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 11, 20), "20 November 2026"),
        (date(2024, 2, 29), "29 February 2024"),
        (date(1999, 12, 1), "1 December 1999"),
    ],
)
def test_indian_date(day: date, text: str) -> None:
    assert indian_date(day) == text


@pytest.mark.parametrize(
    ("phone", "text"),
    [
        ("+919876543210", "+91 ••••••3210"),
        ("9876543210", "••••••3210"),
        ("+14155550123", "••••••••0123"),
        ("+911234", "+91 ••••"),
        ("", ""),
    ],
)
def test_masked_phone(phone: str, text: str) -> None:
    assert masked_phone(phone) == text


@given(st.from_regex(r"\+91[6-9]\d{9}", fullmatch=True))
def test_a_mask_shows_four_digits_and_no_more(phone: str) -> None:
    masked = masked_phone(phone)

    assert masked.endswith(phone[-4:])
    assert sum(character.isdigit() for character in masked) == 6
    assert len(masked) == len(phone) + 1


def test_a_phone_in_full_is_spaced_as_people_write_it() -> None:
    assert spaced_phone("+919876543210") == "+91 98765 43210"
    assert spaced_phone("+14155550123") == "+14155550123"


@pytest.mark.parametrize(("code", "words"), [("MALE", "Male"), ("FATHER_IN_LAW", "Father-in-law"), ("self", "Self")])
def test_a_stored_code_reads_as_words(code: str, words: str) -> None:
    assert code_words(code) == words
