"""Input of insurance's endpoints: refusals under their own numbers."""

import re
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers

from aarokya.common.api.numbered import NumberedErrors
from aarokya.common.errors import Detail, DomainError

UUID_SHAPE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
BAD_UUID = "bad_uuid"


class UUIDField(serializers.UUIDField):
    """A UUID in its usual form with hyphens; anything else has the code `bad_uuid`."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str) or not UUID_SHAPE.fullmatch(data):
            raise serializers.ValidationError("must be a UUID", code=BAD_UUID)
        return UUID(data)


class NumberedView(NumberedErrors):
    """A view whose errors have numbers: besides `internal`, `bad_uuid` for ids and `invalid` for all other bad input."""

    bad_uuid: ClassVar[type[DomainError]]
    replaced = DomainError

    def numbered(self, refusal: DomainError) -> DomainError:
        if BAD_UUID in {detail.code for detail in refusal.details}:
            return self.bad_uuid(refusal.text, details=refusal.details)
        return super().numbered(refusal)

    def id(self, text: str, field: str) -> UUID:
        """Return an id of the path."""
        if not UUID_SHAPE.fullmatch(text):
            raise self.bad_uuid(f"{field}: must be a UUID", details=(Detail(field, BAD_UUID, "must be a UUID"),))
        return UUID(text)
