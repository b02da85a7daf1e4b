"""The newer partners' paths into the wallet: the same orders, shown as they know them."""

from typing import Any
from uuid import UUID

import pytest

from aarokya.common.ids import uuid7
from accounts.models import User
from payments.models import Order
from payments.tests.builders import Bank, balance, client_of, make_customer
from payments.tests.premiums import Premiums
from wallets.models import Transfer
from wallets.selectors import wallet_of

pytestmark = pytest.mark.django_db


def give(user: User, *, key: str = "one", **changes: Any) -> Any:
    body = {"amount": 50_000, "currency": "INR"} | changes
    path = f"/users/{user.pk}/contributions/self"
    return client_of(user).post(path, body, format="json", headers={"Idempotency-Key": key})


def test_n58_a_contribution_of_ones_own_opens_a_session_once(bank: Bank, customer: User) -> None:
    answer = give(customer)

    body = answer.json()
    assert (answer.status_code, body["source"], body["amount"], body["currency"]) == (201, "self_contribution", 50_000, "INR")
    assert (body["user_id"], body["account_id"]) == (str(customer.pk), str(wallet_of(customer.pk).pk))
    assert body["external_status"] is None
    assert body["payload"]["sdk_payload"]["payload"]["orderId"] == body["order_id"]
    again = give(customer).json()
    assert (again["id"], Order.objects.count(), len(bank.calls("session"))) == (body["id"], 1, 1)
    assert set(body) == {
        "id",
        "order_id",
        "user_id",
        "account_id",
        "source",
        "amount",
        "currency",
        "external_status",
        "payload",
        "created_at",
        "last_modified_at",
    }


def test_n59_asking_settles_and_names_the_transfer(bank: Bank, customer: User) -> None:
    placed = give(customer).json()
    path = f"/users/{customer.pk}/orders/{placed['id']}"
    before = client_of(customer).get(path).json()
    Order.objects.update(last_polled_at=None)
    bank.control("POST", f"orders/{placed['order_id']}", {"outcome": "CHARGED", "webhooks": {"suppress": True}})

    after = client_of(customer).get(path).json()

    assert before["wallet_txn_data"] == "initiated"
    assert (after["external_status"], balance(customer)) == ("CHARGED", 50_000)
    state, _, transfer_id = after["wallet_txn_data"].partition(":")
    assert (state, Transfer.objects.get(pk=UUID(transfer_id)).amount.paise) == ("success", 50_000)


def test_n59_a_failed_one_failed(bank: Bank, customer: User) -> None:
    placed = give(customer).json()
    bank.control("POST", f"orders/{placed['order_id']}", {"outcome": "FAILED", "webhooks": {"suppress": True}})
    shown = client_of(customer).get(f"/users/{customer.pk}/orders/{placed['id']}").json()
    assert (shown["wallet_txn_data"], balance(customer)) == ("failed", 0)


@pytest.mark.parametrize("changes", [{"currency": "USD"}, {"amount": 12.5}, {"amount": "500"}, {"amount": 50}, {"source": "x"}])
def test_what_cannot_be_given(bank: Bank, customer: User, changes: dict[str, Any]) -> None:
    answer = give(customer, **changes)
    assert (answer.status_code, answer.json()["error"]) == (400, "VALIDATION_ERROR")
    assert Order.objects.count() == 0


def test_only_ones_own(bank: Bank, customer: User, premiums: Premiums) -> None:
    stranger = make_customer()
    placed = give(customer).json()
    theirs = client_of(stranger)
    assert theirs.get(f"/users/{customer.pk}/orders/{placed['id']}").status_code == 404
    assert theirs.get(f"/users/{stranger.pk}/orders/{placed['id']}").status_code == 404
    body = {"amount": 50_000, "currency": "INR"}
    assert theirs.post(f"/users/{customer.pk}/contributions/self", body, format="json").status_code == 404
    assert client_of(customer).get(f"/users/{customer.pk}/orders/{uuid7()}").status_code == 404
