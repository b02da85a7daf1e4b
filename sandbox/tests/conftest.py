"""A sandbox of the tests' own, served as in production, and a merchant who takes its webhooks."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from sandbox.tests.people import Merchant, Sandbox, Webhook


@pytest.fixture(scope="session")
def _server() -> Iterator[Merchant]:
    merchant = Merchant()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = merchant.take(Webhook(dict(self.headers), json.loads(body), body))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    merchant.url = f"http://127.0.0.1:{server.server_port}/hooks"
    yield merchant
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def _sandbox(_server: Merchant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox.started(tmp_path_factory.mktemp("sandbox"), webhook_url=_server.url) as running:
        yield running


@pytest.fixture
def sandbox(_sandbox: Sandbox, merchant: Merchant) -> Sandbox:
    """A running sandbox with empty books."""
    _sandbox.control("POST", "reset")
    merchant.forget()
    return _sandbox


@pytest.fixture
def merchant(_server: Merchant) -> Merchant:
    """Who receives the webhooks."""
    return _server
