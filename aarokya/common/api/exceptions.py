"""Exceptions become answers here and nowhere else."""

from typing import Any

import structlog
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from aarokya.common import errors
from aarokya.common.api.envelope import envelope, headers
from aarokya.common.api.fields import refusal
from aarokya.common.clients.http import PartnerError
from aarokya.common.transactions import sqlstate

OUT_OF_RANGE = "22003"  # a number that fits JSON but not the column
READ_ONLY = "25006"  # a standby, or a server that protects itself
logger = structlog.get_logger(__name__)

OF_DRF: dict[type[Exception], type[errors.DomainError]] = {
    exceptions.NotAuthenticated: errors.InvalidToken,
    exceptions.AuthenticationFailed: errors.InvalidToken,
    exceptions.PermissionDenied: errors.Forbidden,
    exceptions.NotFound: errors.NotFound,
    exceptions.MethodNotAllowed: errors.MethodNotAllowed,
    exceptions.NotAcceptable: errors.NotAcceptable,
    exceptions.UnsupportedMediaType: errors.UnsupportedMediaType,
    exceptions.ParseError: errors.InvalidInput,
    Http404: errors.NotFound,
    PermissionDenied: errors.Forbidden,
    RequestDataTooBig: errors.PayloadTooLarge,
    MultiPartParserError: errors.InvalidInput,
    SuspiciousOperation: errors.InvalidInput,
    PartnerError: errors.UpstreamError,
}


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler: every failure of a view in the envelope, bugs included (logged in full, told without detail)."""
    set_rollback()
    translated = translate(error)
    if translated.status >= 500:
        log = logger.warning if translated.status in {502, 503} else logger.error
        log("request.failed", code=translated.code, exc_info=error)
    response = Response(envelope(translated), status=translated.status, headers=headers(translated))
    allowed = context["view"].allowed_methods if translated.status == 405 else []
    if allowed:
        response["Allow"] = ", ".join(allowed)
    return response


def translate(error: Exception) -> errors.DomainError:
    """Return our error for any exception."""
    match error:
        case errors.DomainError():
            return error
        case exceptions.ValidationError():
            return refusal(error.detail)
        case exceptions.Throttled():
            return errors.RateLimited(retry_after=int(getattr(error, "wait", None) or 1))
        case OperationalError() | InterfaceError():
            return errors.ServiceUnavailable(retry_after=2)
        case DatabaseError() if sqlstate(error) == READ_ONLY:
            return errors.ServiceUnavailable(retry_after=2)
        case DatabaseError() if sqlstate(error) == OUT_OF_RANGE:
            return errors.InvalidInput()
        case _:
            known = next(
                (ours for theirs, ours in OF_DRF.items() if isinstance(error, theirs)),
                errors.DomainError,
            )
            return known()
