"""Who takes part in the tests: the running sandbox with a client for each partner, and the merchant."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

REPOSITORY = Path(__file__).resolve().parents[2]
START_TIMEOUT_S = 30
JUSPAY_HEADERS = {"x-merchantid": "aarokya", "x-routing-id": "customer1", "version": "2024-06-01"}
SESSION = {
    "amount": "100.50",
    "customer_id": "customer1",
    "customer_email": "asha@example.in",
    "customer_phone": "9876543210",
    "payment_page_client_id": "aarokya",
    "action": "paymentPage",
    "currency": "INR",
    "return_url": "http://127.0.0.1:9/payments/return?from=app",
    "udf6": "top-up",
}


@dataclass(frozen=True, slots=True)
class Webhook:
    """One delivery as the merchant received it."""

    headers: dict[str, str]
    body: dict[str, Any]
    raw: bytes = b""  # as they came, for signatures

    @property
    def order(self) -> dict[str, Any]:
        """The order it tells about."""
        found: dict[str, Any] = self.body["content"]["order"]
        return found


@dataclass
class Merchant:
    """Takes webhooks, each after `pause_s`; answers them with `answers` in turn, then with 200."""

    url: str = ""
    webhooks: list[Webhook] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    pause_s: float = 0
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def take(self, webhook: Webhook) -> int:
        time.sleep(self.pause_s)
        with self.arrived:
            self.webhooks.append(webhook)
            self.arrived.notify_all()
            return self.answers.pop(0) if self.answers else 200

    def forget(self) -> None:
        with self.arrived:
            self.webhooks.clear()
            self.answers.clear()
            self.pause_s = 0

    def wait_for(self, count: int, *, timeout_s: float = 10) -> list[Webhook]:
        """The webhooks once there are `count` of them."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.webhooks) >= count, timeout_s), self.webhooks
            return list(self.webhooks)


@dataclass
class Sandbox:
    """A running sandbox process."""

    url: str
    process: subprocess.Popen[bytes]
    client: httpx2.Client

    @classmethod
    @contextmanager
    def started(cls, state_dir: Path, *, webhook_url: str) -> Iterator["Sandbox"]:
        """Serve it as the product does, on a free port, with books in `state_dir`."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
        command += ["--workers", "1", "--blocking-threads", "16", "--no-ws", "sandbox.wsgi:application"]
        environment = os.environ | {
            "SANDBOX": "1",
            "SANDBOX_STATE_DIR": str(state_dir),
            "WEBHOOK_URL": webhook_url,
            "AATHMA_WEBHOOK_URL": webhook_url,
        }
        popen = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=subprocess.DEVNULL)
        with popen as process, httpx2.Client(timeout=10, trust_env=False) as client:
            running = cls(f"http://127.0.0.1:{port}", process, client)
            try:
                until(running.is_healthy, timeout_s=START_TIMEOUT_S)
                yield running
            finally:
                process.terminate()
                process.wait(timeout=10)

    def is_healthy(self) -> bool:
        try:
            return bool(self.call("GET", "health").json() == {"status": "ok"})
        except httpx2.HTTPError:
            return False

    def call(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """Any request."""
        return self.client.request(method, f"{self.url}/{path}", **options)

    def juspay(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """A request with the merchant's credentials."""
        headers = JUSPAY_HEADERS | options.pop("headers", {})
        return self.call(method, f"juspay/{path}", auth=("sandbox-api-key", ""), headers=headers, **options)

    def session(self, order_id: str, **changes: Any) -> httpx2.Response:
        """Open an order."""
        return self.juspay("POST", "session", json=SESSION | {"order_id": order_id} | changes)

    def order(self, order_id: str) -> dict[str, Any]:
        """The order status answer."""
        return self._json(self.juspay("GET", f"orders/{order_id}"))

    def control(self, method: str, path: str, given: Any = None) -> Any:
        """A control call that succeeds."""
        response = self.call(method, f"_control/{path}", json=given)
        assert response.is_success, response.text
        return response.json()

    def play(self, order_id: str, outcome: str, **more: Any) -> dict[str, Any]:
        """Let the bank decide."""
        played: dict[str, Any] = self.control("POST", f"orders/{order_id}", {"outcome": outcome, **more})
        return played

    def arm(self, mode: str, *, partner: str = "juspay", **more: Any) -> None:
        """Arm a fault."""
        self.control("POST", "faults", {"partner": partner, "mode": mode, **more})

    def issuer(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """A request to the wallet issuer."""
        return self.call(method, f"issuer/{path}", headers={"x-api-key": "sandbox-issuer-key"}, **options)

    def narayana(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """A request to the hospital."""
        return self.call(method, f"narayana/{path}", headers={"x-api-key": "sandbox-narayana-key"}, **options)

    @staticmethod
    def _json(response: httpx2.Response) -> dict[str, Any]:
        assert response.status_code == 200, response.text
        body: dict[str, Any] = response.json()
        return body


def until(condition: Callable[[], object], *, timeout_s: float = 10) -> None:
    """Wait until the condition holds."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "the condition never held"
        time.sleep(0.02)
