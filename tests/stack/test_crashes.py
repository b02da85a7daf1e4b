"""`kill -9` of each process in the middle of a top-up: after the restart the money is there, once."""

import pytest

from aarokya.demo.api import wait_until
from tests.stack.product import RunningProduct, rider

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("stack")]
AMOUNT = 12_300


@pytest.mark.parametrize(
    ("number", "name"), enumerate(["web", "worker", "beat", "relay", "valkey", "postgres"]), ids=str
)
def test_a_killed_process_neither_loses_nor_doubles_a_top_up(healthy: RunningProduct, number: int, name: str) -> None:
    somebody = rider(healthy, f"98000000{number:02d}")
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
