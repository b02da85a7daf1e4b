"""Refunds: idempotent, within the money charged, pending before they settle."""

from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from sandbox.tests.people import Merchant, Sandbox, until


@pytest.fixture
def charged(sandbox: Sandbox, merchant: Merchant) -> str:
    """An order of 100.50 rupees that has been paid."""
    sandbox.session("PAID1")
    sandbox.play("PAID1", "CHARGED")
    merchant.wait_for(1)
    merchant.forget()
    return "PAID1"


def refund(sandbox: Sandbox, order_id: str, **form: str) -> httpx2.Response:
    return sandbox.juspay("POST", f"orders/{order_id}/refunds", data=form)


def refund_status(sandbox: Sandbox, order_id: str) -> str:
    status: str = sandbox.order(order_id)["refunds"][0]["status"]
    return status


def test_a_refund_claims_to_be_done_while_it_is_pending(sandbox: Sandbox, charged: str, merchant: Merchant) -> None:
    body = refund(sandbox, charged, unique_request_id="R1", amount="40.25").json()

    assert (body["refunded"], body["amount_refunded"], body["status"]) == (True, 40.25, "CHARGED")
    assert (body["refunds"][0]["status"], body["refunds"][0]["sent_to_gateway"]) == ("PENDING", False)
    until(lambda: refund_status(sandbox, charged) == "SUCCESS")
    assert merchant.wait_for(1)[0].body["event_name"] == "ORDER_REFUNDED"
    assert sandbox.control("GET", "books")["orders"][charged]["refunded"] == 4025


def test_the_same_request_id_refunds_once(sandbox: Sandbox, charged: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: refund(sandbox, charged, unique_request_id="R1", amount="10"), range(16)))

    assert {answer.status_code for answer in answers} == {200}
    assert sandbox.control("GET", "books")["orders"][charged]["refund_pending"] in {0, 1000}
    assert len(sandbox.order(charged)["refunds"]) == 1


def test_the_same_request_id_with_another_amount_is_refused(sandbox: Sandbox, charged: str) -> None:
    refund(sandbox, charged, unique_request_id="R1", amount="10")

    assert refund(sandbox, charged, unique_request_id="R1", amount="11").json()["error_code"] == "DUPLICATE_REQUEST"


def test_refunds_never_exceed_the_charge(sandbox: Sandbox, charged: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: refund(sandbox, charged, unique_request_id=f"R{n}", amount="30"), range(10)))

    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [400] * 7


def test_without_an_amount_the_rest_is_refunded(sandbox: Sandbox, charged: str) -> None:
    refund(sandbox, charged, unique_request_id="R1", amount="30")

    body = refund(sandbox, charged, unique_request_id="R2").json()

    assert [item["amount"] for item in body["refunds"]] == [30.0 if 3000 % 200 else 30, 70.5]


def test_an_unpaid_order_cannot_be_refunded(sandbox: Sandbox) -> None:
    sandbox.session("OPEN1")

    assert refund(sandbox, "OPEN1", unique_request_id="R1").status_code == 400


@pytest.mark.parametrize(
    ("outcome", "event"), [("FAILURE", "ORDER_REFUND_FAILED"), ("MANUAL_REVIEW", "REFUND_MANUAL_REVIEW_NEEDED")]
)
def test_a_refund_may_end_otherwise(sandbox: Sandbox, charged: str, merchant: Merchant, outcome: str, event: str) -> None:
    sandbox.control("POST", f"orders/{charged}", {"refund_outcome": outcome})

    refund(sandbox, charged, unique_request_id="R1")

    assert merchant.wait_for(1)[0].body["event_name"] == event
    assert refund_status(sandbox, charged) == outcome
    assert sandbox.control("GET", "books")["orders"][charged]["refunded"] == 0


def test_a_refund_can_be_moved_by_hand(sandbox: Sandbox, charged: str) -> None:
    sandbox.control("POST", f"orders/{charged}", {"refund_outcome": "MANUAL_REVIEW"})
    refund(sandbox, charged, unique_request_id="R1")
    until(lambda: refund_status(sandbox, charged) == "MANUAL_REVIEW")

    sandbox.control("POST", "refunds/R1", {"outcome": "SUCCESS"})

    assert sandbox.control("GET", "books")["orders"][charged]["refunded"] == 10050


def test_the_second_charge_of_an_order_is_refunded_by_transaction(sandbox: Sandbox) -> None:
    sandbox.arm("double_charge", contains="TWICE1")
    sandbox.session("TWICE1")
    sandbox.play("TWICE1", "CHARGED")
    second = sandbox.order("TWICE1")["txn_list"][1]["txn_id"]

    body = sandbox.juspay("POST", "refunds", json={"unique_request_id": "R1", "txn_id": second}).json()

    assert (body["txn_id"], body["order_id"], body["amount"]) == (second, "TWICE1", 100.5)
    until(lambda: sandbox.control("GET", "books")["orders"]["TWICE1"]["refunded"] == 10050)
    assert sandbox.control("GET", "books")["orders"]["TWICE1"]["charged"] == 20100
