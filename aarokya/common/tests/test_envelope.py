"""Whatever is asked, and however wrongly: the answer is the envelope with the right status, never a page and never a 500."""

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

ASHA = {"Authorization": "Customer 00000000-0000-7000-8000-00000000a5a0"}
pytestmark = [pytest.mark.urls("aarokya.common.tests.urls"), pytest.mark.django_db]


def ask(method: str, path: str, *, content: bytes = b"", content_type: str = "application/json", **headers: str) -> Any:
    client = Client(raise_request_exception=False)
    named = ASHA | {name.replace("_", "-"): value for name, value in headers.items()}
    return client.generic(method, path, content, content_type=content_type, headers=named)


def post(content: str | bytes, path: str = "/echo") -> Any:
    return ask("POST", path, content=content.encode() if isinstance(content, str) else content)


def refusal(response: Any) -> tuple[int, str]:
    """Return status and code of an answer after checking that it is the envelope, whole."""
    assert response.headers["Content-Type"] == "application/json"
    body = json.loads(response.content)
    assert set(body) - {"details", "retry_after"} == {"error", "message", "status_code", "request_id"}
    assert body["status_code"] == response.status_code
    assert body["message"]
    assert body["request_id"] == response.headers["X-Request-ID"]
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Aarokya-Version"]
    return response.status_code, body["error"]


@pytest.mark.parametrize("path", ["/", "/nowhere", "/echo/", "//echo", "/echo/../x", "/%FF", "/names", "/admi"])
def test_an_unknown_path(path: str) -> None:
    assert refusal(ask("GET", path)) == (404, "NOT_FOUND")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "MADEUP"])
def test_an_unknown_method(method: str) -> None:
    response = ask(method, "/echo")

    assert refusal(response) == (405, "METHOD_NOT_ALLOWED")
    assert set(response.headers["Allow"].split(", ")) >= {"GET", "POST"}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unacceptable_format(method: str) -> None:
    assert refusal(ask(method, "/echo", content=b"{}", Accept="text/html")) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html, application/json;q=0.5", "application/*"])
def test_an_acceptable_format(accept: str) -> None:
    assert ask("GET", "/echo", Accept=accept).status_code == 200


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "a/b/c", "é"]
)
def test_a_body_of_another_type(content_type: str) -> None:
    assert refusal(ask("POST", "/echo", content=b"amount=1", content_type=content_type)) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("path", ["/echo", "/durable"])
def test_a_body_that_is_too_large(path: str, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    assert refusal(post('{"a": "%s"}' % ("x" * 992), path)) == (413, "PAYLOAD_TOO_LARGE")
    assert post('{"a": "%s"}' % ("x" * 991), path).status_code < 300


@pytest.mark.parametrize(
    "content",
    [
        "null",
        "[]",
        '[{"a": 1}]',
        '"text"',
        "1",
        "true",
        "{",
        "{'a': 1}",
        '{"a": 1,}',
        '{"a": NaN}',
        '{"a": Infinity}',
        '{"a": -Infinity}',
        '{"a": 1e999}',
        '{"a": [{"b": -1e999}]}',
        '{"a": 1} {"b": 2}',
        '{"a": "\\u0000"}',
        '{"a": ["x", {"b": "y\\u0000"}]}',
        '{"a\\u0000": 1}',
        '{"a": "\\ud800"}',
        '{"a": "\\udfff\\ud800"}',
        '{"\\ud800": 1}',
        '{"a": 9223372036854775808}',
        '{"a": {"b": [-9223372036854775809]}}',
        '{"a": ' + "9" * 5000 + "}",
        "[" * 100_000,
        '{"a": ' * 100_000,
        '{"a": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"a": ' + "[" * 900 + "]" * 900 + "}",
        b'{"a": "\xff"}',
        b'\xef\xbb\xbf{"a": 1}',
        '{"a": 1}'.encode("utf-16"),
        b"\x00",
    ],
    ids=lambda content: repr(content)[:40],
)
@pytest.mark.parametrize("path", ["/echo", "/durable"])
def test_a_body_that_is_not_a_sound_json_object(path: str, content: str | bytes) -> None:
    assert refusal(post(content, path)) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ('{"a": {"b": [0, "\\u0000"]}}', "a.b.1"),
        ('{"a": {"b": 9223372036854775808}}', "a.b"),
        ('{"a": [{"b": 1e999}]}', "a.0.b"),
        ('{"a": "\\ud800"}', "a"),
        ('{"\\ud800": 1}', "body"),
    ],
)
def test_the_place_of_the_fault_is_named(content: str, field: str) -> None:
    assert [detail["field"] for detail in post(content).json()["details"]] == [field]


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ("", {}),
        ("   ", {}),
        ("{}", {}),
        ('{"a": 9223372036854775807, "b": "😀", "c": 1.5, "d": null, "e": [true, {}]}', None),
    ],
)
def test_a_sound_body_arrives_unchanged(content: str, body: dict[str, Any] | None) -> None:
    response = post(content)

    assert response.status_code == 200
    assert response.json()["body"] == (json.loads(content) if body is None else body)


@pytest.mark.parametrize("path", ["/echo?q=%00", "/echo?%00=1", "/nowhere?a=b%00c", "/names/a%00b", "/%00"])
def test_nul_in_the_address(path: str) -> None:
    assert refusal(ask("GET", path)) == (400, "VALIDATION_ERROR")


def test_a_percent_sign_written_out_is_no_nul() -> None:
    assert ask("GET", "/echo?q=%2500").json()["query"] == {"q": "%00"}


@pytest.mark.parametrize("path", ["/names/%ED%A0%80", "/names/%F0%9F%98%80", "/names/%FF%FE", "/echo?q=%ED%A0%80", "/echo?q=%FF"])
def test_strange_text_in_the_address(path: str) -> None:
    assert ask("GET", path).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "limit=1.5",
        "limit=" + "9" * 5000,
        "offset=-1",
        "offset=9999999999",
        "start_time=x",
        "end_time=2026-13-01T00:00:00Z",
        "end_time=" + "9" * 300,
        "start_time=0001-01-01T00:00:00%2B14:00",
        "start_time=2026-01-02T00:00:00Z&end_time=2026-01-01T00:00:00Z",
    ],
)
def test_a_list_asked_for_wrongly(query: str) -> None:
    assert refusal(ask("GET", f"/pages?{query}")) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize("query", ["cursor=-1", "cursor=x", "cursor=9223372036854775808", "limit=0"])
def test_a_feed_asked_for_wrongly(query: str) -> None:
    assert refusal(ask("GET", f"/feed?{query}")) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    ("how", "answer"),
    [
        ("bug", (500, "INTERNAL_ERROR")),
        ("sql", (500, "INTERNAL_ERROR")),
        ("locked", (503, "SERVICE_UNAVAILABLE")),
        ("range", (400, "VALIDATION_ERROR")),
        ("partner", (502, "UPSTREAM_ERROR")),
    ],
)
def test_a_failing_view(how: str, answer: tuple[int, str], capfd: pytest.CaptureFixture[str]) -> None:
    response = ask("GET", f"/failing/{how}")

    assert refusal(response) == answer
    assert b"detail that nobody" not in response.content
    assert b"gateway" not in response.content
    if answer[0] == 503:
        assert int(response.headers["Retry-After"]) == response.json()["retry_after"] > 0


def test_a_bug_is_logged_whole(caplog: pytest.LogCaptureFixture) -> None:
    response = ask("GET", "/failing/bug")

    (line,) = [
        record.msg for record in caplog.records if isinstance(record.msg, dict) and record.msg["event"] == "request.failed"
    ]
    assert line["request_id"] == response.json()["request_id"]
    assert "ZeroDivisionError: a detail that nobody outside may read" in line["exception"]


def test_a_bug_outside_the_api_framework() -> None:
    response = ask("GET", "/plain_failure")

    assert refusal(response) == (500, "INTERNAL_ERROR")
    assert b"detail that nobody" not in response.content


def test_a_host_that_is_not_ours(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["aarokya.example"]

    assert refusal(ask("GET", "/echo", Host="elsewhere.example")) == (400, "VALIDATION_ERROR")


def test_a_request_without_a_token() -> None:
    response = Client(raise_request_exception=False).get("/echo")

    assert refusal(response) == (401, "INVALID_TOKEN")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("path", "who", "status"),
    [
        ("/echo", "Staff admin", 403),
        ("/staff", "Customer 00000000-0000-7000-8000-00000000a5a0", 403),
        ("/staff", "Staff ops", 403),
        ("/staff", "Staff finance", 200),
        ("/staff", "Staff admin", 200),
        ("/shared", "Staff finance", 403),
        ("/shared", "Staff support", 200),
        ("/shared", "Customer 00000000-0000-7000-8000-00000000a5a0", 200),
        ("/echo", "Wrong token", 401),
    ],
)
def test_who_may_use_which_kind_of_view(path: str, who: str, status: int) -> None:
    assert ask("GET", path, Authorization=who).status_code == status


@pytest.mark.parametrize("sent", ["abc-123", "A.b_c", "x" * 80])
def test_a_request_id_is_given_back(sent: str) -> None:
    assert ask("GET", "/echo", X_Request_ID=sent).headers["X-Request-ID"] == sent


@pytest.mark.parametrize("sent", ["", "x" * 81, "two words", 'a"b', "é", "a\tb", "{}"])
def test_an_unusable_request_id_is_replaced(sent: str) -> None:
    made = ask("GET", "/echo", X_Request_ID=sent).headers["X-Request-ID"]

    assert made != sent
    assert len(made) == 36


def test_two_requests_have_two_ids() -> None:
    assert ask("GET", "/echo").headers["X-Request-ID"] != ask("GET", "/echo").headers["X-Request-ID"]
