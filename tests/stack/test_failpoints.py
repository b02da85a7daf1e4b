"""A process dies at each named point in turn, in a running product: what happens once happened once.

python -m pytest tests/stack/test_failpoints.py
"""

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from aarokya import events
from aarokya.common.failpoints import POINTS
from aarokya.demo.api import Api, StepFailed, wait_until
from payments.tests.conftest import PREMIUMS
from tests import figures
from tests.stack import deaths, product
from tests.stack.product import Rider, RunningProduct

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("stack")]
AMOUNT = 12_300
BACK = 4_000
REFUND = {"refund.marked", "refund.answered", "message.handled@payment.refund_due"}
PREMIUM = {"wallet.paid", "message.handled@wallet.debited"}
FORKED = set(deaths.SCENARIOS)  # a process of its own dies there, without the whole product around it
WALKED = set(POINTS) - FORKED
TOPUP = WALKED - REFUND - PREMIUM
LANES = 3  # scenarios at a time: while one waits for a server to come back, others go on
hit_in_forks: set[str] = set()


class Harness:
    """A product whose processes can be told where to die."""

    def __init__(self, running: RunningProduct, folder: Path) -> None:
        self.product, self.folder = running, folder
        self.callers = ExitStack()  # their connections

    def arm(self, point: str) -> None:
        (self.folder / point).touch()

    def has_hit(self, point: str) -> bool:
        return (self.folder / f"{point}.hit").exists()

    def await_hit(self, point: str) -> None:
        wait_until(lambda: self.has_hit(point), bool, f"a process to die at {point}")

    def insist(self, act: Callable[[], Any]) -> Any:
        """Repeat what a client repeats while the server is away."""
        deadline = time.monotonic() + 60
        while True:
            try:
                return act()
            except StepFailed:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.3)

    def staff(self, name: str) -> Api:
        api = self.callers.enter_context(Api(self.product.url))
        api.token = self.insist(lambda: api.post("/auth/admin/token", {"username": name, "password": name}))["access_token"]
        return api

    def rider(self, number: int) -> Rider:
        found: Rider = self.insist(lambda: product.rider(self.product, f"96000{number:05d}"))
        self.callers.enter_context(found.api)
        return found

    def books(self, order_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.product.control("GET", "books")["orders"][order_id]
        return found


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harness]:
    armed = tmp_path_factory.mktemp("failpoints")
    with product.temporary_folder() as folder:
        running = product.start(folder / "local", {"FAILPOINTS": str(armed), "IDEMPOTENCY_LEASE_S": "4"})
        yield Harness(running, armed)
        running.stop()


def top_up(harness: Harness, who: Rider, key: str) -> str:
    order = harness.insist(lambda: who.order(AMOUNT, key=key))
    harness.product.control("POST", f"orders/{order['order_id']}", {"outcome": "CHARGED", "webhooks": {"copies": 2}})
    return str(order["order_id"])


def await_money(harness: Harness, who: Rider, order_id: str) -> None:
    """Without asking about the order: whether the money arrives by itself is the question."""
    wait_until(lambda: harness.insist(who.balance), lambda balance: balance >= AMOUNT, f"the money of {order_id}")


def a_top_up_is_credited_once(harness: Harness, point: str) -> None:
    """F1, and the issuer's part of F2."""
    who = harness.rider(sorted(POINTS).index(point))
    harness.arm(point)
    order_id = top_up(harness, who, f"key-{point}")
    harness.await_hit(point)
    await_money(harness, who, order_id)

    receipt = harness.insist(lambda: who.api.call("GET", f"/payments/{order_id}/receipt"))
    assert (harness.insist(who.balance), harness.books(order_id)["charged"]) == (AMOUNT, AMOUNT)
    assert receipt.content.startswith(b"%PDF-")
    await_issuer(harness, who)


def a_refund_goes_back_once(harness: Harness, point: str) -> None:
    """F2."""
    who = harness.rider(sorted(POINTS).index(point))
    order_id = top_up(harness, who, f"key-{point}")
    await_money(harness, who, order_id)
    finance = harness.staff("finance")
    harness.arm(point)
    body = {"amount": BACK, "note": "asked for by the customer"}
    harness.insist(lambda: finance.post(f"/payments/{order_id}/refunds", body, key=f"refund-{point}"))
    harness.await_hit(point)

    def at_bank() -> int:
        books = harness.books(order_id)
        return int(books["refund_pending"] + books["refunded"])

    wait_until(at_bank, lambda paise: paise == BACK, "the refund at the bank")
    status = f"/payments/{order_id}/status"
    known = {"PENDING", "SUCCESS"}
    sent = wait_until(
        lambda: harness.insist(lambda: who.api.get(status))["refunds"],
        lambda rows: {row["status"] for row in rows} <= known,
        "the refund in our books",
    )
    assert at_bank() == BACK
    assert len(sent) == 1
    assert harness.insist(who.balance) == AMOUNT - BACK


def a_wallet_payment_is_taken_once(harness: Harness, point: str) -> None:
    """F2."""
    who = harness.rider(sorted(POINTS).index(point))
    policy, premium = buy(harness, who)
    order = harness.insist(lambda: who.order(premium + AMOUNT, key=f"fund-{point}"))
    harness.product.control("POST", f"orders/{order['order_id']}", {"outcome": "CHARGED"})
    wait_until(lambda: harness.insist(who.balance), lambda balance: balance == premium + AMOUNT, "the money")
    harness.arm(point)
    body = {"type": "INSURANCE_PREMIUM", "policy_id": policy["id"], "payment_method": "WALLET"}

    paid = harness.insist(lambda: who.api.post("/payments/session", body, key=f"pay-{point}"))
    harness.await_hit(point)

    assert (paid["status"], harness.insist(who.balance)) == ("SUCCESS", AMOUNT)
    await_issuer(harness, who)


def buy(harness: Harness, who: Rider) -> tuple[dict[str, Any], int]:
    """A policy for the rider alone; it and a year's premium."""
    person = {"first_name": "Asha", "last_name": "Rao", "dob": "1991-08-15", "gender": "FEMALE", "salutation": "MS"}
    address = {"line1": "1, MG Road", "city": "Bengaluru", "state": "Karnataka", "pincode": "560001", "country": "IN"}
    onboarding = {**person, "address": address}
    answer = harness.insist(lambda: who.api.post(f"/users/{who.user_id}/complete_onboarding", onboarding))
    who.api.token = answer["access_token"]
    benefits = harness.insist(lambda: who.api.get("/benefits"))["data"]
    benefit_id = next(row["id"] for row in benefits if row["benefit_type"] == "INSURANCE_POLICY")
    body = {"benefit_id": benefit_id, "dependant_ids": [], "payment_plan": "ANNUAL"}
    path = f"/users/{who.user_id}/insurance_policies"
    policy = harness.insist(lambda: who.api.post(path, body, key=f"buy-{who.phone}"))
    annual = policy["premium_amounts"]["annual"]
    return policy, int(annual["amount"] if isinstance(annual, dict) else annual)


def await_issuer(harness: Harness, who: Rider) -> None:
    """Return when the issuer holds what our books say."""
    wallet_id = harness.insist(lambda: who.api.get("/wallet"))["transcorp_wallet_id"]

    def held() -> int:
        return int(harness.product.control("GET", "books")["issuer"]["wallets"][wallet_id]["balance"])

    wait_until(held, lambda paise: paise == AMOUNT, "the issuer's books")


SCENARIOS: dict[str, Callable[[Harness, str], None]] = {
    **dict.fromkeys(TOPUP, a_top_up_is_credited_once),
    **dict.fromkeys(REFUND, a_refund_goes_back_once),
    **dict.fromkeys(PREMIUM, a_wallet_payment_is_taken_once),
}


def walk(harness: Harness, point: str) -> tuple[str, float, str]:
    """Let a process die at this point; return what was wrong, if anything, and how long it took until all was well."""
    began_s = time.monotonic()
    try:
        SCENARIOS[point](harness, point)
    except Exception as error:  # noqa: BLE001 (whatever it is, the others go on and it is shown at the end)
        return point, time.monotonic() - began_s, f"{type(error).__name__}: {error}"
    return point, time.monotonic() - began_s, ""


@pytest.fixture
def fork(
    sandbox_url: str, settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, transactional_db: None
) -> Callable[[str], None]:
    """Let a process of its own die at a point."""
    monkeypatch.setitem(events.PAYMENT_PURPOSES, "INSURANCE_PREMIUM", PREMIUMS)

    def run(point: str) -> None:
        deaths.run(point, sandbox_url=sandbox_url, settings=settings, folder=tmp_path)
        hit_in_forks.add(point)

    return run


@pytest.mark.parametrize("point", sorted(FORKED))
def test_a_process_of_its_own_dies_here(point: str, fork: Callable[[str], None], tmp_path: Path) -> None:
    """What came of it is judged by `deaths.run`: the scenario's effects once each, and the books of all sides equal."""
    fork(point)
    assert (tmp_path / f"{point}.hit").exists()


def test_at_every_point_a_process_dies_and_everything_is_done_once(harness: Harness, fork: Callable[[str], None]) -> None:
    """Failpoints hit / defined, and the ledger's invariants after all those deaths."""
    with harness.callers, ThreadPoolExecutor(LANES) as lanes:
        walked = list(lanes.map(partial(walk, harness), sorted(WALKED)))
    for point in FORKED - hit_in_forks:  # when this test is run alone
        fork(point)
    hit = {point for point in WALKED if harness.has_hit(point)} | hit_in_forks
    verified = harness.product.manage("ledger", "verify")

    assert {point: problem for point, _, problem in walked if problem} == {}
    assert verified.returncode == 0, verified.stdout + verified.stderr
    harness.product.await_equal_books()
    assert hit == set(POINTS)
    slowest = max(took_s for point, took_s, _ in walked if point in TOPUP)
    assert slowest < 60
    figures.note("F1", f"{len(TOPUP)} points: credits per order 1, stuck 0, all well within {slowest:.0f} s")
    figures.note("F2", f"{len(POINTS) - len(TOPUP)} points: effects 1 each, double debits 0")
    handled = sum(point.startswith("message.handled@") for point in hit)
    figures.note("F27", f"{handled} kinds of messages, handled and not marked so: effects 1 each")
    figures.note("Failpoints", f"{len(hit)} / {len(POINTS)}")


def test_the_points_in_the_code_are_the_points_defined() -> None:
    reached: set[str] = set()
    for app in ("aarokya", "accounts", "wallets", "payments", "insurance", "doctor"):
        for file in (product.ROOT / app).rglob("*.py"):
            reached |= set(re.findall(r'failpoints\.reach\(f?"([^"]+)"\)', file.read_text(encoding="utf-8")))

    assert reached == {point.replace(point.partition("@")[2], "{message.topic}") if "@" in point else point for point in POINTS}
