"""Fields that only people have."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from aarokya.common.api.fields import StrictSerializer, TextField

ADDRESS_MAX = 500


class AddressInput(StrictSerializer):
    """A postal address in India."""

    line1 = TextField(max_length=200)
    line2 = TextField(max_length=200, required=False, allow_null=True, allow_blank=True)
    city = TextField(max_length=100)
    state = TextField(max_length=100)
    pincode = serializers.RegexField(r"\A[1-9][0-9]{5}\Z")
    country = serializers.ChoiceField(choices=[("IN", "India")], default="IN")


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "maxLength": ADDRESS_MAX},
            {
                "type": "object",
                "required": ["line1", "city", "state", "pincode"],
                "properties": {name: {"type": "string"} for name in ("line1", "line2", "city", "state", "pincode", "country")},
            },
        ]
    }
)
class AddressField(serializers.Field[dict[str, str], Any, Any, Any]):
    """An address as one text (older clients) or in parts; becomes `{"text"}` or the parts."""

    def to_internal_value(self, data: Any) -> dict[str, str]:
        if isinstance(data, str):
            return self.of_text(data.strip())
        parts = AddressInput(data=data)
        parts.is_valid(raise_exception=True)
        return {name: value for name, value in parts.validated_data.items() if value}

    def of_text(self, text: str) -> dict[str, str]:
        if not 0 < len(text) <= ADDRESS_MAX:
            raise serializers.ValidationError(f"must have 1 to {ADDRESS_MAX} characters", code="length")
        return {"text": text}


class EmailField(serializers.EmailField):
    """An e-mail address; a number is none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class DigitsField(serializers.RegexField):
    """Exactly `count` digits, sent as text. What was sent instead is never repeated: it may be a secret."""

    def __init__(self, *, count: int, **kwargs: Any) -> None:
        self.count = count
        message = f"must be exactly {count} digits"
        super().__init__(rf"\A[0-9]{{{count}}}\Z", error_messages={"invalid": message}, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)
