"""`kill -9` of each process in the middle of a top-up: after the restart the money is there, once."""

from collections.abc import Callable

import pytest

from aarokya.demo.api import wait_until
from tests.stack.product import Rider, RunningProduct

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("stack")]
AMOUNT = 12_300
PROCESSES = ("web", "worker", "beat", "relay", "valkey", "postgres")


@pytest.mark.parametrize("name", PROCESSES)
def test_a_killed_process_neither_loses_nor_doubles_a_top_up(
    healthy: RunningProduct, log_in: Callable[[str], Rider], name: str
) -> None:
    somebody = log_in(f"980000000{PROCESSES.index(name)}")
    order = somebody.order(AMOUNT, key=f"crash-{name}")
    # Two copies of each event, in no order, while the process dies.
    healthy.control(
        "POST", f"orders/{order['order_id']}", {"outcome": "CHARGED", "webhooks": {"copies": 2, "delay_s": 0.2, "shuffle": True}}
    )

    dead = healthy.kill(name)
    healthy.await_restart(name, dead)

    status = f"/payments/{order['order_id']}/status"
    wait_until(
        lambda: somebody.api.get(status)["status"], lambda found: found == "SUCCESS", f"settlement after the death of {name}"
    )
    assert somebody.balance() == AMOUNT
    assert somebody.order(AMOUNT, key=f"crash-{name}")["order_id"] == order["order_id"]
    verified = healthy.manage("ledger", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
