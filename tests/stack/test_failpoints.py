"""A process dies at each named point in turn, in a running product: what happens once happened once.

python -m pytest tests/stack/test_failpoints.py
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from aarokya.common.failpoints import POINTS
from aarokya.demo.api import Api, StepFailed, wait_until
from tests import figures
from tests.stack import product
from tests.stack.product import Rider, RunningProduct

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("stack")]
AMOUNT = 12_300
BACK = 4_000
REFUND = {"refund.marked", "refund.answered", "message.handled@payment.refund_due"}
DEBIT = {"debit.told", "debit.ordered", "debit.asked"}
WALLET = {"wallet.paid", "message.handled@wallet.debited"}
TOPUP = set(POINTS) - REFUND - DEBIT - WALLET


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
        running = product.start(folder / "local", {"FAILPOINTS": str(armed)})
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
    started = time.monotonic()
    order_id = top_up(harness, who, f"key-{point}")
    harness.await_hit(point)
    await_money(harness, who, order_id)
    took_s = time.monotonic() - started

    receipt = harness.insist(lambda: who.api.call("GET", f"/payments/{order_id}/receipt"))
    assert (harness.insist(who.balance), harness.books(order_id)["charged"]) == (AMOUNT, AMOUNT)
    assert receipt.content.startswith(b"%PDF-")
    assert took_s < 60
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
    policy, premium = buy(harness, who, "ANNUAL")
    order = who.order(premium + AMOUNT, key=f"fund-{point}")
    harness.product.control("POST", f"orders/{order['order_id']}", {"outcome": "CHARGED"})
    wait_until(who.balance, lambda balance: balance == premium + AMOUNT, "the money")
    harness.arm(point)
    body = {"type": "INSURANCE_PREMIUM", "policy_id": policy["id"], "payment_method": "WALLET"}

    paid = harness.insist(lambda: who.api.post("/payments/session", body, key=f"pay-{point}"))
    harness.await_hit(point)

    assert (paid["status"], harness.insist(who.balance)) == ("SUCCESS", AMOUNT)
    await_issuer(harness, who)


def a_debit_is_asked_for_once(harness: Harness, point: str) -> None:
    """F2."""
    who = harness.rider(sorted(POINTS).index(point))
    buy(harness, who, "DAILY")
    registered = who.api.post(f"/users/{who.user_id}/mandate/register", key=f"mandate-{point}")
    harness.product.control("POST", f"mandates/{registered['order_id']}", {"outcome": "CHARGED"})
    refresh = f"/users/{who.user_id}/mandates/{registered['id']}/status"
    wait_until(lambda: who.api.post(refresh)["mandate_status"], lambda found: found == "ACTIVE", "the mandate")
    harness.arm(point)
    ops = harness.staff("ops")
    ops.http.headers["X-Mandate-Execution-Id"] = f"firing-{point}"

    with suppress(StepFailed):
        ops.post(f"/mandates/{registered['id']}/execute")
    harness.await_hit(point)
    asked = harness.insist(lambda: ops.post(f"/mandates/{registered['id']}/execute"))

    assert asked["status"] == "PENDING"
    orders = harness.product.control("GET", "books")["orders"].values()
    assert sum(order["customer_id"] == who.user_id for order in orders) == 2  # the registration and one debit


def buy(harness: Harness, who: Rider, payment_plan: str) -> tuple[dict[str, Any], int]:
    """A policy for the rider alone; it and a year's premium."""
    person = {"first_name": "Asha", "last_name": "Rao", "dob": "1991-08-15", "gender": "FEMALE", "salutation": "MS"}
    address = {"line1": "1, MG Road", "city": "Bengaluru", "state": "Karnataka", "pincode": "560001", "country": "IN"}
    who.api.token = who.api.post(f"/users/{who.user_id}/complete_onboarding", {**person, "address": address})["access_token"]
    benefits = who.api.get("/benefits")["data"]
    benefit_id = next(row["id"] for row in benefits if row["benefit_type"] == "INSURANCE_POLICY")
    body = {"benefit_id": benefit_id, "dependant_ids": [], "payment_plan": payment_plan}
    policy = who.api.post(f"/users/{who.user_id}/insurance_policies", body, key=f"buy-{who.phone}")
    annual = policy["premium_amounts"]["annual"]
    return policy, int(annual["amount"] if isinstance(annual, dict) else annual)


def await_issuer(harness: Harness, who: Rider) -> None:
    """Return when the issuer holds what our books say."""
    wallet_id = harness.insist(lambda: who.api.get("/wallet"))["transcorp_wallet_id"]

    def held() -> int:
        return int(harness.product.control("GET", "books")["issuer"]["wallets"][wallet_id]["balance"])

    wait_until(held, lambda paise: paise == AMOUNT, "the issuer's books")


def run(harness: Harness, point: str) -> None:
    """Let a process die at this point, unless one did already."""
    if harness.has_hit(point):
        return
    scenarios = {
        **dict.fromkeys(TOPUP, a_top_up_is_credited_once),
        **dict.fromkeys(REFUND, a_refund_goes_back_once),
        **dict.fromkeys(WALLET, a_wallet_payment_is_taken_once),
        **dict.fromkeys(DEBIT, a_debit_is_asked_for_once),
    }
    with harness.callers:
        scenarios[point](harness, point)


@pytest.mark.parametrize("point", sorted(POINTS))
def test_a_death_here_leaves_everything_done_once(harness: Harness, point: str) -> None:
    run(harness, point)


def test_every_point_was_hit_and_the_books_agree(harness: Harness) -> None:
    """Failpoints hit / defined, and the ledger's invariants after all those deaths."""
    for point in POINTS:
        run(harness, point)
    hit = sum(harness.has_hit(point) for point in POINTS)
    verified = harness.product.manage("ledger", "verify")

    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert hit == len(POINTS)
    figures.note("F1", f"{len(TOPUP)} points: credits per order 1, stuck 0")
    figures.note("F2", f"{len(POINTS) - len(TOPUP)} points: effects 1 each, double debits 0")
    figures.note("Failpoints", f"{hit} / {len(POINTS)}")


def test_the_points_in_the_code_are_the_points_defined() -> None:
    reached: set[str] = set()
    for app in ("aarokya", "accounts", "wallets", "payments", "insurance", "doctor"):
        for file in (product.ROOT / app).rglob("*.py"):
            reached |= set(re.findall(r'failpoints\.reach\(f?"([^"]+)"\)', file.read_text(encoding="utf-8")))

    assert reached == {point.replace(point.partition("@")[2], "{message.topic}") if "@" in point else point for point in POINTS}
