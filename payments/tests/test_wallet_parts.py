"""Paying from the wallet: all of it, or a part that waits for the gateway's."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from aarokya.common.money import Money
from accounts.models import User
from payments.gateways import gateway
from payments.models import Order, OrderEvent, OrderStatus, PaymentMethod, Refund
from payments.services.syncing import sync_order
from payments.tests.builders import NOW, Bank, balance, client_of, premium, topup
from payments.tests.premiums import Premiums
from wallets.models import Transfer
from wallets.selectors import wallet_of

pytestmark = pytest.mark.django_db
POLL = OrderEvent.Cause.POLL


def sync(order: Order, *, after: timedelta = timedelta()) -> Order:
    return sync_order(order_id=order.order_id, cause=POLL, gateway=gateway(), now=NOW + after)


def post(user: User, body: dict[str, Any], *, key: str | None = None) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client_of(user).post("/payments/session", body, format="json", headers=headers)


def fill(bank: Bank, user: User, paise: int) -> None:
    """Top up and pay."""
    order = topup(user, paise)
    bank.outcome(order, "CHARGED")
    assert client_of(user).get(f"/payments/{order.order_id}/status").json()["status"] == "SUCCESS"


def held(user: User) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT own_held + others_held FROM wallets_wallet WHERE user_id = %s", [user.pk])
        return int(cursor.fetchone()[0])


def test_the_wallet_pays_a_premium_at_once(bank: Bank, customer: User, premiums: Premiums) -> None:
    fill(bank, customer, 120_000)
    policy_id = uuid4()
    premiums.prices[policy_id] = Money(99_900)

    answer = post(customer, {"type": "INSURANCE_PREMIUM", "policy_id": str(policy_id), "payment_method": "wallet"}, key="once")
    again = post(customer, {"type": "INSURANCE_PREMIUM", "policy_id": str(policy_id), "payment_method": "wallet"}, key="once")

    assert (answer.status_code, answer.json()["status"], answer.json()["payload"]) == (201, "SUCCESS", {})
    assert again.json() == answer.json()
    assert premiums.paid == {str(policy_id): answer.json()["order_id"]}
    assert balance(customer) == 20_100
    assert answer.json()["order_id"] not in bank.books()["orders"]


def test_a_wallet_without_enough_money_pays_nothing(bank: Bank, customer: User, premiums: Premiums) -> None:
    policy_id = uuid4()
    premiums.prices[policy_id] = Money(99_900)

    answer = post(customer, {"type": "INSURANCE_PREMIUM", "policy_id": str(policy_id), "payment_method": "WALLET"})

    assert (answer.status_code, answer.json()["error"]) == (402, "INSUFFICIENT_BALANCE")
    assert not Order.objects.exists()
    assert not premiums.paid


def test_the_wallet_keeps_its_money_when_the_purpose_is_gone(bank: Bank, customer: User, premiums: Premiums) -> None:
    fill(bank, customer, 120_000)
    policy_id = uuid4()
    premiums.prices[policy_id] = Money(99_900)
    premiums.paid[str(policy_id)] = "somebody else"

    answer = post(customer, {"type": "INSURANCE_PREMIUM", "policy_id": str(policy_id), "payment_method": "WALLET"})

    assert (answer.status_code, answer.json()["error"]) == (409, "CONFLICT")
    assert balance(customer) == 120_000


def test_wallet_first_and_the_gateway_for_the_rest(bank: Bank, customer: User, premiums: Premiums) -> None:
    fill(bank, customer, 40_000)
    policy_id = uuid4()
    premiums.prices[policy_id] = Money(99_900)

    order = premium(customer, policy_id, method=PaymentMethod.WALLET_AND_GATEWAY)

    assert (order.wallet_amount, order.gateway_amount) == (Money(40_000), Money(59_900))
    assert bank.calls("session")[-1]["body"]["amount"] == "599.00"
    assert held(customer) == 40_000


def test_the_rest_is_never_below_what_a_gateway_takes(bank: Bank, customer: User, premiums: Premiums) -> None:
    fill(bank, customer, 99_850)
    policy_id = uuid4()
    premiums.prices[policy_id] = Money(99_900)

    order = premium(customer, policy_id, method=PaymentMethod.WALLET_AND_GATEWAY)

    assert (order.wallet_amount, order.gateway_amount) == (Money(99_800), Money(100))


def test_a_full_wallet_needs_no_gateway(bank: Bank, customer: User, premiums: Premiums) -> None:
    fill(bank, customer, 100_000)
    policy_id = uuid4()
    premiums.prices[policy_id] = Money(99_900)

    order = premium(customer, policy_id, method=PaymentMethod.WALLET_AND_GATEWAY)

    assert order.status == OrderStatus.CHARGED
    assert balance(customer) == 100


def test_the_wallets_part_is_taken_with_the_gateways(bank: Bank, customer: User, premiums: Premiums) -> None:
    order = mixed(bank, customer, premiums)
    bank.outcome(order, "CHARGED")

    settled = sync(order)

    assert (settled.status, settled.settlement, balance(customer)) == ("CHARGED", "DONE", 0)
    assert Transfer.objects.get(reference_id=order.reference_id).amount == Money(40_000)


def test_the_wallets_part_is_let_go_when_the_gateway_fails(bank: Bank, customer: User, premiums: Premiums) -> None:
    order = mixed(bank, customer, premiums)
    bank.outcome(order, "FAILED")

    sync(order)

    assert (balance(customer), wallet_of(customer.pk).available) == (40_000, Money(40_000))


def test_after_a_late_success_the_wallets_part_is_taken_from_the_balance(bank: Bank, customer: User, premiums: Premiums) -> None:
    order = mixed(bank, customer, premiums)
    bank.outcome(order, "FAILED")
    sync(order)
    bank.outcome(order, "CHARGED")

    late = sync(order)

    assert (late.settlement, balance(customer)) == ("DONE", 0)


def test_a_late_success_without_the_wallets_part_goes_back(bank: Bank, customer: User, premiums: Premiums) -> None:
    order = mixed(bank, customer, premiums)
    bank.outcome(order, "FAILED")
    sync(order)
    other_policy = uuid4()
    premiums.prices[other_policy] = Money(40_000)
    premium(customer, other_policy, method=PaymentMethod.WALLET)
    bank.outcome(order, "CHARGED")

    late = sync(order)

    assert late.settlement == "REFUND"
    assert Refund.objects.get().amount == Money(59_900)


def test_a_purpose_that_is_gone_leaves_the_wallets_part_alone(bank: Bank, customer: User, premiums: Premiums) -> None:
    order = mixed(bank, customer, premiums)
    premiums.paid[order.reference_id] = "somebody else"
    bank.outcome(order, "CHARGED")

    settled = sync(order)

    assert (settled.settlement, balance(customer), wallet_of(customer.pk).available) == ("REFUND", 40_000, Money(40_000))


def mixed(bank: Bank, customer: User, premiums: Premiums) -> Order:
    """A premium of 999 rupees, 400 of them from the wallet."""
    filling = topup(customer, 40_000)
    bank.outcome(filling, "CHARGED")
    sync(filling)
    policy_id = uuid4()
    premiums.prices[policy_id] = Money(99_900)
    return premium(customer, policy_id, method=PaymentMethod.WALLET_AND_GATEWAY)
