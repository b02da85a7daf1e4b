"""Refunds by people: the effect comes back first, then the money leaves."""

from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from aarokya.common.models import AuditEntry, OutboxMessage
from aarokya.common.money import Money
from accounts.models import User
from payments.gateways import gateway
from payments.models import Order, OrderEvent, PaymentMethod, Refund, Ticket
from payments.services import refunds, returning
from payments.services.syncing import sync_order
from payments.tests.builders import NOW, Bank, balance, member, premium, sign_in, topup
from payments.tests.premiums import Premiums

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(bank: Bank, customer: User) -> Order:
    order = topup(customer)
    bank.outcome(order, "CHARGED")
    return sync(order)


def sync(order: Order) -> Order:
    return sync_order(order_id=order.order_id, cause=OrderEvent.Cause.POLL, gateway=gateway(), now=NOW)


def finance(*groups: str) -> APIClient:
    client = APIClient()
    staff = member("fatima", *groups)
    sign_in(client, staff)
    return client


def test_finance_refunds_a_part_with_a_reason_on_record(bank: Bank, paid: Order) -> None:
    body = {"amount": 10_000, "note": "charged for a service not given"}

    answer = finance("finance").post(f"/payments/{paid.order_id}/refunds", body, format="json", headers={"Idempotency-Key": "r"})
    again = finance("finance").post(f"/payments/{paid.order_id}/refunds", body, format="json", headers={"Idempotency-Key": "r"})

    assert (answer.status_code, answer.json()["status"], answer.json()["amount"]) == (201, "REQUESTED", 10_000)
    assert again.json() == answer.json()
    assert OutboxMessage.objects.filter(topic="payment.refund_due").count() == 1
    entry = AuditEntry.objects.get(action="refund.requested")
    assert (entry.actor, entry.reason) == ("staff:fatima", "charged for a service not given")


@pytest.mark.parametrize("groups", [(), ("ops",), ("support", "auditor")])
def test_others_may_not_refund(paid: Order, groups: tuple[str, ...]) -> None:
    answer = finance(*groups).post(f"/payments/{paid.order_id}/refunds", {"amount": 1, "note": "please"}, format="json")

    assert (answer.status_code, answer.json()["error"]) == (403, "FORBIDDEN")


def test_a_refunded_topup_leaves_the_wallet_first(bank: Bank, paid: Order, customer: User) -> None:
    body = {"amount": 10_000, "note": "asked for by the customer"}

    finance("finance").post(f"/payments/{paid.order_id}/refunds", body, format="json")

    assert balance(customer) == 40_000


def test_a_topup_that_was_spent_cannot_be_refunded(bank: Bank, paid: Order, customer: User, premiums: Premiums) -> None:
    policy_id = uuid4()
    premiums.prices[policy_id] = Money(45_000)
    premium(customer, policy_id, method=PaymentMethod.WALLET)

    answer = finance("finance").post(
        f"/payments/{paid.order_id}/refunds", {"amount": 10_000, "note": "changed mind"}, format="json"
    )

    assert (answer.status_code, answer.json()["error"]) == (402, "INSUFFICIENT_BALANCE")
    assert not Refund.objects.exists()


def test_giving_an_order_back_returns_both_parts_once(bank: Bank, paid: Order, customer: User, premiums: Premiums) -> None:
    policy_id = uuid4()
    premiums.prices[policy_id] = Money(99_900)
    order = premium(customer, policy_id, method=PaymentMethod.WALLET_AND_GATEWAY)
    bank.outcome(order, "CHARGED")
    sync(order)
    spent = balance(customer)

    for _ in range(2):
        returning.give_back(order_id=order.order_id, actor="staff:olga", note="the policy was rejected", now=NOW)

    assert (spent, balance(customer)) == (0, 50_000)
    assert Refund.objects.get(order=order).amount == Money(49_900)


def test_too_much_is_refused_with_what_is_left(paid: Order) -> None:
    answer = finance("finance").post(f"/payments/{paid.order_id}/refunds", {"amount": 50_001, "note": "all of it"}, format="json")

    assert (answer.status_code, answer.json()["error"]) == (409, "OE-1301")
    assert "₹500" in answer.json()["message"]


def test_an_order_that_was_not_charged_has_nothing_to_refund(bank: Bank, customer: User) -> None:
    order = topup(customer)

    answer = finance("finance").post(f"/payments/{order.order_id}/refunds", {"amount": 1, "note": "please"}, format="json")

    assert (answer.status_code, answer.json()["error"]) == (409, "OE-1302")


def test_what_the_gateway_reversed_is_not_given_back_again(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "AUTO_REFUNDED")
    sync(order)

    answer = finance("finance").post(f"/payments/{order.order_id}/refunds", {"amount": 1, "note": "please"}, format="json")
    returning.give_back(order_id=order.order_id, actor="staff:olga", note="the policy was rejected", now=NOW)

    assert (answer.status_code, answer.json()["error"]) == (409, "OE-1302")
    assert not Refund.objects.exists()


@pytest.mark.parametrize("part", [20_000, 50_000])
@pytest.mark.parametrize("sent", [True, False])
def test_what_the_gateway_reverses_after_a_refund_is_undone_only_as_far_as_it_is_left(
    bank: Bank, paid: Order, customer: User, *, part: int, sent: bool
) -> None:
    body = {"amount": part, "note": "asked for by the customer"}
    assert finance("finance").post(f"/payments/{paid.order_id}/refunds", body, format="json").status_code == 201
    if sent:
        refunds.execute(refund_id=Refund.objects.get().pk, gateway=gateway(), now=NOW)
    kept = balance(customer)
    bank.outcome(paid, "AUTO_REFUNDED")

    order = sync(paid)

    assert (kept, order.status, order.review_reason, balance(customer)) == (50_000 - part, "REVERSED", "", 0)
    assert not Ticket.objects.open().exists()
