"""Around every request: its id, its log line, its headers, and the envelope on whatever Django refuses by itself."""

import re
import time
from collections.abc import Callable
from http import HTTPMethod, HTTPStatus
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone

from aarokya.common import errors, ids, metrics
from aarokya.common.api.envelope import envelope, headers
from aarokya.common.clock import IST

GetResponse = Callable[[HttpRequest], HttpResponseBase]
REQUEST_ID = re.compile(r"[\w.\-]{1,80}", re.ASCII)
METHODS = frozenset(HTTPMethod)
PAGES = ("/admin", "/static")  # HTML for people: their errors stay pages
BY_STATUS: dict[int, type[errors.DomainError]] = {
    error.status: error
    for error in (
        errors.InvalidInput,
        errors.InvalidToken,
        errors.Forbidden,
        errors.NotFound,
        errors.MethodNotAllowed,
        errors.NotAcceptable,
        errors.PayloadTooLarge,
        errors.UnsupportedMediaType,
        errors.RateLimited,
        errors.ServiceUnavailable,
        errors.DomainError,
    )
}
logger = structlog.get_logger("aarokya.request")


class RequestContextMiddleware:
    """Gives the request its id, and writes one log line and one measurement when it is answered."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        sent = request.META.get("HTTP_X_REQUEST_ID", "")  # `request.headers` would be built from all of them
        request_id = sent if REQUEST_ID.fullmatch(sent) else str(ids.uuid7())
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        response = self.get_response(request)
        add_headers(request, response, request_id)
        record(request, response, seconds=time.perf_counter() - started)
        return response


def add_headers(request: HttpRequest, response: HttpResponseBase, request_id: str) -> None:
    response["X-Request-ID"] = request_id
    if isinstance(response, HttpResponse):  # a known length spares the server the chunks
        response.headers.setdefault("Content-Length", str(len(response.content)))
    if request.path_info.startswith(PAGES):
        return
    response["Aarokya-Version"] = settings.API_VERSION
    response.headers.setdefault("Cache-Control", "no-store")
    verdict = getattr(request, "rate_verdict", None)
    if verdict is not None:
        response["X-RateLimit-Limit"] = str(verdict.limit)
        response["X-RateLimit-Remaining"] = str(verdict.remaining)
        response["X-RateLimit-Reset"] = str(verdict.reset_at)


def record(request: HttpRequest, response: HttpResponseBase, *, seconds: float) -> None:
    route = request.resolver_match.route if request.resolver_match else "unmatched"
    method = request.method if request.method in METHODS else "other"  # callers must not be able to make up time series
    metrics.REQUEST_SECONDS.labels(method, route, str(response.status_code)).observe(seconds)
    # The instance attribute, not the property: asking the admin's lazy user would cost a query.
    actor = getattr(request.__dict__.get("user"), "actor", None)
    logger.info(
        "request",
        method=request.method,
        path=request.path,
        status=response.status_code,
        latency_ms=round(seconds * 1000, 1),
        user_id=actor,
    )


class EnvelopeMiddleware:
    """Puts the envelope on Django's own refusals and failures outside the back office."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(PAGES):
            return self.get_response(request)
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return answer(errors.InvalidInput("The path and the query must not contain NUL"))
        response = self.get_response(request)
        if response.status_code < HTTPStatus.BAD_REQUEST or hasattr(response, "data") or isinstance(response, EnvelopeResponse):
            return response
        return replace(response)


class EnvelopeResponse(JsonResponse):
    """An answer that already is the envelope."""


def answer(error: errors.DomainError) -> HttpResponse:
    return EnvelopeResponse(envelope(error), status=error.status, headers=headers(error))


def replace(response: HttpResponseBase) -> HttpResponse:
    """Return the envelope for a response that Django made, keeping the headers that belong to the status."""
    kind = BY_STATUS.get(
        response.status_code,
        errors.DomainError if response.status_code >= 500 else errors.InvalidInput,
    )
    replaced = answer(kind())
    replaced.status_code = response.status_code
    for name in ("Allow", "Retry-After"):
        if name in response.headers:
            replaced[name] = response.headers[name]
    return replaced


class BackOfficeOnly:
    """Mixed into Django's session machinery: requests outside the back office pass by without paying for it."""

    get_response: Any  # set by the middleware it is mixed into

    def __call__(self, request: HttpRequest) -> Any:
        if not request.path_info.startswith("/admin"):
            return self.get_response(request)
        return super().__call__(request)  # type: ignore[misc]  # the middleware it is mixed into


class IndianTime:
    """Shows and reads moments in Asia/Kolkata while a request is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with timezone.override(IST):
            return self.get_response(request)


class BackOfficeTimeMiddleware(BackOfficeOnly, IndianTime):
    """Staff work in India; the API's moments are UTC."""


class BackOfficeSessionMiddleware(BackOfficeOnly, SessionMiddleware):
    """Cookies' sessions."""


class BackOfficeCommonMiddleware(BackOfficeOnly, CommonMiddleware):
    """Content lengths and slashes."""


class BackOfficeCsrfMiddleware(BackOfficeOnly, CsrfViewMiddleware):
    """Forgery protection of forms; the API has no cookies to forge."""


class BackOfficeAuthenticationMiddleware(BackOfficeOnly, AuthenticationMiddleware):
    """Staff from the session."""


class BackOfficeMessageMiddleware(BackOfficeOnly, MessageMiddleware):
    """Messages after an action."""
