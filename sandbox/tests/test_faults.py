"""Every fault, by what it does to the answer and to the books."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from sandbox.tests.people import Merchant, Sandbox, until


def load(sandbox: Sandbox, **options: Any) -> httpx2.Response:
    """A call that has an effect one can count: a customer at the wallet issuer."""
    wish = {"operation_id": "op-1", "customer_ref": "u1", "phone": "+919876543210"}
    return sandbox.issuer("POST", "customers", json=wish, **options)


def customers(sandbox: Sandbox) -> int:
    count: int = sandbox.control("GET", "books")["issuer"]["customers"]
    return count


def test_slow(sandbox: Sandbox) -> None:
    sandbox.arm("slow", operation="customer", delay_s=0.4)

    started = time.monotonic()
    answer = load(sandbox)

    assert answer.status_code == 201
    assert time.monotonic() - started >= 0.4


@pytest.mark.parametrize(("mode", "effects"), [("timeout", 0), ("timeout_after", 1)])
def test_timeout_before_and_after_the_effect(sandbox: Sandbox, mode: str, effects: int) -> None:
    sandbox.arm(mode, partner="issuer", times=1)

    with pytest.raises(httpx2.ReadTimeout):
        load(sandbox, timeout=0.4)

    assert customers(sandbox) == effects
    assert load(sandbox).status_code == (200 if effects else 201)


@pytest.mark.parametrize(("mode", "effects"), [("drop", 0), ("drop_after", 1)])
def test_the_connection_is_closed_without_an_answer(sandbox: Sandbox, mode: str, effects: int) -> None:
    sandbox.arm(mode, times=1)

    with pytest.raises(httpx2.RemoteProtocolError):
        load(sandbox)

    assert customers(sandbox) == effects
    assert sandbox.control("GET", "log")[0]["fault"] == mode


def test_http_500_is_a_proxys_page(sandbox: Sandbox) -> None:
    sandbox.arm("http_500", times=1)

    answer = load(sandbox)

    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "text/html")
    assert customers(sandbox) == 0


def test_malformed_takes_effect_but_cannot_be_read(sandbox: Sandbox) -> None:
    sandbox.arm("malformed", times=1)

    answer = load(sandbox)

    assert answer.status_code == 201
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert customers(sandbox) == 1


def test_times_counts_down_and_absent_means_until_deleted(sandbox: Sandbox) -> None:
    sandbox.arm("http_500", times=2)
    assert [load(sandbox).status_code for _ in range(3)] == [500, 500, 201]

    sandbox.arm("http_500")
    assert [load(sandbox).status_code for _ in range(3)] == [500, 500, 500]

    assert sandbox.control("DELETE", "faults") == {"deleted": 2}
    assert sandbox.control("GET", "faults") == []
    assert load(sandbox).status_code == 200


def test_a_fault_hits_only_what_it_names(sandbox: Sandbox) -> None:
    sandbox.arm("http_500", operation="wallet_load")
    sandbox.arm("http_500", partner="narayana")
    sandbox.arm("http_500", contains="somebody else")

    assert load(sandbox).status_code == 201
    assert sandbox.narayana("GET", "plans").status_code == 500


def test_simultaneous_requests_use_up_a_fault_exactly(sandbox: Sandbox) -> None:
    sandbox.arm("http_500", times=5)

    with ThreadPoolExecutor(8) as pool:
        statuses = [answer.status_code for answer in pool.map(lambda _: load(sandbox), range(16))]

    assert statuses.count(500) == 5


def test_deleting_faults_frees_the_requests_they_hold(sandbox: Sandbox) -> None:
    sandbox.arm("slow", delay_s=60)
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(load, sandbox, timeout=30)
        until(lambda: sandbox.control("GET", "faults"))
        time.sleep(0.3)
        sandbox.control("DELETE", "faults")

        assert held.result(timeout=5).status_code == 201


@pytest.mark.parametrize(
    "wish",
    [
        {"partner": "nobody", "mode": "slow"},
        {"partner": "juspay", "mode": "sulk"},
        {"partner": "narayana", "mode": "slow", "operation": "session"},
        {"partner": "juspay", "mode": "slow", "times": 0},
        {"partner": "juspay", "mode": "slow", "delay_s": "long"},
        {"partner": "juspay", "mode": "slow", "delays": 1},
    ],
)
def test_a_fault_that_could_never_strike_is_refused(sandbox: Sandbox, wish: dict[str, Any]) -> None:
    assert sandbox.call("POST", "_control/faults", json=wish).status_code == 400


def test_stale_status(sandbox: Sandbox) -> None:
    sandbox.session("FAULT1")
    sandbox.play("FAULT1", "CHARGED")
    sandbox.arm("stale_status", times=2, contains="FAULT1")

    assert [sandbox.order("FAULT1")["status"] for _ in range(3)] == ["NEW", "NEW", "CHARGED"]


def test_late_success(sandbox: Sandbox, merchant: Merchant) -> None:
    sandbox.arm("late_success", times=1, delay_s=660)
    sandbox.session("FAULT1")

    assert sandbox.play("FAULT1", "CHARGED")["status"] == "AUTHORIZATION_FAILED"
    merchant.wait_for(1)
    sandbox.control("POST", "clock", {"advance_s": 661})

    names = [webhook.body["event_name"] for webhook in merchant.wait_for(2)]
    assert names == ["ORDER_FAILED", "ORDER_SUCCEEDED"]
    assert [txn["status"] for txn in sandbox.order("FAULT1")["txn_list"]] == ["CHARGED"]


def test_wrong_amount(sandbox: Sandbox) -> None:
    sandbox.arm("wrong_amount", times=1)
    sandbox.session("FAULT1")

    assert sandbox.play("FAULT1", "CHARGED")["amount"] == 101.5
    assert sandbox.control("GET", "books")["orders"]["FAULT1"]["charged"] == 10150


def test_double_charge(sandbox: Sandbox) -> None:
    sandbox.arm("double_charge", times=1)
    sandbox.session("FAULT1")

    order = sandbox.play("FAULT1", "CHARGED")

    assert [txn["status"] for txn in order["txn_list"]] == ["CHARGED", "CHARGED"]
    assert sandbox.control("GET", "books")["orders"]["FAULT1"]["charged"] == 20100
