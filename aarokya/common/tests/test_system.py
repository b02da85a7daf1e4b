"""Routes about the service itself."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import DjangoAssertNumQueries, Settings

from aarokya.common import clock
from aarokya.common.models import OutboxMessage

pytestmark = pytest.mark.urls("aarokya.common.tests.urls")


def get(path: str, **headers: str) -> Any:
    return Client(raise_request_exception=False).get(path, headers=headers)


@pytest.mark.django_db
def test_health_touches_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        response = get("/health")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "X-RateLimit-Limit" not in response.headers


@pytest.mark.django_db
def test_ready_names_what_it_looked_at() -> None:
    response = get("/health/ready")

    assert response.status_code == 200, response.json()
    body = response.json()
    assert body["status"] == "ok"
    assert set(body["checks"]) == {"database", "cache", "broker", "migrations", "documents"}
    assert body["checks"]["broker"] == "0 tasks wait"


@pytest.mark.django_db
def test_not_ready_says_what_is_missing(settings: Settings, tmp_path: Path) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": f"unix://{tmp_path}/nobody"}}

    response = get("/health/ready")

    assert response.status_code == 503
    body = response.json()
    assert (body["error"], body["status_code"], body["status"]) == ("SERVICE_UNAVAILABLE", 503, "unavailable")
    assert body["request_id"] == response.headers["X-Request-ID"]
    assert int(response.headers["Retry-After"]) == body["retry_after"]
    assert body["checks"]["cache"].startswith("ConnectionError")
    assert body["checks"]["database"] == "answers"


def samples(response: Any) -> dict[str, float]:
    families = text_string_to_metric_families(response.content.decode())
    return {sample.name: sample.value for family in families for sample in family.samples if not sample.labels}


@pytest.mark.django_db
def test_metrics_tell_the_state_of_the_outbox() -> None:
    now = clock.now()
    message = {"topic": "t", "handler": "h", "payload": {}, "not_before": now}
    OutboxMessage.objects.create(**message)
    OutboxMessage.objects.update(created_at=now - timedelta(minutes=5))
    OutboxMessage.objects.create(**message)
    OutboxMessage.objects.create(**message, done_at=now)
    OutboxMessage.objects.create(**message, quarantined_at=now)

    found = samples(get("/metrics", Accept="text/plain"))

    assert (found["aarokya_outbox_open"], found["aarokya_outbox_quarantined"]) == (2, 1)
    assert found["aarokya_outbox_oldest_seconds"] == pytest.approx(300, abs=30)


@pytest.mark.django_db
def test_metrics_count_requests_by_route_and_not_by_address() -> None:
    for path in ("/names/a", "/names/b", "/nowhere/1", "/nowhere/2"):
        get(path)
    Client().generic("MADEUP", "/nowhere/3")

    text = get("/metrics").content.decode()

    assert 'aarokya_request_seconds_count{method="GET",route="names/<str:name>",status="401"}' in text
    assert 'method="GET",route="unmatched",status="404"' in text
    assert 'method="other",route="unmatched",status="404"' in text
    assert "MADEUP" not in text
    assert "nowhere" not in text


@pytest.mark.parametrize("accept", ["*/*", "text/html", "application/json", "text/plain"])
def test_the_documentation_is_served_to_every_reader(accept: str) -> None:
    document = get("/api_docs/openapi.json", Accept=accept)

    assert document.status_code == 200
    assert json.loads(document.content)["openapi"].startswith("3.")


def test_the_page_of_the_documentation_takes_nothing_from_elsewhere() -> None:
    page = get("/api_docs/ui", Accept="text/html").content.decode()

    assert "/api_docs/openapi.json" in page
    assert "/static/drf_spectacular_sidecar/" in page
    assert "https://" not in page
    assert "//cdn" not in page
