"""Input as the contract wants it, and refusals that name the field."""

from datetime import date
from typing import Any

import pytest
from django.db.models import TextChoices
from rest_framework import serializers

from aarokya.common.api.fields import (
    AMOUNT_MAX,
    AmountField,
    ChoiceField,
    DayField,
    InputObject,
    PhoneField,
    StrictBooleanField,
    StrictIntegerField,
    StrictSerializer,
    TextField,
)
from aarokya.common.errors import DomainError, InvalidDateFormat, InvalidInput, InvalidPhone
from aarokya.common.money import Money


class Pace(TextChoices):
    SLOW = "SLOW"
    VERY_FAST = "very_fast"


class ChildInput(InputObject):
    name = TextField(max_length=5)
    dob = DayField()


class AllInput(StrictSerializer):
    text = TextField(max_length=5, required=False)
    amount = AmountField(required=False)
    count = StrictIntegerField(required=False, min_value=0, max_value=10)
    agreed = StrictBooleanField(required=False)
    day = DayField(required=False)
    pace = ChoiceField(Pace, required=False)
    phone = PhoneField(required=False)
    id = serializers.UUIDField(required=False)
    children = ChildInput.many_of(required=False, max_length=2)
    child = ChildInput(required=False)


def refused(data: Any) -> DomainError:
    with pytest.raises(DomainError) as caught:
        AllInput.parse(data)
    return caught.value


def places(data: Any) -> list[tuple[str, str]]:
    return [(detail.field, detail.code) for detail in refused(data).details]


@pytest.mark.parametrize("wrong", [1, True, None, [], {}, "toolong", "", "   ", "a\x00"])
def test_text_is_text(wrong: Any) -> None:
    assert type(refused({"text": wrong})) is InvalidInput


def test_text_is_trimmed_and_counted_in_characters() -> None:
    assert AllInput.parse({"text": "  नमन  "})["text"] == "नमन"
    assert AllInput.parse({"text": "😀😀😀😀😀"})["text"] == "😀😀😀😀😀"


@pytest.mark.parametrize("wrong", [1.0, 100.5, "100", True, False, None, -1, 0, AMOUNT_MAX + 1, [], {}])
def test_an_amount_is_a_positive_whole_number_of_paise(wrong: Any) -> None:
    assert [field for field, _ in places({"amount": wrong})] == ["amount"]


@pytest.mark.parametrize("right", [1, AMOUNT_MAX])
def test_an_amount_becomes_money(right: int) -> None:
    assert AllInput.parse({"amount": right}) == {"amount": Money(right)}


@pytest.mark.parametrize("wrong", [1.0, "1", True, None, -1, 11])
def test_a_count_is_a_whole_number(wrong: Any) -> None:
    assert [field for field, _ in places({"count": wrong})] == ["count"]


@pytest.mark.parametrize("wrong", [1, 0, "true", "yes", None, []])
def test_a_switch_is_true_or_false(wrong: Any) -> None:
    assert [field for field, _ in places({"agreed": wrong})] == ["agreed"]


@pytest.mark.parametrize(
    "wrong",
    [
        "2026-02-29",
        "2026-13-01",
        "0000-01-01",
        "20-11-2026",
        "2026-1-1",
        "20261120",
        "2026-11-20T00:00:00Z",
        " 2026-11-20",
        "२०२६-११-२०",
        "2026-W47-5",
        "",
        20261120,
        True,
    ],
)
def test_what_is_no_day(wrong: Any) -> None:
    error = refused({"day": wrong})

    assert type(error) is InvalidDateFormat
    assert error.text.startswith("day: ")
    assert [(detail.field, detail.code) for detail in error.details] == [("day", "INVALID_DATE_FORMAT")]


def test_a_day() -> None:
    assert AllInput.parse({"day": "2028-02-29"}) == {"day": date(2028, 2, 29)}


@pytest.mark.parametrize(
    ("sent", "member"),
    [("SLOW", Pace.SLOW), ("slow", Pace.SLOW), ("SlOw", Pace.SLOW), ("VERY_FAST", Pace.VERY_FAST), ("very_fast", Pace.VERY_FAST)],
)
def test_an_enum_in_any_letter_case(sent: str, member: Pace) -> None:
    assert AllInput.parse({"pace": sent})["pace"] is member


@pytest.mark.parametrize("wrong", ["", "FAST", " SLOW", 1, True, None, [], {"SLOW": 1}])
def test_what_is_no_member(wrong: Any) -> None:
    assert [field for field, _ in places({"pace": wrong})] == ["pace"]


@pytest.mark.parametrize(
    "sent",
    ["9876543210", "+919876543210", "919876543210", "91-9876543210", "+91 98765 43210", "98765-43210", " 9876543210 "],
)
def test_a_mobile_as_people_write_it(sent: str) -> None:
    assert AllInput.parse({"phone": sent}) == {"phone": "+919876543210"}


def test_a_ten_digit_number_may_begin_with_the_country_code() -> None:
    assert AllInput.parse({"phone": "9198765432"}) == {"phone": "+919198765432"}


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "5876543210",
        "987654321",
        "98765432100",
        "+1 9876543210",
        "+929876543210",
        "९८७६५४३२१०",
        "98765.43210",
        "9" * 30,
        "+91+919876543210",
        "phone",
        9876543210,
        True,
        ["9876543210"],
    ],
)
def test_what_is_no_indian_mobile(wrong: Any) -> None:
    error = refused({"phone": wrong})

    assert type(error) is InvalidPhone
    assert [(detail.field, detail.code) for detail in error.details] == [("phone", "INVALID_PHONE")]


def test_unknown_fields_are_named() -> None:
    error = refused({"text": "a", "colour": 1, "Amount": 2})

    assert type(error) is InvalidInput
    assert [(detail.field, detail.code) for detail in error.details] == [("Amount", "unknown"), ("colour", "unknown")]
    assert "Amount" in error.text


def test_nested_places_are_named() -> None:
    two = {"name": "Asha", "dob": "2000-01-01"}

    assert places({"children": [two, {"name": 1, "dob": "x"}]}) == [
        ("children.1.name", "invalid"),
        ("children.1.dob", "INVALID_DATE_FORMAT"),
    ]
    assert places({"children": [two, {"name": "x"}]}) == [("children.1.dob", "required")]
    assert places({"children": [two | {"age": 3}]}) == [("children.0.age", "unknown")]
    assert places({"child": {"name": "x", "dob": "2000-01-01", "age": 3}}) == [("child.age", "unknown")]
    assert places({"child": []}) == [("child", "invalid")]
    assert places({"children": {}}) == [("children", "not_a_list")]
    assert places({"children": [two] * 3}) == [("children", "max_length")]


def test_every_wrong_field_is_told_at_once() -> None:
    assert {field for field, _ in places({"amount": 1.5, "pace": "x", "count": "1"})} == {"amount", "pace", "count"}


@pytest.mark.parametrize("wrong", [None, [], "text", 1])
def test_a_document_is_an_object(wrong: Any) -> None:
    assert type(refused(wrong)) is InvalidInput


def test_an_empty_document_of_optional_fields() -> None:
    assert AllInput.parse({}) == {}


def test_partial_documents_may_leave_out_required_fields() -> None:
    assert ChildInput.parse({"name": "Asha"}, partial=True) == {"name": "Asha"}
    with pytest.raises(InvalidInput, match="dob"):
        ChildInput.parse({"name": "Asha"})
