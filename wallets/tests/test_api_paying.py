"""Payees and paying them over the API."""

from typing import Any
from uuid import UUID

import pytest

from aarokya.common.ids import uuid7
from wallets import services
from wallets.tests.builders import client_of, grocer, hospital, make_user, merchant, provisioned

pytestmark = pytest.mark.django_db


def test_payees_are_those_a_health_wallet_may_pay() -> None:
    hospital(), grocer(), merchant(4, "5912", "Apollo Pharmacy")
    client = client_of(make_user().pk)

    everybody = client.get("/payees").json()
    found = client.get("/payees", {"query": "pharma BENGALURU"}).json()

    assert [row["name"] for row in everybody["data"]] == ["Apollo Pharmacy", "City Hospital"]
    assert found["data"] == [
        {
            "payee_id": str(UUID(int=4)),
            "name": "Apollo Pharmacy",
            "city": "Bengaluru",
            "merchant_category": "5912",
            "category": "Pharmacies",
        }
    ]
    assert (everybody["total"], found["total"]) == (2, 1)


def bill(payee: services.ContraRef, **changes: Any) -> dict[str, Any]:
    return {"payee_id": str(payee.id), "amount": 40_000, "purpose": "hospital", "reference_id": "bill-1", **changes}


def test_paying_a_hospital() -> None:
    holder, _, client = provisioned(own=30_000, others=20_000)

    answer = client.post("/wallet/pay", bill(hospital()), format="json")

    assert answer.status_code == 201
    assert answer.json() == {
        "transfer_id": answer.json()["transfer_id"],
        "payee_id": str(hospital().id),
        "amount": 40_000,
        "own_amount": 20_000,
        "others_amount": 20_000,
        "currency": "INR",
        "purpose": "HOSPITAL",
        "reference_id": "bill-1",
        "balance": 10_000,
        "available_balance": 10_000,
    }
    assert holder.pools() == (10_000, 0)


def test_the_grocer_is_refused_by_the_database() -> None:
    holder, _, client = provisioned(own=30_000)

    answer = client.post("/wallet/pay", bill(grocer(), amount=100), format="json")

    assert (answer.status_code, answer.json()["error"]) == (403, "FORBIDDEN")
    (detail,) = answer.json()["details"]
    assert (detail["field"], detail["code"]) == ("payee_id", "NOT_ALLOWED")
    assert "5411 Grocery stores" in detail["message"]
    assert holder.pools() == (30_000, 0)


def test_too_little_money_and_unknown_payees() -> None:
    _, _, client = provisioned(own=100)

    poor = client.post("/wallet/pay", bill(hospital()), format="json")
    nobody = client.post("/wallet/pay", bill(services.ContraRef(uuid7(), "")), format="json")
    sponsor = client.post("/wallet/pay", bill(services.contra("sponsor", "acme")), format="json")

    assert (poor.status_code, poor.json()["error"]) == (402, "INSUFFICIENT_BALANCE")
    assert (nobody.status_code, sponsor.status_code) == (404, 404)


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 0},
        {"amount": -5},
        {"amount": 1.0},
        {"amount": "100"},
        {"amount": True},
        {"amount": 2**63},
        {"purpose": "GROCERIES"},
        {"purpose": "TOPUP"},
        {"payee_id": "x"},
        {"reference_id": ""},
        {"reference_id": "r" * 81},
        {"reference_id": "a\u0000b"},
        {"note": 5},
        {"surprise": 1},
    ],
)
def test_paying_refuses_what_is_not_a_bill(changes: dict[str, Any]) -> None:
    holder, _, client = provisioned(own=100_000)

    answer = client.post("/wallet/pay", bill(hospital(), **changes), format="json")

    assert (answer.status_code, answer.json()["error"]) == (400, "VALIDATION_ERROR")
    assert answer.json()["details"][0]["field"] in changes
    assert holder.pools() == (100_000, 0)


def test_a_repeated_payment_is_one_payment() -> None:
    holder, _, client = provisioned(own=100_000)

    first, second, other = (
        client.post("/wallet/pay", bill(hospital(), amount=amount), format="json", HTTP_IDEMPOTENCY_KEY="tap-1")
        for amount in (40_000, 40_000, 1)
    )

    assert (first.status_code, second.status_code) == (201, 201)
    assert (second.json(), second.headers["Idempotency-Hit"]) == (first.json(), "true")
    assert (other.status_code, other.json()["error"]) == (422, "IDEMPOTENCY_MISMATCH")
    assert holder.pools() == (60_000, 0)


def test_without_a_key_two_payments_are_two() -> None:
    holder, _, client = provisioned(own=100_000)

    for _ in range(2):
        client.post("/wallet/pay", bill(hospital()), format="json")

    assert holder.pools() == (20_000, 0)


def test_the_same_key_of_two_people_is_two_payments() -> None:
    for holder, _, client in (provisioned(own=50_000), provisioned(own=50_000)):
        client.post("/wallet/pay", bill(hospital()), format="json", HTTP_IDEMPOTENCY_KEY="tap-1")
        assert holder.pools() == (10_000, 0)
