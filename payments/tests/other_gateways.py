"""Razorpay and Stripe as the tests play them, and a small merchant who takes the simulator's signed webhooks."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from rest_framework.test import APIClient

from payments.models import Order, Refund
from payments.tests.builders import Bank

WAIT_S = 10
HIDDEN = re.compile(r'type="hidden" name="([^"]+)" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Signed:
    """A webhook as it came in: the bytes and the headers."""

    headers: dict[str, str]
    body: bytes

    def forwarded(self) -> Any:
        """Deliver it to our endpoint, as it is."""
        return self.delivered(self.body)

    def delivered(self, body: bytes) -> Any:
        """Deliver other bytes under its signature."""
        provider = "razorpay" if "X-Razorpay-Signature" in self.headers else "stripe"
        client = APIClient(headers={name: value for name, value in self.headers.items() if "Signature" in name})
        return client.generic("POST", f"/webhooks/{provider}", cast("Any", body), content_type="application/json")


class Mailbox:
    """Where the simulator sends its webhooks."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.received: list[Signed] = []
        self.arrived = threading.Condition()

    def take(self, webhook: Signed) -> None:
        with self.arrived:
            self.received.append(webhook)
            self.arrived.notify_all()

    def wait_for(self, count: int) -> list[Signed]:
        """Return the webhooks once there are `count`."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.received) >= count, WAIT_S), self.received
            return list(self.received)


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            box.take(Signed(dict(self.headers), body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        server.daemon_threads = True
        box = Mailbox(f"http://127.0.0.1:{server.server_port}/hooks")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield box
        server.shutdown()


@dataclass(frozen=True, slots=True)
class Counter:
    """The control interface of one of the two."""

    bank: Bank
    provider: str

    def outcome(self, order: Order, outcome: str, **webhooks: Any) -> dict[str, Any]:
        """The customer's attempt ends like this; nothing is sent unless a `url` is given."""
        wish = {"outcome": outcome, "webhooks": webhooks or {"suppress": True}}
        played: dict[str, Any] = self.bank.control("POST", f"gateways/{self.provider}/{order.order_id}", wish)
        return played

    def pay_at_the_page(self, order: Order) -> Any:
        """Press *Pay* and follow the browser back to us, by its form or by its redirect."""
        self.bank.control("POST", f"gateways/{self.provider}/{order.order_id}", {"webhooks": {"suppress": True}})
        page = self.bank.http.post(f"/{self.provider}/checkout/{order.order_id}", data={"action": "pay"})
        if page.status_code == HTTPStatus.SEE_OTHER:
            return APIClient().get("/payments/return", dict(parse_qsl(urlsplit(page.headers["Location"]).query)))
        return APIClient().post("/payments/return", dict(HIDDEN.findall(page.text)))

    def settle(self, refund: Refund, outcome: str) -> None:
        self.bank.control("POST", f"gateways/{self.provider}/refunds/{refund.unique_request_id}", {"outcome": outcome})

    def money(self, order: Order) -> dict[str, Any]:
        """What the provider's own books say."""
        found: dict[str, Any] = self.bank.control("GET", "gateways")[self.provider][order.order_id]
        return found

    def calls(self, operation: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.bank.control("GET", f"log?partner={self.provider}&operation={operation}")
        return found

    def fault(self, operation: str, mode: str, **more: Any) -> None:
        self.bank.control("POST", "faults", {"partner": self.provider, "operation": operation, "mode": mode, "times": 1, **more})
