"""Juspay's answers, refusals and signatures become our words, whatever shape they come in."""

import json
from decimal import Decimal
from typing import Any

import pytest

from aarokya.common.clients.http import PartnerAnswer, PartnerError, parsed
from aarokya.common.money import Money
from payments.gateways.base import GatewayRefundState, GatewayState, Hint, Landing, OrderNotNew
from payments.gateways.juspay import JuspayReturn, JuspayWebhooks, parsing
from payments.gateways.juspay.landing import digest
from payments.gateways.juspay.refusals import code_and_message, refusal
from payments.gateways.juspay.statuses import BY_ID, BY_WORD, state_of
from payments.tests.builders import basic

VECTOR = {"order_id": "hsw0000000000000001", "status": "CHARGED", "status_id": "21"}
VECTOR_KEY = "EXAMPLE-RESPONSE-KEY-0001"
VECTOR_SIGNATURE = "q0ahQ7uztyNTbS234zzOIi6/zmxJBFljY3RmcAyzc1k="


@pytest.mark.parametrize(
    ("text", "paise"),
    [("1.0", 100), ("2", 200), ('"100.15"', 10_015), ("0.1", 10), ("1234567.89", 123_456_789), ("1e2", 10_000)],
)
def test_amounts_never_pass_through_float(text: str, paise: int) -> None:
    assert parsing.amount(parsed(text)) == Money(paise)


@pytest.mark.parametrize("value", [None, {}, True, "FILTERED", "1.001", Decimal("NaN"), Decimal("1e999999999"), [], "", 1.5])
def test_what_is_no_amount_is_none(value: Any) -> None:
    assert parsing.amount(value) is None


@pytest.mark.parametrize(("status_id", "state"), BY_ID.items())
def test_states_follow_the_number_even_written_as_text(status_id: int, state: GatewayState) -> None:
    assert state_of(status_id, "CHARGED") is state
    assert state_of(str(status_id), "CHARGED") is state


def test_words_decide_only_without_a_number() -> None:
    assert {word: state_of(None, word) for word in BY_WORD} == BY_WORD
    assert state_of(None, "PARTIAL_CHARGED") is GatewayState.UNKNOWN
    assert state_of(31, "CHARGED") is GatewayState.UNKNOWN
    assert state_of({}, "CHARGED") is GatewayState.UNKNOWN


def status_answer(**fields: Any) -> Any:
    return {
        "order_id": "A1",
        "status": "CHARGED",
        "status_id": 21,
        "amount": 500,
        "currency": "INR",
        "customer_id": "c",
        **fields,
    }


def test_every_charged_attempt_is_a_charge() -> None:
    attempts = [
        {"txn_id": "m-A1-1", "status": "CHARGED", "txn_amount": Decimal("500.0"), "net_amount": 500},
        {"txn_id": "m-A1-2", "status": "AUTHORIZATION_FAILED", "txn_amount": 500},
        {"txn_id": "m-A1-3", "status": "CHARGED", "txn_amount": "500.00", "net_amount": {}},
    ]

    order = parsing.order(status_answer(txn_list=attempts), order_id="A1")

    assert [(charge.transaction_id, charge.amount.paise) for charge in order.charges] == [("m-A1-1", 50_000), ("m-A1-3", 50_000)]


def test_a_charge_without_a_list_of_attempts_is_still_one() -> None:
    order = parsing.order(status_answer(txn_id="m-A1-1", txn_detail={}), order_id="A1")

    assert [(charge.transaction_id, charge.amount.paise) for charge in order.charges] == [("m-A1-1", 50_000)]


def test_only_the_list_of_refunds_tells_whether_money_went_back() -> None:
    item = {"unique_request_id": "R1", "amount": 500, "status": "PENDING", "sent_to_gateway": False, "arn": None, "id": {}}

    order = parsing.order(status_answer(refunded=True, amount_refunded=500, refunds=[item]), order_id="A1")

    assert [refund.state for refund in order.refunds] == [GatewayRefundState.PENDING]


def test_gateway_text_never_decides() -> None:
    answer = status_answer(status="AUTHORIZATION_FAILED", status_id=27, payment_gateway_response={"resp_message": "Txn Success"})

    order = parsing.order(answer, order_id="A1")

    assert (order.state, order.charges) == (GatewayState.FAILED, ())


def test_a_session_without_payload_is_no_session() -> None:
    with pytest.raises(PartnerError):
        parsing.session('{"status": "NEW", "id": "ordeh_1"}')


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"status": "error", "error_code": "UNAUTHORIZED", "error_message": "no"}, "UNAUTHORIZED"),
        ({"status": "ERROR", "error_message": "no", "error_info": {"code": "INVALID_INPUT"}}, "INVALID_INPUT"),
        ({"session_id": "1", "user_message": "x", "code": "EXPIRED", "type": "USER_ERROR", "message": "no"}, "EXPIRED"),
        ({"response": {"errorMessage": "no", "error": True, "errorCode": "BAD_ORIGIN"}}, "BAD_ORIGIN"),
        ({"nothing": 1}, "UNKNOWN"),
        (None, "UNREADABLE"),
    ],
)
def test_refusals_in_every_shape_have_a_code(body: Any, code: str) -> None:
    assert code_and_message(body)[0] == code


def test_an_order_that_exists_is_told_apart_from_other_refusals() -> None:
    answer = PartnerAnswer(400, "", {"error_code": "ALREADY_EXISTS", "error_message": "order exists"})

    assert isinstance(refusal(answer), OrderNotNew)


def test_return_signature_matches_the_published_vector() -> None:
    reader = JuspayReturn(VECTOR_KEY)
    signed = {**VECTOR, "signature_algorithm": "HMAC-SHA256", "signature": VECTOR_SIGNATURE}
    encoded_again = {**signed, "signature": VECTOR_SIGNATURE.replace("=", "%3D").replace("/", "%2F")}

    assert reader.landing(signed) == Landing(order_id=VECTOR["order_id"])
    assert reader.landing(encoded_again) == Landing(order_id=VECTOR["order_id"])


@pytest.mark.parametrize(
    "change",
    [
        {"order_id": "hsw0000000000000002"},
        {"status": "NEW"},
        {"extra": "1"},
        {"signature": ""},
        {"signature": "ü"},
        {"signature": VECTOR_SIGNATURE[:-2] + "=="},
        {"signature_algorithm": "none"},
    ],
)
def test_a_changed_landing_is_forged(change: dict[str, str]) -> None:
    signed = {**VECTOR, "signature_algorithm": "HMAC-SHA256", "signature": VECTOR_SIGNATURE, **change}

    assert JuspayReturn(VECTOR_KEY).landing(signed) is None


def test_spaces_and_reserved_characters_are_signed_encoded() -> None:
    assert digest({"a": "b c&d"}, key="k") != digest({"a": "b c", "d": ""}, key="k")


@pytest.mark.parametrize(
    ("user", "password", "is_right"), [("u", "p", True), ("u2", "p2", True), ("u", "p2", False), ("ü", "p", False)]
)
def test_two_credentials_are_accepted_while_one_is_rotated_out(user: str, password: str, is_right: bool) -> None:
    reader = JuspayWebhooks((("u", "p"), ("u2", "p2")))

    assert reader.is_authentic({"Authorization": basic(user, password)}, b"") is is_right


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[]", b"7", b"[" * 100_000])
def test_unreadable_webhooks_are_recognised(body: bytes) -> None:
    assert JuspayWebhooks(()).read(body) is None


@pytest.mark.parametrize(
    "content",
    [{"order": {"order_id": "A1"}}, {"txn": {"order_id": "A1"}}, {"order": {}, "refund": {"order_id": "A1"}}],
)
def test_the_order_is_found_wherever_the_event_names_it(content: dict[str, Any]) -> None:
    body = json.dumps({"id": "evt_1", "event_name": "SOMETHING_NEW", "content": content}).encode()

    assert JuspayWebhooks(()).read(body) == Hint("evt_1", "SOMETHING_NEW", "A1")


@pytest.mark.parametrize("value", ["A\x00", "\ud800", "x" * 41, {}, 7, None])
def test_ids_that_no_column_takes_are_dropped(value: Any) -> None:
    body = json.dumps({"id": "evt_1", "event_name": "X", "content": {"order": {"order_id": value}}}).encode()

    assert JuspayWebhooks(()).read(body) == Hint("evt_1", "X", "")
