"""Juspay refuses what the real one refuses, in its four wordings."""

import base64
from typing import Any

import pytest

from sandbox.tests.people import JUSPAY_HEADERS, SESSION, Sandbox


def test_wrong_api_key_is_401_in_the_short_shape(sandbox: Sandbox) -> None:
    answer = sandbox.call("GET", "juspay/orders/A1", auth=("wrong", ""), headers=JUSPAY_HEADERS)

    assert answer.status_code == 401
    assert answer.json() == {
        "status": "error",
        "error_code": "UNAUTHENTICATED",
        "error_message": "Invalid API key in Authorization header",
    }


def test_password_beside_the_key_is_refused(sandbox: Sandbox) -> None:
    token = base64.b64encode(b"sandbox-api-key:password").decode()

    answer = sandbox.call("GET", "juspay/orders/A1", headers=JUSPAY_HEADERS | {"Authorization": f"Basic {token}"})

    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("header", "value", "status", "code"),
    [
        ("x-merchantid", "somebody", 401, "UNAUTHORIZED"),
        ("x-routing-id", "", 400, "MISSING_MANDATORY_PARAMETER"),
        ("version", "today", 400, "INVALID_INPUT"),
    ],
)
def test_headers_are_required(sandbox: Sandbox, header: str, value: str, status: int, code: str) -> None:
    answer = sandbox.juspay("GET", "orders/A1", headers={header: value})

    assert (answer.status_code, answer.json()["error_code"]) == (status, code)


def test_routing_id_is_the_same_in_every_call_about_a_customer(sandbox: Sandbox) -> None:
    sandbox.session("A1")

    answer = sandbox.juspay("GET", "orders/A1", headers={"x-routing-id": "customer2"})

    assert answer.status_code == 400
    assert "x-routing-id" in answer.json()["error_info"]["developer_message"]


@pytest.mark.parametrize("amount", [100, 100.5, "100.1532", "-1", "0", "0.00", "1e3", "", " 5", "५"])
def test_amount_is_text_with_at_most_two_decimals(sandbox: Sandbox, amount: Any) -> None:
    answer = sandbox.session("A1", amount=amount)

    assert answer.status_code == 400
    assert answer.json()["error_info"]["category"] == "USER_ERROR"


@pytest.mark.parametrize("order_id", ["A" * 21, "A-1", "A_1", "123456", "", None, 7])
def test_order_id_is_short_and_alphanumeric(sandbox: Sandbox, order_id: Any) -> None:
    assert sandbox.session(order_id).status_code == 400


@pytest.mark.parametrize("name", [name for name in SESSION if name not in {"currency", "udf6"}])
def test_required_fields(sandbox: Sandbox, name: str) -> None:
    answer = sandbox.session("A1", **{name: None})

    assert answer.status_code == 400
    assert answer.json()["error_message"] == f"{name} is required"


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b"[" * 100_000])
def test_bodies_that_are_no_object(sandbox: Sandbox, content: bytes) -> None:
    assert sandbox.juspay("POST", "session", content=content).status_code == 400


def test_unknown_order_has_status_id_40(sandbox: Sandbox) -> None:
    answer = sandbox.juspay("GET", "orders/NOBODY")

    assert answer.status_code == 404
    assert (answer.json()["status"], answer.json()["status_id"]) == ("NOT_FOUND", 40)


def test_another_request_with_the_same_id_is_refused_in_the_third_shape(sandbox: Sandbox) -> None:
    sandbox.session("A1")

    answer = sandbox.session("a1", amount="200")

    assert answer.status_code == 400
    assert set(answer.json()) == {"session_id", "user_message", "code", "type", "message"}
    assert answer.json()["code"] == "ALREADY_EXISTS"


def test_the_same_request_again_gives_the_same_order_and_a_fresh_token(sandbox: Sandbox) -> None:
    first, second = sandbox.session("A1").json(), sandbox.session("A1").json()

    tokens = {answer["sdk_payload"]["payload"]["clientAuthToken"] for answer in (first, second)}
    assert first["id"] == second["id"]
    assert len(tokens) == 2


def test_the_same_request_after_payment_is_refused(sandbox: Sandbox) -> None:
    sandbox.session("A1")
    sandbox.play("A1", "CHARGED")

    assert sandbox.session("A1").json()["code"] == "ALREADY_EXISTS"


def test_refund_takes_a_form_only(sandbox: Sandbox) -> None:
    sandbox.session("A1")
    sandbox.play("A1", "CHARGED")

    answer = sandbox.juspay("POST", "orders/A1/refunds", json={"unique_request_id": "R1"})

    assert answer.status_code == 400
    assert sandbox.order("A1")["refunded"] is False


def test_refund_of_an_unknown_transaction_is_refused_in_the_fourth_shape(sandbox: Sandbox) -> None:
    answer = sandbox.juspay("POST", "refunds", json={"unique_request_id": "R1", "txn_id": "nothing"})

    assert answer.status_code == 404
    assert answer.json()["response"]["errorCode"] == "RESOURCE_NOT_FOUND"
