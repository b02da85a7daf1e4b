"""Views of the newer endpoints, whose refusals and bugs have numbers of their own."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aarokya.common.api.exceptions import translate
from aarokya.common.api.fields import StrictSerializer
from aarokya.common.api.pagination import query
from aarokya.common.api.views import OurAPIView
from aarokya.common.errors import DomainError, InvalidInput

UNKNOWN = "unknown"


class NumberedErrors(OurAPIView):
    """Mix-in: `invalid` instead of `replaced` (VALIDATION_ERROR), `internal` instead of INTERNAL_ERROR; all other codes stay."""

    invalid: ClassVar[type[DomainError]]
    internal: ClassVar[type[DomainError]]
    replaced: ClassVar[type[DomainError]] = InvalidInput

    def parse(self, serializer: type[StrictSerializer], data: Any, *, partial: bool = False) -> dict[str, Any]:
        """Return the validated body."""
        try:
            return serializer.parse(data, partial=partial)
        except self.replaced as refusal:
            raise self.numbered(refusal) from refusal

    def query(self, serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
        """Return the validated query parameters."""
        try:
            return query(serializer, request)
        except self.replaced as refusal:
            raise self.numbered(refusal) from refusal

    def numbered(self, refusal: DomainError) -> DomainError:
        """Fields that are not in the document stay VALIDATION_ERROR, as everywhere."""
        codes = {detail.code for detail in refusal.details}
        return refusal if codes <= {UNKNOWN} else self.invalid(refusal.text, details=refusal.details)

    def handle_exception(self, exc: Exception) -> Response:
        if translate(exc).code != DomainError.code:
            return super().handle_exception(exc)
        error = self.internal()
        error.__cause__ = exc  # the log tells the whole story, the answer does not
        return super().handle_exception(error)
