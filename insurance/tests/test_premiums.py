"""Premiums: what is owed, booked once, given back when it came too late."""

from uuid import UUID

import pytest
from django.db import transaction

from aarokya.common import outbox
from aarokya.common.errors import Conflict, MissingRequiredField
from aarokya.common.ids import uuid7
from aarokya.common.models import OutboxMessage
from aarokya.common.money import Money
from accounts.models import User
from insurance import handlers
from insurance.errors import PolicyNotFound
from insurance.models import Benefit, Policy, PremiumPayment
from insurance.premiums import PURPOSE
from insurance.services import lifecycle, premiums
from insurance.tests import builders
from insurance.tests.builders import NOW
from payments.models import Order
from payments.purposes.base import Prepared, Settlement, purpose
from wallets import services as wallets
from wallets.selectors import wallet_of


@pytest.fixture
def policy(user: User, benefit: Benefit) -> Policy:
    return builders.make_policy(user, benefit=benefit)


def prepared(user_id: UUID, policy_id: UUID | None, amount: Money | None = None) -> Prepared:
    return PURPOSE.prepare(user_id=user_id, amount=amount, policy_id=policy_id, now=NOW)


def order(policy: Policy, order_id: str, amount: Money) -> Order:
    return Order(order_id=order_id, user_id=policy.primary_user_id, amount=amount, reference_id=str(policy.pk))


def test_the_registry_knows_it() -> None:
    assert purpose("insurance_premium") is PURPOSE


def test_the_amount_is_the_policys_whatever_the_client_says(policy: Policy) -> None:
    found = prepared(policy.primary_user_id, policy.pk, Money(1))
    assert found.amount == Money(109_500)
    assert (found.reference_id, found.payee_reference) == (str(policy.pk), str(policy.provider_id))


def test_refusals(policy: Policy, user: User) -> None:
    with pytest.raises(MissingRequiredField):
        prepared(user.pk, None)
    with pytest.raises(PolicyNotFound):
        prepared(user.pk, uuid7())
    with pytest.raises(PolicyNotFound):
        prepared(builders.make_user().pk, policy.pk)
    lifecycle.cancel(policy, actor="user:x", now=NOW)
    with pytest.raises(Conflict):
        prepared(user.pk, policy.pk)


def test_settling_is_booked_once(policy: Policy) -> None:
    paid = order(policy, "A" * 20, Money(109_500))
    assert [PURPOSE.settle(paid, now=NOW) for _ in range(3)] == [Settlement.DONE] * 3
    policy.refresh_from_db()
    assert (policy.premium_status, policy.premium_paid, policy.premium_owed) == ("PAID", Money(109_500), Money(0))
    assert PremiumPayment.objects.count() == 1
    with pytest.raises(Conflict):
        prepared(policy.primary_user_id, policy.pk)


def test_a_part_leaves_the_rest(policy: Policy) -> None:
    assert premiums.receive(policy.pk, order_id="P", amount=Money(9_500), now=NOW)
    policy.refresh_from_db()
    assert (policy.premium_status, policy.premium_owed) == ("PART_PAID", Money(100_000))


def test_a_second_order_and_a_gone_policy_are_given_back(policy: Policy) -> None:
    PURPOSE.settle(order(policy, "A", Money(109_500)), now=NOW)
    assert PURPOSE.settle(order(policy, "B", Money(109_500)), now=NOW) == Settlement.REFUND
    other = builders.make_policy()
    lifecycle.reject(other, actor="staff:x", reason="no", now=NOW)
    assert PURPOSE.settle(order(other, "C", Money(109_500)), now=NOW) == Settlement.REFUND


def test_a_rejected_policy_gives_the_premium_back_to_the_wallet(policy: Policy, user: User) -> None:
    with transaction.atomic():
        outbox.emit("user.registered", payload={"user_id": str(user.pk)}, now=NOW)
    wallets.credit_topup(user_id=user.pk, order_id="T" * 20, amount=Money(200_000), now=NOW)
    body = {"type": "INSURANCE_PREMIUM", "policy_id": str(policy.pk), "payment_method": "WALLET"}
    paid = builders.client_of(user).post("/payments/session", body, format="json")
    assert (paid.status_code, paid.json()["status"], paid.json()["amount"]) == (201, "SUCCESS", 109_500), paid.content
    assert wallet_of(user.pk).available == Money(90_500)
    policy.refresh_from_db()
    assert policy.premium_status == "PAID"

    lifecycle.reject(policy, actor="staff:x", reason="The insurer declined", now=NOW)
    for _ in range(2):  # delivered at least once
        handlers.give_back({"policy_id": str(policy.pk)}, now=NOW)

    policy.refresh_from_db()
    assert (policy.premium_status, policy.premium_owed) == ("REFUNDED", Money(0))
    assert wallet_of(user.pk).available == Money(200_000)
    assert OutboxMessage.objects.filter(topic="policy.rejected", handler="insurance.handlers.give_back").exists()


def test_rejecting_what_was_not_paid_gives_nothing_back(policy: Policy) -> None:
    lifecycle.reject(policy, actor="staff:x", reason="no", now=NOW)
    handlers.give_back({"policy_id": str(policy.pk)}, now=NOW)
    policy.refresh_from_db()
    assert policy.premium_status == "UNPAID"
