"""A hundred webhooks, each twice, shuffled: a hundred credits. Five hundred: `payments/tests/test_races.py` and the bench."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from aarokya.demo.api import wait_until
from tests.stack.product import Rider, RunningProduct

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("stack")]
RIDERS = 10
ORDERS_EACH = 10
AMOUNT = 1_000


def test_a_hundred_webhooks_twice_and_shuffled_make_a_hundred_credits(
    healthy: RunningProduct, log_in: Callable[[str], Rider]
) -> None:
    with ThreadPoolExecutor(4) as pool:
        riders = list(pool.map(lambda number: log_in(f"97000000{number:02d}"), range(RIDERS)))
        placed = [(who, f"storm-{number}") for number in range(ORDERS_EACH) for who in riders]
        orders = list(pool.map(lambda each: str(each[0].order(AMOUNT, key=each[1])["order_id"]), placed))
    assert len(set(orders)) == RIDERS * ORDERS_EACH

    charged = [{"order_id": order, "outcome": "CHARGED", "webhooks": {"suppress": True}} for order in orders]
    healthy.control("POST", "orders", {"orders": charged})
    healthy.control("POST", "webhooks", {"order_ids": orders, "copies": 2, "shuffle": True, "concurrency": 8})

    expected = AMOUNT * ORDERS_EACH
    wait_until(lambda: [who.balance() for who in riders], lambda found: min(found) >= expected, "a hundred credits")
    assert [who.balance() for who in riders] == [expected] * RIDERS
    assert all(count_of_credits(who) == ORDERS_EACH for who in riders)
    verified = healthy.manage("ledger", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def count_of_credits(who: Rider) -> int:
    first = who.api.get("/wallet/transactions", limit="100")
    assert first["next_cursor"] is None
    return len(first["data"])
