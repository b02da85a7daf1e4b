"""The wallet issuer: every operation id counts once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from sandbox.tests.people import Sandbox

CUSTOMER = {"operation_id": "c-1", "customer_ref": "user-1", "phone": "+919876543210", "first_name": "Asha"}


def wallet(sandbox: Sandbox) -> str:
    """A new wallet's id."""
    customer_id = sandbox.issuer("POST", "customers", json=CUSTOMER).json()["customer_id"]
    wallet_id: str = sandbox.issuer("POST", "wallets", json={"operation_id": "w-1", "customer_id": customer_id}).json()[
        "wallet_id"
    ]
    return wallet_id


def move(sandbox: Sandbox, wallet_id: str, kind: str, operation_id: str, amount: Any, **more: str) -> httpx2.Response:
    body = {"operation_id": operation_id, "amount": amount, **more}
    return sandbox.issuer("POST", f"wallets/{wallet_id}/{kind}", json=body)


def balance(sandbox: Sandbox, wallet_id: str) -> int:
    held: int = sandbox.issuer("GET", f"wallets/{wallet_id}").json()["balance"]
    return held


def test_customer_and_wallet_are_made_once_for_each_operation(sandbox: Sandbox) -> None:
    first, second = (sandbox.issuer("POST", "customers", json=CUSTOMER) for _ in range(2))
    wish = {"operation_id": "w-1", "customer_id": first.json()["customer_id"]}
    made, repeated = (sandbox.issuer("POST", "wallets", json=wish) for _ in range(2))

    assert (first.status_code, second.status_code, made.status_code, repeated.status_code) == (201, 200, 201, 200)
    assert first.json() == second.json()
    assert made.json() == repeated.json()
    assert made.json()["wallet_id"].startswith("wlm_")
    assert made.json()["status"] == "ACTIVE"
    assert sandbox.issuer("GET", "operations/w-1").json() == made.json()


def test_customers_are_found_by_our_reference(sandbox: Sandbox) -> None:
    made = sandbox.issuer("POST", "customers", json=CUSTOMER).json()

    found = sandbox.issuer("GET", "customers", params={"customer_ref": "user-1"}).json()["customers"]

    assert [customer["customer_id"] for customer in found] == [made["customer_id"]]
    assert sandbox.issuer("GET", "customers", params={"customer_ref": "user-2"}).json() == {"customers": []}


def test_money_moves_once_for_each_operation(sandbox: Sandbox) -> None:
    wallet_id = wallet(sandbox)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: move(sandbox, wallet_id, "loads", "l-1", 50_000), range(16)))

    assert sorted(answer.status_code for answer in answers) == [200] * 15 + [201]
    assert balance(sandbox, wallet_id) == 50_000


def test_loads_debits_and_reversals(sandbox: Sandbox) -> None:
    wallet_id = wallet(sandbox)

    assert move(sandbox, wallet_id, "loads", "l-1", 50_000).json()["balance"] == 50_000
    assert move(sandbox, wallet_id, "debits", "d-1", 20_000).json()["balance"] == 30_000
    assert move(sandbox, wallet_id, "reversals", "r-1", 20_000).json()["balance"] == 50_000
    assert move(sandbox, wallet_id, "reversals", "r-2", 50_000, reverses="l-1").json()["balance"] == 0
    assert sandbox.control("GET", "books")["issuer"]["total"] == 0


def test_more_than_the_balance_is_refused_and_leaves_no_operation(sandbox: Sandbox) -> None:
    wallet_id = wallet(sandbox)

    assert move(sandbox, wallet_id, "debits", "d-1", 1).status_code == 402
    assert sandbox.issuer("GET", "operations/d-1").status_code == 404


def test_an_operation_id_is_not_used_for_something_else(sandbox: Sandbox) -> None:
    wallet_id = wallet(sandbox)
    move(sandbox, wallet_id, "loads", "l-1", 100)

    assert move(sandbox, wallet_id, "loads", "l-1", 200).status_code == 409
    assert move(sandbox, wallet_id, "debits", "l-1", 100).status_code == 409
    assert balance(sandbox, wallet_id) == 100


@pytest.mark.parametrize("amount", [0, -1, 1.5, "100", True, None, 2**70])
def test_amounts_are_positive_integers(sandbox: Sandbox, amount: Any) -> None:
    assert move(sandbox, wallet(sandbox), "loads", "l-1", amount).status_code == 400


def test_unknown_things_are_404(sandbox: Sandbox) -> None:
    assert sandbox.issuer("GET", "wallets/wlm_none").status_code == 404
    assert sandbox.issuer("GET", "operations/none").status_code == 404
    assert move(sandbox, "wlm_none", "loads", "l-1", 1).status_code == 404
    assert sandbox.issuer("POST", "wallets", json={"operation_id": "w", "customer_id": "none"}).status_code == 404


def test_the_key_is_required(sandbox: Sandbox) -> None:
    assert sandbox.call("GET", "issuer/wallets/x", headers={"x-api-key": "wrong"}).status_code == 401
