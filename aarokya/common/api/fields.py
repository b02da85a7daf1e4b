"""Input as the contract wants it: unknown fields refused, amounts strict, enums in any letter case."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Self

import phonenumbers
from django.db.models import TextChoices
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from aarokya.common.errors import (
    Detail,
    DomainError,
    InvalidDateFormat,
    InvalidInput,
    InvalidPhone,
    MissingRequiredField,
)
from aarokya.common.money import Money

AMOUNT_MAX = 10**12  # ten billion rupees: beyond any amount here, far below int64
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MOBILE = re.compile(r"(?:\+?91)?([6-9]\d{9})", re.ASCII)


class FieldRefused(serializers.ValidationError):
    """A field's refusal that has a code of its own in the contract."""

    def __init__(self, error: type[DomainError], message: str = "") -> None:
        self.error = error
        super().__init__(message or error.message, code=error.code)


class StrictSerializer(serializers.Serializer[Any]):
    """An input document. `parse` is the way in."""

    @classmethod
    def parse(cls, data: Any, *, partial: bool = False) -> dict[str, Any]:
        """Return the validated values; InvalidInput, or the field's own error, naming each field that is wrong."""
        serializer = cls(data=data, partial=partial)
        if not serializer.is_valid():
            raise refusal(serializer.errors)
        return dict(serializer.validated_data)

    def to_internal_value(self, data: Any) -> Any:
        values = super().to_internal_value(data)
        unknown = sorted(set(map(str, data)) - set(self.fields))
        if unknown:
            raise serializers.ValidationError(
                {name: serializers.ErrorDetail("is not a field here", code="unknown") for name in unknown}
            )
        return values


class InputObject(StrictSerializer):
    """A nested input object."""

    @classmethod
    def many_of(cls, **kwargs: Any) -> Self:
        return cls(many=True, **kwargs)


def refusal(errors: Any) -> DomainError:
    """Turn a serializer's errors into ours: one code, the first message, every field in `details`."""
    details = tuple(flatten(errors, ""))
    first = details[0] if details else Detail("body", "invalid", "is not valid")
    error = CODES.get(first.code, InvalidInput)
    text = first.message if error is not InvalidInput else f"{first.field}: {first.message}"
    return error(text, details=details)


CODES: dict[str, type[DomainError]] = {error.code: error for error in (InvalidDateFormat, InvalidPhone, MissingRequiredField)}


def flatten(errors: Any, path: str) -> list[Detail]:
    """Return one Detail for each message of DRF's nested errors."""
    if isinstance(errors, Mapping):
        names = ((key, "" if key == "non_field_errors" else str(key)) for key in errors)
        return [detail for key, name in names for detail in flatten(errors[key], ".".join(filter(None, (path, name))))]
    if isinstance(errors, list):
        nested = [(index, item) for index, item in enumerate(errors) if isinstance(item, Mapping) and item]
        plain = [item for item in errors if isinstance(item, str)]
        found = [Detail(path or "body", str(getattr(item, "code", "invalid")), str(item)) for item in plain]
        return found + [detail for index, item in nested for detail in flatten(item, f"{path}.{index}".lstrip("."))]
    return [Detail(path or "body", str(getattr(errors, "code", "invalid")), str(errors))]


class TextField(serializers.CharField):
    """Text; a number is not text. Outer white space is trimmed, `max_length` counts characters."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field(
    {
        "type": "integer",
        "format": "int64",
        "minimum": 1,
        "maximum": AMOUNT_MAX,
        "description": "Paise",
    }
)
class AmountField(serializers.Field[Money, Any, int, Any]):
    """A positive whole number of paise; a float, a text, a bool or a negative is refused."""

    default_error_messages = {
        "type": "must be a whole number of paise",
        "range": "must be from {minimum} to {maximum} paise",
    }

    def __init__(self, *, minimum: int = 1, maximum: int = AMOUNT_MAX, **kwargs: Any) -> None:
        self.minimum, self.maximum = minimum, maximum
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Money:
        if type(data) is not int:
            self.fail("type")
        if not self.minimum <= data <= self.maximum:
            self.fail("range", minimum=self.minimum, maximum=self.maximum)
        return Money(data)

    def to_representation(self, value: Money) -> int:
        return value.paise


@extend_schema_field({"type": "integer", "format": "int64"})
class StrictIntegerField(serializers.IntegerField):
    """A whole number; neither a text nor a bool nor 1.0 counts as one."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return int(super().to_internal_value(data))


@extend_schema_field({"type": "boolean"})
class StrictBooleanField(serializers.BooleanField):
    """true or false, not "yes", not 1."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


@extend_schema_field({"type": "string", "format": "date"})
class DayField(serializers.Field[date, Any, str, Any]):
    """`YYYY-MM-DD`; anything else is INVALID_DATE_FORMAT."""

    def to_internal_value(self, data: Any) -> date:
        if not isinstance(data, str) or not DAY.fullmatch(data):
            raise FieldRefused(
                InvalidDateFormat,
                f"{self.field_name}: must be a date written YYYY-MM-DD",
            )
        try:
            return date.fromisoformat(data)
        except ValueError as error:
            raise FieldRefused(
                InvalidDateFormat,
                f"{self.field_name}: {data} is not a day of the calendar",
            ) from error

    def to_representation(self, value: date) -> str:
        return value.isoformat()


class ChoiceField(serializers.ChoiceField):
    """One of an enum's values in any letter case; becomes the enum's member."""

    def __init__(self, enum: type[TextChoices], **kwargs: Any) -> None:
        self.enum = enum
        self.by_fold = {member.value.casefold(): member for member in enum}
        super().__init__(choices=enum.choices, **kwargs)

    def to_internal_value(self, data: Any) -> TextChoices:
        member = self.by_fold.get(data.casefold()) if isinstance(data, str) else None
        if member is None:
            self.fail("invalid_choice", input=str(data)[:40])
        return member


@extend_schema_field({"type": "string", "example": "9876543210", "maxLength": 20})
class PhoneField(serializers.Field[str, Any, str, Any]):
    """An Indian mobile as people write it; becomes `+91…`. Anything else is INVALID_PHONE."""

    def to_internal_value(self, data: Any) -> str:
        phone = normal_phone(data) if isinstance(data, str) else None
        if phone is None:
            raise FieldRefused(InvalidPhone)
        return phone

    def to_representation(self, value: str) -> str:
        return value


def normal_phone(text: str) -> str | None:
    """Return `+91…` for `9876543210`, `+919876543210`, `91-9876543210`, spaces allowed; None when it is no Indian mobile."""
    match = MOBILE.fullmatch(re.sub(r"[ \-]", "", text.strip())) if len(text) <= 20 else None
    if match is None:
        return None
    number = phonenumbers.PhoneNumber(country_code=91, national_number=int(match[1]))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
