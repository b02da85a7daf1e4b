"""Opening a payment: one gateway order for one order of ours, whatever happens on the way."""

import time
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings

from aarokya.common import ids
from aarokya.common.errors import UpstreamError
from aarokya.common.models import OutboxMessage
from aarokya.common.money import Money
from accounts.models import User
from payments.gateways.juspay import JuspayGateway
from payments.models import Order, OrderEvent, OrderStatus, PaymentMethod
from payments.services import sessions
from payments.services.orders import Wish
from payments.tests.builders import NOW, Bank, balance, client_of, make_customer, reserved, topup
from payments.tests.premiums import Premiums
from tests import figures

pytestmark = pytest.mark.django_db


def post(user: User, body: dict[str, Any], *, key: str | None = None) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client_of(user).post("/payments/session", body, format="json", headers=headers)


def test_a_topup_answers_with_the_gateways_session(bank: Bank, customer: User) -> None:
    answer = post(customer, {"type": "wallet_topup", "amount": 50_000})

    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert (body["type"], body["amount"], body["currency"], body["status"]) == ("WALLET_TOPUP", 50_000, "INR", "PENDING")
    assert body["payload"]["sdk_payload"]["payload"]["orderId"] == body["order_id"]
    assert body["payload"]["payment_links"]["web"].startswith("http")
    order = Order.objects.get(order_id=body["order_id"])
    assert (order.status, order.amount, len(order.order_id)) == (OrderStatus.SESSION_OPEN, Money(50_000), 20)
    assert reserved(customer) == 50_000


def test_what_the_gateway_is_sent(bank: Bank, customer: User) -> None:
    order = topup(customer, 50_015)

    sent = bank.calls("session")[-1]["body"]
    assert sent["amount"] == "500.15"
    assert (sent["order_id"], sent["currency"], sent["customer_id"]) == (order.order_id, "INR", str(customer.pk))
    assert sent["customer_phone"] == customer.phone.removeprefix("+91")


def test_the_row_exists_with_its_promise_before_the_gateway_is_asked(bank: Bank, customer: User) -> None:
    bank.fault("session", "http_500")
    bank.fault("order_status", "http_500")

    with pytest.raises(UpstreamError):
        topup(customer)

    order = Order.objects.get()
    assert (order.status, order.payload) == (OrderStatus.CREATED, None)
    assert reserved(customer) == 50_000
    promise = OutboxMessage.objects.get(topic="payment.check_due")
    assert promise.payload == {"order_id": order.order_id}
    assert promise.not_before > NOW
    assert [event.cause for event in order.events.all()] == [OrderEvent.Cause.OPENED]


def test_a_lost_answer_is_resolved_with_the_same_order(bank: Bank) -> None:
    """F11: whichever way `/session` fails, before or after its effect, one order is there, and it is paid once."""
    modes = ("timeout", "timeout_after", "drop", "drop_after", "http_500", "http_429", "malformed")
    for mode in modes:
        customer, asked = make_customer(), len(bank.calls("order_status"))
        bank.fault("session", mode, times=1, delay_s=0.2)
        order = topup(customer)
        bank.outcome(order, "CHARGED")
        client_of(customer).get(f"/payments/{order.order_id}/status")

        assert (order.status, bool(order.payload)) == (OrderStatus.SESSION_OPEN, True)
        assert len(bank.calls("order_status")) == asked + 2  # the lost answer, and the customer's look
        assert balance(customer) == 50_000
    books = bank.books()
    assert (len(books["orders"]), books["totals"]["charged"]) == (len(modes), 50_000 * len(modes))
    figures.note("F11", f"{', '.join(modes)}: gateway orders 1 each, charges 1 each")


def test_a_gateway_that_hangs_is_given_up_within_its_time_and_resumed_later(bank: Bank, customer: User) -> None:
    bank.fault("session", "timeout", times=1, delay_s=30)
    impatient = JuspayGateway(
        base_url=settings.JUSPAY_BASE_URL,
        api_key=settings.JUSPAY_API_KEY,
        merchant_id=settings.JUSPAY_MERCHANT_ID,
        client_id=settings.JUSPAY_CLIENT_ID,
        session_s=sessions.PATIENCE_S + 0.2,
    )
    wish = Wish(
        user_id=customer.pk, type="WALLET_TOPUP", amount=Money(50_000), policy_id=None, payment_method=PaymentMethod.GATEWAY
    )
    began_s = time.monotonic()

    with pytest.raises(UpstreamError):
        sessions.start(wish, row_id=ids.uuid7(), gateway=impatient, now=NOW)
    waited_s = time.monotonic() - began_s
    bank.heal()
    resumed = topup(customer, key="k")

    assert waited_s < sessions.PATIENCE_S + 2
    assert resumed.status == OrderStatus.SESSION_OPEN
    assert list(bank.books()["orders"]) == [resumed.order_id]


def test_a_failed_opening_answers_502_and_the_same_key_resumes_it(bank: Bank, customer: User) -> None:
    bank.fault("session", "http_500")
    failed = post(customer, {"type": "WALLET_TOPUP", "amount": 50_000}, key="again")
    bank.heal()

    resumed = post(customer, {"type": "WALLET_TOPUP", "amount": 50_000}, key="again")
    repeated = post(customer, {"type": "WALLET_TOPUP", "amount": 50_000}, key="again")

    assert (failed.status_code, failed.json()["error"]) == (502, "UPSTREAM_ERROR")
    assert resumed.status_code == 201
    assert repeated.json() == resumed.json()
    assert repeated.headers["Idempotency-Hit"] == "true"
    assert list(bank.books()["orders"]) == [Order.objects.get().order_id]
    assert reserved(customer) == 50_000


def test_a_failed_opening_resumed_with_another_amount_is_refused(bank: Bank, customer: User) -> None:
    bank.fault("session", "http_500")
    post(customer, {"type": "WALLET_TOPUP", "amount": 50_000}, key="again")
    bank.heal()

    answer = post(customer, {"type": "WALLET_TOPUP", "amount": 50_001}, key="again")

    assert (answer.status_code, answer.json()["error"]) == (422, "IDEMPOTENCY_MISMATCH")


def test_keys_of_two_people_are_two_keys(bank: Bank, customer: User) -> None:
    mine = post(customer, {"type": "WALLET_TOPUP", "amount": 50_000}, key="same")
    theirs = post(make_customer(), {"type": "WALLET_TOPUP", "amount": 50_000}, key="same")

    assert mine.json()["order_id"] != theirs.json()["order_id"]


def test_an_order_that_was_paid_while_its_answer_was_lost_is_settled_on_resumption(bank: Bank, customer: User) -> None:
    bank.fault("session", "http_500")
    with pytest.raises(UpstreamError):
        topup(customer, key="k")
    bank.heal()
    order = topup(customer, key="k")
    Order.objects.filter(pk=order.pk).update(payload=None)
    bank.outcome(order, "CHARGED")

    resumed = topup(customer, key="k")

    assert resumed.status == OrderStatus.CHARGED
    assert balance(customer) == 50_000


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"type": "WALLET_TOPUP", "amount": 99}, "amount"),
        ({"type": "WALLET_TOPUP", "amount": 0}, "amount"),
        ({"type": "WALLET_TOPUP", "amount": "50000"}, "amount"),
        ({"type": "WALLET_TOPUP", "amount": 500.0}, "amount"),
        ({"type": "WALLET_TOPUP", "amount": True}, "amount"),
        ({"type": "GIFT", "amount": 50_000}, "type"),
        ({"amount": 50_000}, "type"),
        ({"type": "WALLET_TOPUP", "amount": 50_000, "payment_method": "WALLET"}, "payment_method"),
        ({"type": "WALLET_TOPUP", "amount": 50_000, "payment_method": "WALLET_AND_GATEWAY"}, "payment_method"),
        ({"type": "WALLET_TOPUP", "amount": 50_000, "payment_method": "CASH"}, "payment_method"),
        ({"type": "WALLET_TOPUP", "amount": 50_000, "policy_id": "0190163d-8694-739b-aea5-966c26f8ad90"}, "policy_id"),
        ({"type": "WALLET_TOPUP", "amount": 50_000, "status": "SUCCESS"}, "status"),
        ({"type": "INSURANCE_PREMIUM", "policy_id": "seven"}, "policy_id"),
    ],
)
def test_what_cannot_be_asked(customer: User, body: dict[str, Any], field: str) -> None:
    answer = post(customer, body)

    assert (answer.status_code, answer.json()["error"]) == (400, "VALIDATION_ERROR")
    assert answer.json()["details"][0]["field"] == field
    assert not Order.objects.exists()


def test_a_topup_without_amount_names_the_field(customer: User) -> None:
    answer = post(customer, {"type": "WALLET_TOPUP"})

    assert answer.status_code == 400
    assert answer.json()["details"][0]["field"] == "amount"


def test_more_than_the_wallet_may_hold_is_refused_before_the_gateway_hears_of_it(bank: Bank, customer: User) -> None:
    answer = post(customer, {"type": "WALLET_TOPUP", "amount": 50_000_000})

    assert (answer.status_code, answer.json()["error"]) == (409, "CONFLICT")
    assert not Order.objects.exists()
    assert not bank.calls("session")


def test_a_premiums_amount_comes_from_the_policy(bank: Bank, customer: User, premiums: Premiums) -> None:
    policy_id = uuid4()
    premiums.prices[policy_id] = Money(99_900)

    answer = post(customer, {"type": "INSURANCE_PREMIUM", "policy_id": str(policy_id), "amount": 100})

    assert (answer.status_code, answer.json()["amount"]) == (201, 99_900)
    assert bank.calls("session")[-1]["body"]["amount"] == "999.00"
