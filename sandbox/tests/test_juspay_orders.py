"""Sessions, order status and the outcomes of attempts."""

from typing import Any

import pytest

from sandbox.tests.people import Merchant, Sandbox, until


def test_session_answers_page_and_sdk_payload(sandbox: Sandbox) -> None:
    answer = sandbox.session("AB12", first_name="Asha").json()

    assert answer["status"] == "NEW"
    assert answer["id"].startswith("ordeh_")
    assert answer["payment_links"]["web"] == f"{sandbox.url}/juspay/checkout/AB12"
    payload = answer["sdk_payload"]["payload"]
    assert answer["sdk_payload"]["service"] == "in.juspay.hyperpay"
    assert (payload["amount"], payload["orderId"], payload["firstName"]) == ("100.50", "AB12", "Asha")


@pytest.mark.parametrize(("amount", "written"), [("100.50", "100.5"), ("1", "1.0"), ("2", "2"), ("999999999.99", "999999999.99")])
def test_status_writes_amounts_as_numbers_in_varying_ways(sandbox: Sandbox, amount: str, written: str) -> None:
    sandbox.session("AB12", amount=amount)

    assert f'"amount": {written},' in sandbox.juspay("GET", "orders/ab12").text


@pytest.mark.parametrize(
    ("outcome", "status", "status_id"),
    [
        ("CHARGED", "CHARGED", 21),
        ("FAILED", "AUTHORIZATION_FAILED", 27),
        ("PENDING", "PENDING_VBV", 23),
        ("AUTHENTICATION_FAILED", "AUTHENTICATION_FAILED", 26),
        ("AUTO_REFUNDED", "AUTO_REFUNDED", 36),
    ],
)
def test_outcomes(sandbox: Sandbox, outcome: str, status: str, status_id: int) -> None:
    sandbox.session("AB12")

    sandbox.play("AB12", outcome)

    order = sandbox.order("AB12")
    assert (order["status"], order["status_id"]) == (status, status_id)
    assert order["txn_detail"]["txn_id"] == "aarokya-AB12-1"
    assert order["udf6"] == "top-up"
    # Gateway text claims success whatever happened: nobody may read it for state.
    assert order["payment_gateway_response"]["resp_message"] == "Txn Success"


def test_new_order_shows_no_transaction(sandbox: Sandbox) -> None:
    sandbox.session("AB12")

    order = sandbox.order("AB12")

    assert order["status_id"] == 10
    assert "txn_detail" not in order


def test_a_second_attempt_may_succeed_and_a_third_failure_changes_nothing(sandbox: Sandbox) -> None:
    sandbox.session("AB12")

    for outcome in ("FAILED", "CHARGED", "FAILED"):
        sandbox.play("AB12", outcome)

    order = sandbox.order("AB12")
    assert order["status"] == "CHARGED"
    assert [txn["status"] for txn in order["txn_list"]] == ["AUTHORIZATION_FAILED", "CHARGED", "AUTHORIZATION_FAILED"]
    assert order["txn_detail"]["status"] == "CHARGED"
    assert sandbox.control("GET", "books")["totals"]["charged"] == 10050


def test_pending_becomes_charged_in_the_same_attempt(sandbox: Sandbox) -> None:
    sandbox.session("AB12")

    sandbox.play("AB12", "PENDING")
    sandbox.play("AB12", "CHARGED")

    assert [txn["status"] for txn in sandbox.order("AB12")["txn_list"]] == ["CHARGED"]


def test_charging_twice_brings_the_money_in_once(sandbox: Sandbox) -> None:
    sandbox.session("AB12")

    sandbox.play("AB12", "CHARGED")
    sandbox.play("AB12", "CHARGED")

    assert sandbox.control("GET", "books")["orders"]["AB12"]["charged"] == 10050


def test_an_automatic_refund_returns_what_was_charged(sandbox: Sandbox, merchant: Merchant) -> None:
    sandbox.session("AB12")
    sandbox.play("AB12", "CHARGED")

    order = sandbox.play("AB12", "AUTO_REFUNDED")

    books = sandbox.control("GET", "books")["orders"]["AB12"]
    assert (books["charged"], books["refunded"]) == (10050, 10050)
    assert (order["refunds"][0]["status"], order["refunds"][0]["initiated_by"]) == ("SUCCESS", "JUSPAY")
    assert {webhook.body["event_name"] for webhook in merchant.wait_for(2)} == {"ORDER_SUCCEEDED", "AUTO_REFUND_SUCCEEDED"}


def test_no_more_than_25_attempts(sandbox: Sandbox) -> None:
    sandbox.session("AB12")

    for _attempt in range(27):
        sandbox.play("AB12", "FAILED", webhooks={"suppress": True})

    assert len(sandbox.order("AB12")["txn_list"]) == 25


@pytest.mark.parametrize(("amount", "paise"), [(9900, 9900), ("99.00", 9900)])
def test_another_amount_may_be_charged(sandbox: Sandbox, amount: Any, paise: int) -> None:
    sandbox.session("AB12")

    sandbox.play("AB12", "CHARGED", amount=amount)

    assert sandbox.order("AB12")["amount"] == paise / 100
    assert sandbox.control("GET", "books")["totals"]["charged"] == paise


@pytest.mark.parametrize(
    ("amount", "status"), [("499.99", "CHARGED"), ("500", "AUTHORIZATION_FAILED"), ("699.99", "AUTHORIZATION_FAILED")]
)
def test_the_dummy_gateway_goes_by_the_amount(sandbox: Sandbox, amount: str, status: str) -> None:
    sandbox.session("AB12", amount=amount)

    assert sandbox.play("AB12", "AUTO")["status"] == status


def test_the_dummy_gateway_leaves_large_amounts_pending_for_a_while(sandbox: Sandbox) -> None:
    sandbox.session("AB12", amount="700")

    assert sandbox.play("AB12", "AUTO")["status"] == "PENDING_VBV"
    sandbox.control("POST", "clock", {"advance_s": 6})

    until(lambda: sandbox.order("AB12")["status"] == "CHARGED")


def test_many_orders_at_once(sandbox: Sandbox, merchant: Merchant) -> None:
    names = [f"BULK{number}" for number in range(20)]
    for name in names:
        sandbox.session(name)

    sandbox.control("POST", "orders", {"orders": [{"order_id": name, "outcome": "CHARGED"} for name in names]})

    assert {webhook.order["order_id"] for webhook in merchant.wait_for(20)} == set(names)
    assert sandbox.control("GET", "books")["totals"] == {"charged": 201000, "refunded": 0, "refund_pending": 0, "orders": 20}


def test_unknown_orders_and_outcomes_are_named(sandbox: Sandbox) -> None:
    sandbox.session("AB12")

    assert sandbox.call("POST", "_control/orders/NOBODY", json={"outcome": "CHARGED"}).status_code == 404
    answer = sandbox.call("POST", "_control/orders/AB12", json={"outcome": "MAYBE"})
    assert answer.status_code == 400
    assert "CHARGED" in answer.json()["message"]
