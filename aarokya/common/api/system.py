"""Routes about the service itself: health, metrics, documentation."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerView
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from rest_framework.request import Request
from rest_framework.response import Response

from aarokya.common import clock, health
from aarokya.common.api.envelope import envelope, headers
from aarokya.common.api.views import PublicAPIView, WhateverAccepted
from aarokya.common.errors import CATALOGUE, NotFound, ServiceUnavailable

OUTBOX_OPEN = Gauge("aarokya_outbox_open", "Messages waiting for delivery")
OUTBOX_QUARANTINED = Gauge("aarokya_outbox_quarantined", "Messages set aside after too many failures")
OUTBOX_OLDEST_S = Gauge("aarokya_outbox_oldest_seconds", "Age of the oldest waiting message")


class SystemAPIView(PublicAPIView):
    """Not limited: load balancers and scrapers ask often."""

    throttle_classes: Any = ()
    content_negotiation_class: Any = WhateverAccepted


class HealthView(SystemAPIView):
    """Alive: touches nothing."""

    @extend_schema(exclude=True)
    def get(self, _request: Request) -> Response:
        return Response({"status": "ok"})


class ReadyView(SystemAPIView):
    """Able to serve: 503 names what is wrong."""

    @extend_schema(exclude=True)
    def get(self, _request: Request) -> Response:
        checks = health.run_checks()
        found = {"checks": {check.name: check.words for check in checks}}
        if all(check.ok for check in checks):
            return Response({"status": "ok"} | found)
        error = ServiceUnavailable("Not ready", retry_after=5)
        return Response({"status": "unavailable"} | found | envelope(error), status=error.status, headers=headers(error))


class MetricsView(SystemAPIView):
    """Prometheus text."""

    @extend_schema(exclude=True)
    def get(self, _request: Request) -> HttpResponse:
        state = health.outbox_state(clock.now())
        OUTBOX_OPEN.set(state.open)
        OUTBOX_QUARANTINED.set(state.quarantined)
        OUTBOX_OLDEST_S.set(state.oldest_s)
        return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


@cache
def openapi_document() -> bytes:
    """The committed document: `make check` keeps it equal to the code."""
    path = settings.BASE_DIR / "openapi.json"
    if not path.exists():
        raise NotFound
    return bytes(path.read_bytes())


class OpenApiView(SystemAPIView):
    """The OpenAPI document."""

    @extend_schema(exclude=True)
    def get(self, _request: Request) -> HttpResponse:
        return HttpResponse(openapi_document(), content_type="application/json")


class SwaggerView(SpectacularSwaggerView):
    """The document as a page; its assets are served by us."""

    public = True
    authentication_classes: Any = ()
    permission_classes: Any = ()
    url_name = "openapi"


def catalogue() -> list[dict[str, Any]]:
    """Every code an answer may carry, in order: `{error, status_code, message}`."""
    rows = [{"error": kind.code, "status_code": kind.status, "message": kind.message} for kind in CATALOGUE.values()]
    return sorted(
        rows,
        key=lambda row: (
            row["error"].partition("-")[0].isupper() and "-" in row["error"],
            row["error"],
        ),
    )


class ErrorCatalogueView(SystemAPIView):
    """The error catalogue, made from the code."""

    @extend_schema(exclude=True)
    def get(self, _request: Request) -> Response:
        return Response({"data": catalogue()})
