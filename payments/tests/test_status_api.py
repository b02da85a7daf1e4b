"""What a waiting customer sees, and a stranger does not."""

from typing import Any

import pytest

from accounts.models import User
from payments.models import Order
from payments.tests.builders import Bank, balance, client_of, make_customer, topup

pytestmark = pytest.mark.django_db


def status_of(user: User, order: Order) -> Any:
    return client_of(user).get(f"/payments/{order.order_id}/status")


def test_the_status_answer_polls_and_settles(bank: Bank, customer: User) -> None:
    order = topup(customer)
    before = status_of(customer, order).json()
    bank.outcome(order, "CHARGED")
    Order.objects.filter(pk=order.pk).update(last_polled_at=None)

    after = status_of(customer, order).json()

    assert (before["status"], before["gateway_status"]) == ("PENDING", "NEW")
    assert (after["status"], after["gateway_status"], after["refunds"]) == ("SUCCESS", "CHARGED", [])
    assert balance(customer) == 50_000


def test_the_gateway_is_asked_once_in_two_seconds(bank: Bank, customer: User) -> None:
    order = topup(customer)

    for _ in range(5):
        assert status_of(customer, order).status_code == 200

    assert len(bank.calls("order_status")) == 1


def test_an_unreachable_gateway_does_not_hide_the_order(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.fault("order_status", "http_500")

    answer = status_of(customer, order)

    assert (answer.status_code, answer.json()["status"]) == (200, "PENDING")


def test_strangers_find_nothing(bank: Bank, customer: User) -> None:
    order = topup(customer)

    answer = status_of(make_customer(), order)

    assert (answer.status_code, answer.json()["error"]) == (404, "NOT_FOUND")
    assert client_of(customer).get("/payments/00000000000000000000/status").json()["error"] == "NOT_FOUND"
    assert client_of(make_customer()).get("/payments").json()["total"] == 0


@pytest.mark.parametrize("order_id", ["x", "0" * 21, "aarokya-1767808100", "%ED%A0%80", "' OR 1=1"])
def test_what_is_no_order_id_is_not_found(customer: User, order_id: str) -> None:
    answer = client_of(customer).get(f"/payments/{order_id}/status")

    assert (answer.status_code, answer.json()["error"]) == (404, "NOT_FOUND")


def test_my_payments_newest_first_in_a_constant_number_of_queries(
    bank: Bank, customer: User, django_assert_num_queries: Any
) -> None:
    orders = [topup(customer, 10_000 + number) for number in range(5)]

    with django_assert_num_queries(2):
        body = client_of(customer).get("/payments?limit=3").json()

    assert (body["total"], body["limit"], body["offset"]) == (5, 3, 0)
    assert [row["order_id"] for row in body["data"]] == [order.order_id for order in reversed(orders[2:])]
