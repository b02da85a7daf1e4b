"""The outgoing client against a partner that behaves as badly as partners do."""

import contextlib
import http.server
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from aarokya.common.clients.http import ANSWER_BYTES_MAX, PartnerAnswer, PartnerClient, PartnerError

Behaviour = Callable[[http.server.BaseHTTPRequestHandler], None]


class Partner(http.server.ThreadingHTTPServer):
    """Answers each request by the next behaviour of the list, the last one again and again."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviours: list[Behaviour] = []
        self.seen: list[dict[str, Any]] = []
        self.stopped = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/base"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hangs up is what these tests are about."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Partner

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append({"method": self.command, "path": self.path, "headers": self.headers, "body": body})
        behaviours = self.server.behaviours
        (behaviours.pop(0) if len(behaviours) > 1 else behaviours[0])(self)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: Any) -> None:
        """Silent."""


def answers(status: int, body: str | bytes = "{}", *, content_type: str = "application/json") -> Behaviour:
    raw = body.encode() if isinstance(body, str) else body

    def behave(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", content_type)
        handler.send_header("Content-Length", str(len(raw)))
        handler.end_headers()
        with contextlib.suppress(OSError):
            handler.wfile.write(raw)

    return behave


def hangs_up(handler: http.server.BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def never_answers(handler: http.server.BaseHTTPRequestHandler) -> None:
    handler.server.stopped.wait(30)  # type: ignore[attr-defined]  # our Partner
    handler.close_connection = True


def drips(first: bytes, piece: bytes) -> Behaviour:
    """Send `first`, then `piece` again and again, each soon enough to keep a read from timing out."""

    def behave(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        with contextlib.suppress(OSError):
            handler.wfile.write(first)
            while not handler.server.stopped.wait(0.1):  # type: ignore[attr-defined]  # our Partner
                handler.wfile.write(piece)

    return behave


@pytest.fixture
def partner() -> Iterator[Partner]:
    server = Partner()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.stopped.set()
    server.shutdown()
    thread.join()
    server.server_close()


def ask(partner: Partner | str, *, method: str = "GET", total_s: float = 5, **options: Any) -> PartnerAnswer:
    url = partner if isinstance(partner, str) else partner.url
    client = PartnerClient("testbank", url, headers={"x-api-key": "k"}, connect_s=1, total_s=total_s)
    with contextlib.closing(client.http):
        return client.request(method, "/orders/1", operation="order_status", **options)


def failure(partner: Partner | str, **options: Any) -> PartnerError:
    with pytest.raises(PartnerError) as caught:
        ask(partner, **options)
    assert str(caught.value).startswith("testbank order_status: ")
    return caught.value


def test_an_answer_arrives_whole(partner: Partner) -> None:
    partner.behaviours = [answers(200, '{"a": [1, "ü", null]}')]

    answer = ask(partner, method="POST", json={"x": 1}, params={"q": "a b"}, headers={"x-routing-id": "u"}, auth=("me", "secret"))

    assert (answer.status, answer.ok, answer.json, answer.text) == (200, True, {"a": [1, "ü", None]}, '{"a": [1, "ü", null]}')
    (seen,) = partner.seen
    assert (seen["method"], seen["path"], json.loads(seen["body"])) == ("POST", "/base/orders/1?q=a+b", {"x": 1})
    assert (seen["headers"]["x-api-key"], seen["headers"]["x-routing-id"]) == ("k", "u")
    assert seen["headers"]["Authorization"] == "Basic bWU6c2VjcmV0"


def test_a_form_is_sent_as_a_form(partner: Partner) -> None:
    partner.behaviours = [answers(200)]

    ask(partner, method="POST", form={"amount": "1.00", "note": "a&b"})

    assert partner.seen[0]["body"] == b"amount=1.00&note=a%26b"


def test_amounts_never_pass_through_float(partner: Partner) -> None:
    partner.behaviours = [answers(200, '{"amount": 0.1, "big": 12345678901234567.89, "whole": 9007199254740993}')]

    body = ask(partner).json

    assert body == {"amount": Decimal("0.1"), "big": Decimal("12345678901234567.89"), "whole": 9007199254740993}
    assert not any(isinstance(value, float) for value in body.values())


@pytest.mark.parametrize("status", [400, 401, 404, 409, 422])
def test_a_refusal_is_an_answer(partner: Partner, status: int) -> None:
    partner.behaviours = [answers(status, '{"error_code": "no"}')]

    answer = ask(partner, idempotent=True)

    assert (answer.status, answer.ok, answer.json) == (status, False, {"error_code": "no"})
    assert len(partner.seen) == 1


def test_an_empty_body_is_none(partner: Partner) -> None:
    partner.behaviours = [answers(200, "")]

    assert ask(partner).json is None


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
def test_a_broken_partner(partner: Partner, status: int) -> None:
    partner.behaviours = [answers(status, "<html>")]

    error = failure(partner)

    assert (error.status, error.permanent) == (status, False)
    assert len(partner.seen) == 1


@pytest.mark.parametrize(
    "body",
    ["<html>", "{", '{"amount": NaN}', '{"amount": -Infinity}', "[" * 100_000, b"\xff\xfe", '{"a": 1} trailing', "9" * 10_000],
    ids=lambda body: repr(body)[:20],
)
def test_an_unreadable_answer(partner: Partner, body: str | bytes) -> None:
    partner.behaviours = [answers(200, body)]

    assert failure(partner).status == 200


def test_a_page_of_another_type_is_no_answer(partner: Partner) -> None:
    partner.behaviours = [answers(302, "moved", content_type="text/html")]

    assert failure(partner).status == 302


def test_a_huge_answer_is_not_read_to_its_end(partner: Partner) -> None:
    partner.behaviours = [answers(200, '"' + "x" * (ANSWER_BYTES_MAX + 1) + '"')]

    assert failure(partner).status is None


def test_nobody_listens() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound and not listening: refused at once

        assert failure(f"http://127.0.0.1:{held.getsockname()[1]}").status is None


def test_a_partner_that_hangs_up(partner: Partner) -> None:
    partner.behaviours = [hangs_up]

    assert failure(partner).status is None


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    "slowness",
    [never_answers, drips(HEAD + b"Content-Length: 100000\r\n\r\n", b" "), drips(HEAD, b"x-a: b\r\n"), drips(b"", b"H")],
    ids=["silence", "dripping body", "dripping headers", "dripping status"],
)
@pytest.mark.parametrize("idempotent", [True, False])
def test_no_partner_holds_us_longer_than_the_total_time(partner: Partner, slowness: Behaviour, idempotent: bool) -> None:
    partner.behaviours = [slowness]

    started = time.monotonic()
    error = failure(partner, total_s=1, idempotent=idempotent)

    assert time.monotonic() - started < 2
    assert error.status is None


def test_what_is_idempotent_is_tried_three_times(partner: Partner) -> None:
    partner.behaviours = [answers(500), hangs_up, answers(200, '{"ok": true}')]

    assert ask(partner, idempotent=True).json == {"ok": True}
    assert len(partner.seen) == 3


def test_what_is_idempotent_is_not_tried_a_fourth_time(partner: Partner) -> None:
    partner.behaviours = [answers(500)]

    assert failure(partner, idempotent=True).status == 500
    assert len(partner.seen) == 3


@pytest.mark.parametrize("behaviour", [hangs_up, answers(500), answers(429), answers(200, "<html>")])
def test_what_is_not_idempotent_is_asked_once(partner: Partner, behaviour: Behaviour) -> None:
    partner.behaviours = [behaviour]

    failure(partner, method="POST", json={})

    assert len(partner.seen) == 1


def test_the_tries_share_the_total_time(partner: Partner) -> None:
    def slow_failure(handler: http.server.BaseHTTPRequestHandler) -> None:
        time.sleep(0.7)
        answers(500)(handler)

    partner.behaviours = [slow_failure, never_answers]

    started = time.monotonic()
    failure(partner, total_s=1.2, idempotent=True)

    assert time.monotonic() - started < 1.8
    assert len(partner.seen) == 2


@pytest.mark.django_db(transaction=True)
def test_a_call_inside_a_transaction_is_refused(partner: Partner) -> None:
    partner.behaviours = [answers(200)]

    with transaction.atomic(), pytest.raises(RuntimeError, match="testbank order_status was called inside a transaction"):
        ask(partner)
    assert partner.seen == []

    assert ask(partner).status == 200


@pytest.mark.django_db
def test_the_transaction_around_a_test_does_not_count(partner: Partner) -> None:
    partner.behaviours = [answers(200)]

    assert ask(partner).status == 200
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a transaction"):
        ask(partner)
