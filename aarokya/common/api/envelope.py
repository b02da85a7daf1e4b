"""The one shape of every answer that is not a success."""

from typing import Any

import structlog

from aarokya.common.errors import DomainError


def envelope(error: DomainError) -> dict[str, Any]:
    """Return `{error, message, status_code, request_id}` and, where they help, `details` and `retry_after` (s)."""
    body: dict[str, Any] = {
        "error": error.code,
        "message": error.text,
        "status_code": error.status,
        "request_id": str(structlog.contextvars.get_contextvars().get("request_id", "")),
    }
    if error.details:
        body["details"] = [{"field": each.field, "code": each.code, "message": each.message} for each in error.details]
    if error.retry_after is not None:
        body["retry_after"] = error.retry_after
    return body


def headers(error: DomainError) -> dict[str, str]:
    """Return the HTTP headers that go with the error."""
    found = {"Cache-Control": "no-store"}
    if error.retry_after is not None:
        found["Retry-After"] = str(error.retry_after)
    if error.status == 401:
        found["WWW-Authenticate"] = 'Bearer realm="aarokya"'
    return found
