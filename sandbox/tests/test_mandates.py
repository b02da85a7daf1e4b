"""UPI mandates: registration, notice, debit, pause, stop, and the tenth failure."""

import json
from datetime import datetime
from functools import partial
from typing import Any

import httpx2
import pytest

from sandbox.tests.people import Merchant, Sandbox, until

DAY_S = 86_400
REGISTRATION = {"options.create_mandate": "REQUIRED", "mandate.max_amount": "50.00", "mandate.frequency": "DAILY"}


@pytest.fixture
def mandate_id(sandbox: Sandbox, merchant: Merchant) -> str:
    """An active daily mandate of at most 50 rupees."""
    sandbox.session("REG1", amount="1", **REGISTRATION)
    sandbox.play("REG1", "CHARGED")
    merchant.wait_for(2)
    merchant.forget()
    registered: str = sandbox.order("REG1")["mandate"]["mandate_id"]
    return registered


def command(sandbox: Sandbox, mandate_id: str, name: str, **form: str) -> httpx2.Response:
    return sandbox.juspay("POST", f"mandates/{mandate_id}", data={"command": name, **form})


def debit(sandbox: Sandbox, mandate_id: str, order_id: str, amount: str = "25.00", **form: str) -> httpx2.Response:
    names = {"order.order_id": order_id, "order.amount": amount, "mandate_id": mandate_id, "format": "json"}
    return sandbox.juspay("POST", "txns", data={**names, **form})


def status(sandbox: Sandbox, mandate_id: str) -> str:
    shown: str = sandbox.juspay("GET", f"mandates/{mandate_id}").json()["mandate_status"]
    return shown


def has_failed(sandbox: Sandbox, order_id: str) -> bool:
    return bool(sandbox.order(order_id)["status"] == "AUTHORIZATION_FAILED")


def later(sandbox: Sandbox, seconds: float) -> str:
    """Sandbox time from now, as epoch seconds in text."""
    now = datetime.fromisoformat(sandbox.control("GET", "clock")["now"])
    return str(int(now.timestamp() + seconds))


def test_payment_activates_the_mandate(sandbox: Sandbox, merchant: Merchant) -> None:
    sandbox.session("REG1", amount="1", **REGISTRATION)
    created = sandbox.order("REG1")["mandate"]

    sandbox.play("REG1", "CHARGED")

    order = sandbox.order("REG1")
    assert (created["mandate_status"], order["mandate"]["mandate_status"]) == ("CREATED", "ACTIVE")
    assert order["txn_detail"]["txn_object_type"] == "EMANDATE_REGISTER"
    assert {webhook.body["event_name"] for webhook in merchant.wait_for(2)} == {"MANDATE_ACTIVATED", "ORDER_SUCCEEDED"}


def test_failed_payment_fails_the_mandate(sandbox: Sandbox) -> None:
    sandbox.session("REG1", amount="1", **REGISTRATION)

    sandbox.play("REG1", "FAILED")

    assert sandbox.order("REG1")["mandate"]["mandate_status"] == "FAILURE"


def test_a_debit_is_pending_until_its_date(sandbox: Sandbox, mandate_id: str) -> None:
    answer = debit(sandbox, mandate_id, "DEBIT1", **{"mandate.execution_date": later(sandbox, DAY_S)}).json()

    assert (answer["order_id"], answer["status"]) == ("DEBIT1", "PENDING_VBV")
    sandbox.control("POST", "clock", {"advance_s": DAY_S + 1})
    until(lambda: sandbox.order("DEBIT1")["status"] == "CHARGED")
    assert sandbox.order("DEBIT1")["txn_detail"]["txn_object_type"] == "EMANDATE_PAYMENT"


def test_the_same_debit_again_debits_once(sandbox: Sandbox, mandate_id: str) -> None:
    first, second = (debit(sandbox, mandate_id, "DEBIT1") for _ in range(2))

    assert first.json() == second.json()
    assert debit(sandbox, mandate_id, "DEBIT1", "26.00").json()["code"] == "DUPLICATE_REQUEST"
    until(lambda: sandbox.order("DEBIT1")["status"] == "CHARGED")
    assert sandbox.control("GET", "books")["orders"]["DEBIT1"]["charged"] == 2500


def test_notice_then_debit(sandbox: Sandbox, mandate_id: str) -> None:
    source = json.dumps({"amount": "25.00", "txn_date": later(sandbox, DAY_S)})

    notice = command(sandbox, mandate_id, "pre_debit_notify", object_reference_id="N1", source_info=source).json()

    assert notice["status"] == "SUCCESS"
    assert sandbox.juspay("GET", "notifications/N1").json() == notice
    assert debit(sandbox, mandate_id, "DEBIT1", **{"mandate.notification_id": "N1"}).status_code == 200
    assert debit(sandbox, mandate_id, "DEBIT2", "26", **{"mandate.notification_id": "N1"}).status_code == 400
    assert debit(sandbox, mandate_id, "DEBIT3", **{"mandate.notification_id": "N2"}).status_code == 400


def test_more_than_the_maximum_is_refused(sandbox: Sandbox, mandate_id: str) -> None:
    assert debit(sandbox, mandate_id, "DEBIT1", "50.01").status_code == 400
    assert sandbox.juspay("GET", "orders/DEBIT1").status_code == 404


def test_pause_resume_revoke(sandbox: Sandbox, mandate_id: str, merchant: Merchant) -> None:
    assert command(sandbox, mandate_id, "pause").json()["mandate_status"] == "PAUSED"
    assert debit(sandbox, mandate_id, "DEBIT1").status_code == 400
    assert command(sandbox, mandate_id, "resume").json()["mandate_status"] == "ACTIVE"
    assert command(sandbox, mandate_id, "revoke").json()["mandate_status"] == "REVOKED"
    assert command(sandbox, mandate_id, "resume").status_code == 400
    names = {webhook.body["event_name"] for webhook in merchant.wait_for(3)}
    assert names == {"MANDATE_PAUSED", "MANDATE_UNPAUSED", "MANDATE_REVOKED"}


def test_one_debit_can_be_stopped_in_time(sandbox: Sandbox, mandate_id: str) -> None:
    debit(sandbox, mandate_id, "DEBIT1", **{"mandate.execution_date": later(sandbox, DAY_S)})
    debit(sandbox, mandate_id, "DEBIT2", **{"mandate.execution_date": later(sandbox, 240)})

    stopped = command(sandbox, mandate_id, "cancel_recurring_transaction", order_id="DEBIT1")
    too_late = command(sandbox, mandate_id, "cancel_recurring_transaction", order_id="DEBIT2")

    assert stopped.json()["txn_status"] == "JUSPAY_DECLINED"
    assert too_late.status_code == 400
    assert (sandbox.order("DEBIT1")["status_id"], sandbox.order("DEBIT1")["bank_error_code"]) == (22, "JP_852")
    assert status(sandbox, mandate_id) == "ACTIVE"


def test_the_tenth_failure_in_a_row_revokes(sandbox: Sandbox, mandate_id: str) -> None:
    sandbox.control("POST", f"mandates/{mandate_id}", {"outcome": "FAILED"})
    for number in range(1, 11):
        debit(sandbox, mandate_id, f"DEBIT{number}")
        assert status(sandbox, mandate_id) == "ACTIVE"
        sandbox.control("POST", "clock", {"advance_s": 1})
        until(partial(has_failed, sandbox, f"DEBIT{number}"))

    assert status(sandbox, mandate_id) == "REVOKED"


def test_without_notice_other_mandates_need_a_day(sandbox: Sandbox) -> None:
    sandbox.session("REG1", amount="1", **REGISTRATION | {"mandate.frequency": "YEARLY"})
    registered = sandbox.control("POST", "mandates/REG1", {"outcome": "CHARGED"})
    mandate: str = registered["mandate_id"]
    sandbox.control("POST", "clock", {"advance_s": 600})

    refused = debit(sandbox, mandate, "DEBIT1", **{"mandate.execution_date": later(sandbox, 3_600)})
    accepted = debit(sandbox, mandate, "DEBIT1", **{"mandate.execution_date": later(sandbox, DAY_S + 60)})

    assert (refused.status_code, accepted.status_code) == (400, 200)


@pytest.mark.parametrize("outcome", ["PAUSED", "REVOKED", "EXPIRED"])
def test_the_bank_may_move_a_mandate(sandbox: Sandbox, mandate_id: str, merchant: Merchant, outcome: str) -> None:
    shown: dict[str, Any] = sandbox.control("POST", f"mandates/{mandate_id}", {"outcome": outcome})

    assert shown["mandate_status"] == outcome
    assert merchant.wait_for(1)[0].body["content"]["mandate"]["mandate_id"] == mandate_id
