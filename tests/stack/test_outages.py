"""F26, F29, F40: Redis away, PostgreSQL killed, a deployment, while people pay. Nothing acknowledged is lost or doubled."""

import itertools
import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx2
import pytest
import redis

from aarokya.common import clock
from aarokya.demo.api import StepFailed, wait_until
from aarokya.embedded import locations, ports, postgres, programs
from aarokya.embedded.product import Product
from tests import figures
from tests.stack.product import ROOT, Rider, RunningProduct

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("stack")]
HOSPITAL = "00000000-0000-7000-8000-000000000002"
FUNDS, BILL = 900_000, 100
WRITERS = 16
LogIn = Callable[[str], Rider]


@dataclass
class Payer:
    """Clients that pay one bill after another, each until it is acknowledged, and remember every answer."""

    riders: list[Rider]
    urls: list[str]
    answers: list[tuple[float, int, float]] = field(default_factory=list)  # when, status, seconds
    paid: dict[str, set[str]] = field(default_factory=dict)  # key of a bill → transfers it was acknowledged as
    stopped: threading.Event = field(default_factory=threading.Event)
    under_way: Counter[str] = field(default_factory=Counter)
    counting: threading.Lock = field(default_factory=threading.Lock)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @contextmanager
    def paying(self, clients: int) -> Iterator[None]:
        threads = [threading.Thread(target=self.pay, args=[self.riders[number % len(self.riders)]]) for number in range(clients)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stopped.set()
            for thread in threads:
                thread.join()

    def pay(self, who: Rider) -> None:
        # A balancer in front would not offer connections of processes that have ended: none is kept here.
        with httpx2.Client(timeout=20, trust_env=False, limits=httpx2.Limits(max_keepalive_connections=0)) as http:
            while not self.stopped.is_set():
                key = f"{who.phone}-{next(self.numbers)}"
                while not self.try_once(http, who, key):
                    time.sleep(0.05)
                time.sleep(0.05)

    def leave(self, url: str, *, to: str) -> None:
        """As a balancer does it: no new requests for `url`, and those under way are waited for."""
        self.urls = [to]
        wait_until(lambda: self.under_way[url], lambda count: count == 0, f"the last answer of {url}")

    def try_once(self, http: httpx2.Client, who: Rider, key: str) -> bool:
        body = {"payee_id": HOSPITAL, "amount": BILL, "purpose": "HOSPITAL", "reference_id": key}
        headers = {"Authorization": f"Bearer {who.api.token}", "Idempotency-Key": key}
        with self.counting:
            url = self.urls[next(self.numbers) % len(self.urls)]
            self.under_way[url] += 1
        began_s = time.monotonic()
        try:
            answer = http.post(f"{url}/wallet/pay", json=body, headers=headers)
        except httpx2.HTTPError:
            self.answers.append((began_s, 0, time.monotonic() - began_s))
            return False
        finally:
            with self.counting:
                self.under_way[url] -= 1
        self.answers.append((began_s, answer.status_code, time.monotonic() - began_s))
        if answer.status_code != 201:
            return False
        self.paid.setdefault(key, set()).add(answer.json()["transfer_id"])
        return True

    def spent_by(self, who: Rider) -> int:
        return BILL * sum(key.startswith(who.phone) for key in self.paid)

    def judge(self, product: RunningProduct) -> None:
        """Each bill is one transfer, and every wallet has lost exactly what was acknowledged."""
        assert self.paid
        assert {len(transfers) for transfers in self.paid.values()} == {1}
        assert len(set().union(*self.paid.values())) == len(self.paid)
        assert {who.phone: who.balance() for who in self.riders} == {who.phone: FUNDS - self.spent_by(who) for who in self.riders}
        verified = product.manage("ledger", "verify")
        assert verified.returncode == 0, verified.stdout + verified.stderr


def funded(product: RunningProduct, log_in: LogIn, *phones: str) -> list[Rider]:
    riders = [log_in(phone) for phone in phones]
    for who in riders:
        top_up(product, who, f"fund-{who.phone}", FUNDS)
        wait_until(who.balance, lambda balance: balance == FUNDS, "the money to spend")
    return riders


def top_up(product: RunningProduct, who: Rider, key: str, amount: int) -> str:
    order_id: str = who.order(amount, key=key)["order_id"]
    product.control("POST", f"orders/{order_id}", {"outcome": "CHARGED", "webhooks": {"copies": 2, "shuffle": True}})
    return order_id


def open_messages(product: RunningProduct, *, since: datetime | None = None) -> int:
    """How many messages are due, of those written after `since`."""
    with postgres.superuser(locations.socket_directory(product.folder), "aarokya") as server:
        due = "done_at IS NULL AND quarantined_at IS NULL AND not_before < now()"
        after = "created_at >= COALESCE(%s::timestamptz, '-infinity')"
        found = server.execute(f"SELECT count(*) FROM common_outbox WHERE {due} AND {after}", [since]).fetchone()
    return int(found[0]) if found else 0


def insist(act: Callable[[], Any]) -> Any:
    """Repeat what a client repeats while a server is away."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return act()
        except StepFailed:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def test_f26_without_redis_the_api_takes_money_and_nothing_is_lost(healthy: RunningProduct, log_in: LogIn) -> None:
    who = log_in("9810000001")
    begun_at = clock.now()  # what tests before left is worked on beside this
    before: str = who.order(5_000, key="before")["order_id"]
    valkey = healthy.pid("valkey")
    os.killpg(valkey, signal.SIGSTOP)  # it accepts connections and never answers
    try:
        for name in ("web", "relay"):  # for these it is away from the start
            healthy.kill(name)
        wait_until(lambda: ports.answers(healthy.port, "/health"), bool, "the web without Redis")
        healthy.control("POST", f"orders/{before}", {"outcome": "CHARGED", "webhooks": {"copies": 2}})
        during = [insist(lambda n=n: top_up(healthy, who, f"during-{n}", 5_000)) for n in range(2)]  # type: ignore[misc]
        wait_until(lambda: insist(who.balance), lambda balance: balance == 15_000, "three top-ups without Redis")
        codes = [healthy_trigger(healthy, "9810000009") for _ in range(6)]
    finally:
        os.killpg(valkey, signal.SIGCONT)
    back_s = time.monotonic()
    flushed = top_up(healthy, who, "flushed", 5_000)
    redis.Redis(unix_socket_path=str(locations.valkey_socket(healthy.folder))).flushall()

    wait_until(lambda: insist(who.balance), lambda balance: balance == 20_000, "the top-up that was flushed")
    wait_until(lambda: open_messages(healthy, since=begun_at), lambda count: count == 0, "an empty outbox")
    drained_s = time.monotonic() - back_s
    assert len({before, *during, flushed}) == 4
    assert codes == [200] * 5 + [429]
    figures.note(
        "F26",
        "hanging from the start and in mid-flight, then flushed: top-ups 4 of 4 credited once, "
        f"outbox empty {drained_s:.1f} s after Redis was back, 6th code 429",
    )


def healthy_trigger(product: RunningProduct, phone: str) -> int:
    return httpx2.post(f"{product.url}/auth/otp/trigger", json={"phone": phone}, timeout=20, trust_env=False).status_code


def test_f29_postgres_is_killed_under_16_writers(healthy: RunningProduct, log_in: LogIn) -> None:
    payer = Payer(funded(healthy, log_in, *(f"982000000{number}" for number in range(4))), [healthy.url])
    with payer.paying(WRITERS):
        time.sleep(1.5)
        dead, killed_s = healthy.kill("postgres"), time.monotonic()
        back_s = moment_of_return(healthy, dead)
        wait_until(lambda: any(at > back_s and status == 201 for at, status, _ in payer.answers), bool, "a first success")
        time.sleep(1.5)

    payer.judge(healthy)
    failed = [at for at, status, _ in payer.answers if status not in {201, 409}]  # 409: its first request may still be running
    first_s = min(at + took_s for at, status, took_s in payer.answers if status == 201 and at + took_s > back_s)
    assert {status for _, status, _ in payer.answers} <= {201, 409, 503}
    assert [at - killed_s for at in failed if not killed_s - 1 <= at <= first_s] == []
    assert first_s - back_s < 5
    figures.note(
        "F29",
        f"{len(payer.paid)} acknowledged, lost 0, mismatches 0; {len(failed)} answers 503, all during the outage; "
        f"first success {first_s - back_s:.1f} s after the return",
    )


def moment_of_return(product: RunningProduct, dead: int) -> float:
    """When the database answers again."""
    wait_until(lambda: product.pid("postgres"), lambda pid: pid != dead, "a new postgres")

    def answers() -> bool:
        try:
            return open_messages(product) >= 0
        except Exception:  # noqa: BLE001 (whatever it says while it recovers)
            return False

    wait_until(answers, bool, "postgres")
    return time.monotonic()


def test_f40_a_deployment_while_people_pay(healthy: RunningProduct, log_in: LogIn) -> None:
    """New processes beside the old ones, a migration, the old ones drained: clients see nothing of it."""
    payer = Payer(funded(healthy, log_in, "9830000001", "9830000002"), [healthy.url])
    port = ports.free_port()
    new = Product(
        base_dir=ROOT,
        local_dir=healthy.folder,
        port=port,
        sandbox_port=healthy.sandbox_port,
        web_workers=1,
        environment={**healthy.environment, **servers_of(healthy), "PORT": str(port)},
    )
    with running(new) as url, payer.paying(6):
        payer.urls = [healthy.url, url]  # old and new together
        lock_waits = [migrated(healthy, statement) for statement in MIGRATION]
        time.sleep(0.5)
        payer.leave(healthy.url, to=url)
        old = {name: healthy.pid(name) for name in ("web", "worker", "relay")}
        for pid in old.values():
            os.kill(pid, signal.SIGTERM)
        for name, pid in old.items():
            healthy.await_restart(name, pid)
        payer.leave(url, to=healthy.url)
        time.sleep(0.5)

    payer.judge(healthy)
    statuses = {status for _, status, _ in payer.answers}
    slowest_s = max(took_s for _, _, took_s in payer.answers)
    assert statuses == {201}
    assert max(lock_waits) < 2
    figures.note(
        "F40",
        f"{len(payer.paid)} payments: effects 1 each, answers other than 201: 0; longest statement of the migration "
        f"{max(lock_waits):.2f} s, slowest answer {slowest_s:.1f} s",
    )


def servers_of(product: RunningProduct) -> dict[str, str]:
    """Not those of the test run."""
    application, owner = locations.database_urls(product.folder)
    return {"DATABASE_URL": application, "DATABASE_OWNER_URL": owner, "REDIS_URL": locations.redis_url(product.folder)}


MIGRATION = (
    "ALTER TABLE payments_order ADD COLUMN deployed text NOT NULL DEFAULT ''",
    "CREATE INDEX CONCURRENTLY order_deployed ON payments_order (deployed)",
    "ALTER TABLE wallets_transfer ADD COLUMN deployed text",
    "ALTER TABLE wallets_transfer DROP COLUMN deployed",
    "ALTER TABLE payments_order DROP COLUMN deployed",
)


def migrated(product: RunningProduct, statement: str) -> float:
    """Run one statement of a migration under traffic; return how long it and its locks took."""
    with postgres.superuser(locations.socket_directory(product.folder), "aarokya") as server:
        server.execute("SET lock_timeout = '2s'")
        began_s = time.monotonic()
        server.execute(statement.encode())
        return time.monotonic() - began_s


@contextmanager
def running(product: Product) -> Iterator[str]:
    """The new generation: a web, a worker and a relay."""
    generation = (product.web(), product.worker(), product.relay())
    started = [programs.start(program, output=subprocess.DEVNULL) for program in generation]
    try:
        wait_until(lambda: ports.answers(product.port, "/health/ready"), bool, "the new web")
        yield f"http://127.0.0.1:{product.port}"
    finally:
        for program, process in zip(generation, started, strict=True):
            programs.stop(program, process)
