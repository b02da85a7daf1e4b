"""Input of insurance's endpoints: refusals under their own numbers."""

import re
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from aarokya.common.api.exceptions import translate
from aarokya.common.api.fields import StrictSerializer
from aarokya.common.api.pagination import query
from aarokya.common.api.views import OurAPIView
from aarokya.common.errors import Detail, DomainError

UUID_SHAPE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
BAD_UUID = "bad_uuid"
UNKNOWN = "unknown"


class UUIDField(serializers.UUIDField):
    """A UUID in its usual form with hyphens; anything else has the code `bad_uuid`."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str) or not UUID_SHAPE.fullmatch(data):
            raise serializers.ValidationError("must be a UUID", code=BAD_UUID)
        return UUID(data)


class NumberedView(OurAPIView):
    """A view whose errors have numbers: `invalid` for bad input, `bad_uuid` for malformed ids, `internal` for our bugs."""

    invalid: ClassVar[type[DomainError]]
    bad_uuid: ClassVar[type[DomainError]]
    internal: ClassVar[type[DomainError]]

    def parse(self, serializer: type[StrictSerializer], data: Any) -> dict[str, Any]:
        """Return the validated body. Fields that are not in the document stay VALIDATION_ERROR, as everywhere."""
        try:
            return serializer.parse(data)
        except DomainError as refusal:
            raise self.numbered(refusal) from refusal

    def query(self, serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
        """Return the validated query parameters."""
        try:
            return query(serializer, request)
        except DomainError as refusal:
            raise self.numbered(refusal) from refusal

    def numbered(self, refusal: DomainError) -> DomainError:
        codes = {detail.code for detail in refusal.details}
        if codes <= {UNKNOWN}:
            return refusal
        error = self.bad_uuid if BAD_UUID in codes else self.invalid
        return error(refusal.text, details=refusal.details)

    def id(self, text: str, field: str) -> UUID:
        """Return an id of the path."""
        if not UUID_SHAPE.fullmatch(text):
            raise self.bad_uuid(f"{field}: must be a UUID", details=(Detail(field, BAD_UUID, "must be a UUID"),))
        return UUID(text)

    def handle_exception(self, exc: Exception) -> Response:
        if translate(exc).code != DomainError.code:
            return super().handle_exception(exc)
        error = self.internal()
        error.__cause__ = exc  # the log tells the whole story, the answer does not
        return super().handle_exception(error)


class JSONWhateverAccepted(DefaultContentNegotiation):
    """For endpoints whose success is a file: a client that accepts only the file still gets its errors, as JSON."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:  # noqa: ARG002
        return renderers[0], renderers[0].media_type
