"""`GET /wallet` beside a bare Django view: one web process each, the same SQL, the same server with the same options."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aarokya.embedded import ports, programs
from aarokya.embedded.product import Product
from aarokya.embedded.programs import Program
from bench import frame, load, people
from bench.frame import Row
from bench.people import Person
from bench.processors import on_core

SERVER_CORE, CLIENT_CORE = 0, 1
MUST = 0.60
START_TIMEOUT_S = 30
PEOPLE = 500  # who ask in turn, so that nobody's token, session or count is always at hand


def rows() -> list[Row]:
    crowd = [people.somebody() for _ in range(PEOPLE)]
    queries = queries_of(crowd[0])
    ours = server("aarokya.wsgi:application")
    bare = server("bench.bare:application", BARE_SQL=queries[0])
    with running(ours, "/health"), running(bare, "/wallet"):
        sides = {
            "wallet": lambda: rate(ours, [person.headers for person in crowd]),
            "bare Django view": lambda: rate(bare, [{}]),
        }
        turns = frame.take_turns(sides)
    ratio = turns.ratio("wallet", "bare Django view")
    return [
        Row(
            f"`GET /wallet` with JWT, one web process, {load.CONNECTIONS} connections, {PEOPLE} people in turn",
            f"{turns.median('wallet'):,.0f} requests/s, {len(queries)} query",
            f"{turns.median('bare Django view'):,.0f} requests/s (bare Django view, same SQL, same server)",
            f"{ratio:.2f}",
            f"≥ {MUST:.2f}, 1 query",
            ratio >= MUST and len(queries) == 1,
        )
    ]


def queries_of(person: Person) -> list[str]:
    """The SQL of one warm `GET /wallet`."""
    client = Client(headers=person.headers)
    client.get("/wallet")
    with CaptureQueriesContext(connection) as captured:
        answer = client.get("/wallet")
    assert answer.status_code == 200, answer.content
    return [query["sql"] for query in captured]


def server(application: str, **environment: str) -> Program:
    """The web process of the product, with `application` in it and a port of its own."""
    product = Product(
        base_dir=settings.BASE_DIR,
        local_dir=settings.LOCAL_DIR,
        port=ports.free_port(),
        sandbox_port=settings.SANDBOX_PORT,
        web_workers=1,
        environment={"LOCAL_DIR": str(settings.LOCAL_DIR), "PORT": str(settings.PORT), "LOG_LEVEL": "INFO"},
    )
    web = product.web()
    return replace(
        web, name=application, command=(*web.command[:-1], application), environment={**web.environment, **environment}
    )


def port_of(program: Program) -> int:
    return int(program.command[program.command.index("--port") + 1])


@contextlib.contextmanager
def running(program: Program, path: str) -> Iterator[None]:
    """Run it inside the block on the server's core; its log lines go to a file, as a machine would collect them."""
    with tempfile.TemporaryDirectory(prefix="aarokya-bench-") as folder:
        log = Path(folder) / "log"
        with log.open("wb") as output, on_core(SERVER_CORE):
            process = programs.start(program, output=output)
        try:
            programs.wait_until(lambda: ports.answers(port_of(program), path), timeout_s=START_TIMEOUT_S, log=log)
            yield
        finally:
            programs.stop(program, process)


def rate(program: Program, headers: list[dict[str, str]]) -> float:
    """Requests per second that it answers, each caller's headers in turn."""
    with on_core(CLIENT_CORE):
        return load.requests_per_second(port_of(program), [load.get("/wallet", each) for each in headers])
