"""What the gateway says becomes what we do, exactly once and only upwards."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from aarokya.common.models import AuditEntry
from aarokya.common.money import Money
from accounts.models import User
from payments.gateways import gateway
from payments.models import Charge, Order, OrderEvent, OrderStatus, PaymentMethod, Refund, RefundReason, SettlementOutcome
from payments.services import approving, sweeping
from payments.services.syncing import release_from_quarantine, sync_order
from payments.tests.builders import NOW, Bank, balance, premium, reserved, topup
from payments.tests.premiums import Premiums
from tests import figures
from wallets.models import Transfer

pytestmark = pytest.mark.django_db
POLL = OrderEvent.Cause.POLL


def sync(order: Order, *, after: timedelta = timedelta()) -> Order:
    return sync_order(order_id=order.order_id, cause=POLL, gateway=gateway(), now=NOW + after)


def test_a_charge_credits_the_wallet_once(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "CHARGED")

    settled = sync(order)
    sync(order)

    assert (settled.status, settled.settlement, settled.captured) == (OrderStatus.CHARGED, SettlementOutcome.DONE, Money(50_000))
    assert (balance(customer), reserved(customer)) == (50_000, 0)
    assert Transfer.objects.filter(reference_id=order.order_id).count() == 1
    assert Charge.objects.filter(order=order).count() == 1
    assert [event.to_status for event in order.events.order_by("id")] == ["CREATED", "SESSION_OPEN", "CHARGED"]


def test_a_failure_frees_what_was_reserved(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "FAILED")

    failed = sync(order)

    assert (failed.status, failed.public_status, failed.gateway_status) == ("FAILED", "FAILED", "AUTHORIZATION_FAILED")
    assert (balance(customer), reserved(customer)) == (0, 0)


@pytest.mark.parametrize("after", [timedelta(minutes=1), timedelta(minutes=11), timedelta(days=2)])
def test_a_late_success_is_honoured_once(bank: Bank, customer: User, after: timedelta) -> None:
    order = topup(customer)
    bank.outcome(order, "FAILED")
    sync(order)
    bank.outcome(order, "CHARGED")

    assert sweeping.sweep_orders(now=NOW + after) == 1
    sync(order, after=after)
    sync(order, after=after)

    assert balance(customer) == 50_000
    assert not Refund.objects.exists()


def test_a_late_success_goes_back_when_its_purpose_is_gone(bank: Bank, customer: User, premiums: Premiums) -> None:
    policy_id = uuid4()
    premiums.prices[policy_id] = Money(99_900)
    first, second = premium(customer, policy_id), premium(customer, policy_id)
    bank.outcome(first, "CHARGED")
    bank.outcome(second, "CHARGED")

    sync(first)
    late = sync(second)
    sync(second)

    assert (late.status, late.settlement, late.public_status) == ("CHARGED", "REFUND", "REVERSED")
    refund = Refund.objects.get()
    assert (refund.order, refund.amount, refund.reason) == (second, Money(99_900), RefundReason.PURPOSE_GONE)
    assert second.order_id in premiums.released
    assert premiums.paid == {str(policy_id): first.order_id}


def test_money_that_the_wallet_may_not_take_any_more_goes_back(bank: Bank, customer: User) -> None:
    order = topup(customer, 600_000)
    bank.outcome(order, "FAILED")
    sync(order)
    other = topup(customer, 600_000)
    bank.outcome(other, "CHARGED")
    sync(other)
    bank.outcome(order, "CHARGED")

    late = sync(order)

    assert (late.settlement, balance(customer)) == (SettlementOutcome.REFUND, 600_000)
    assert Refund.objects.get().amount == Money(600_000)


@pytest.mark.parametrize("change", [{"amount": 49_999}, {"amount": 50_001}, {"currency": "USD"}, {"customer_id": "somebody"}])
def test_facts_that_differ_are_quarantined_and_not_credited(bank: Bank, customer: User, change: dict[str, Any]) -> None:
    order = topup(customer)
    bank.change(order, **change)
    bank.outcome(order, "CHARGED")

    looked_at = sync(order)
    sync(order)

    assert (looked_at.status, looked_at.public_status) == ("MISMATCH", "UNDER_REVIEW")
    assert next(iter(change)) in looked_at.review_reason
    assert balance(customer) == 0
    assert order.events.filter(to_status="MISMATCH").count() == 1
    figures.note("F15", "amount, currency, customer: credits 0, MISMATCH 1 each")


def test_only_a_person_takes_an_order_out_of_quarantine(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.change(order, currency="USD")
    bank.outcome(order, "CHARGED")
    sync(order)
    bank.change(order, currency="INR")

    still = sync(order).status
    resolved = release_from_quarantine(
        order_id=order.order_id, actor="staff:olga", reason="the gateway corrected it", gateway=gateway(), now=NOW
    )

    assert (still, resolved.status, balance(customer)) == ("MISMATCH", "CHARGED", 50_000)
    assert AuditEntry.objects.get(action="order.asked_again").reason == "the gateway corrected it"


def test_a_second_charge_goes_back(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.order_fault("double_charge")
    bank.outcome(order, "CHARGED")

    charged = sync(order)

    extra = Charge.objects.get(is_extra=True)
    refund = Refund.objects.get()
    assert charged.captured == Money(100_000)
    assert (refund.charge, refund.amount, refund.reason) == (extra, Money(50_000), RefundReason.CHARGED_TWICE)
    assert balance(customer) == 50_000
    figures.note("F14", "credits 1, refunds 1")


def test_money_the_gateway_gave_back_by_itself_is_not_credited(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "AUTO_REFUNDED")

    reversed_order = sync(order)

    assert (reversed_order.status, reversed_order.public_status, reversed_order.review_reason) == ("REVERSED", "REVERSED", "")
    assert (balance(customer), reserved(customer)) == (0, 0)


def test_money_taken_back_after_it_was_credited_leaves_the_wallet(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "CHARGED")
    sync(order)
    bank.outcome(order, "AUTO_REFUNDED")

    reversed_order = sync(order)
    sync(order)

    assert (reversed_order.status, reversed_order.review_reason, balance(customer)) == ("REVERSED", "", 0)


def test_money_taken_back_after_it_was_spent_calls_a_person(bank: Bank, customer: User, premiums: Premiums) -> None:
    order = topup(customer)
    bank.outcome(order, "CHARGED")
    sync(order)
    policy_id = uuid4()
    premiums.prices[policy_id] = Money(20_000)
    premium(customer, policy_id, method=PaymentMethod.WALLET)
    bank.outcome(order, "AUTO_REFUNDED")

    reversed_order = sync(order)

    assert reversed_order.status == "REVERSED"
    assert reversed_order.review_reason
    assert balance(customer) == 30_000


def test_what_a_person_gave_back_from_quarantine_is_not_credited_too(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.change(order, currency="USD")
    bank.outcome(order, "CHARGED")
    sync(order)
    by_hand: dict[str, Any] = {"note": "not ours", "actor": "staff:fatima", "idempotency_key": None, "now": NOW}
    approving.request(order_id=order.order_id, amount=Money(20_000), **by_hand)
    bank.change(order, currency="INR")

    released = release_from_quarantine(order_id=order.order_id, actor="staff:olga", reason="fixed", gateway=gateway(), now=NOW)

    assert (released.status, released.settlement, balance(customer)) == ("CHARGED", "REFUND", 0)
    assert sorted(Refund.objects.values_list("amount", flat=True)) == [Money(20_000), Money(30_000)]
