"""Money goes back once, and only the gateway's list of refunds says whether it did."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from aarokya.common import clock, outbox
from aarokya.common.clients.http import PartnerError
from aarokya.common.money import Money
from accounts.models import User
from payments.errors import OrderNotRefundable, RefundExceedsCaptured
from payments.gateways import gateway
from payments.models import Order, OrderEvent, Refund, RefundReason, RefundStatus
from payments.services import refunds, sweeping
from payments.services.moves import whereabouts
from payments.services.syncing import sync_order
from payments.tests.builders import NOW, Bank, event, push, topup
from tests import figures

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(bank: Bank, customer: User) -> Order:
    order = topup(customer)
    bank.outcome(order, "CHARGED")
    return sync(order)


def sync(order: Order) -> Order:
    return sync_order(order_id=order.order_id, cause=OrderEvent.Cause.POLL, gateway=gateway(), now=NOW)


def request(order: Order, paise: int = 20_000, *, business_key: str = "one") -> Refund:
    return refunds.request(
        order_id=order.order_id,
        amount=Money(paise),
        reason=RefundReason.STAFF,
        business_key=business_key,
        requested_by="staff:finance",
        now=NOW,
    )


def execute(refund: Refund) -> Refund:
    return refunds.execute(refund_id=refund.pk, gateway=gateway(), now=NOW)


def books(bank: Bank, order: Order) -> tuple[int, int]:
    facts = bank.books()["orders"][order.order_id]
    return facts["refunded"], facts["refund_pending"]


def test_a_refund_is_pending_until_the_list_says_otherwise(bank: Bank, paid: Order) -> None:
    refund = request(paid)

    pending = execute(refund)
    bank.control("POST", f"refunds/{refund.unique_request_id}", {"outcome": "SUCCESS"})
    done = execute(refund)

    assert (pending.status, pending.finished_at) == (RefundStatus.PENDING, None)
    assert (done.status, done.finished_at, done.next_check_at) == (RefundStatus.SUCCESS, NOW, None)
    assert done.arn
    assert books(bank, paid) == (20_000, 0)


def test_the_outbox_sends_it(bank: Bank, paid: Order) -> None:
    refund = request(paid)

    outbox.drain(now=clock.now())

    refund.refresh_from_db()
    assert refund.status == RefundStatus.PENDING
    assert books(bank, paid) == (0, 20_000)


@pytest.mark.parametrize("mode", ["timeout_after", "malformed", "http_500", "drop"])
def test_a_lost_reply_repeated_ten_times_is_one_refund_there(bank: Bank, paid: Order, mode: str) -> None:
    refund = request(paid)
    bank.fault("refund", mode, times=1, delay_s=0.1)

    for _ in range(10):
        execute(refund)

    assert sum(books(bank, paid)) == 20_000  # pending, or paid out by now on a slow machine
    refund.refresh_from_db()
    assert refund.status in {RefundStatus.PENDING, RefundStatus.SUCCESS}
    figures.note("F16", "refunds at the gateway 1, for each of four ways to lose the reply")


def test_a_gateway_that_is_down_is_asked_again_by_the_sweeper(bank: Bank, paid: Order) -> None:
    refund = request(paid)
    bank.fault("refund", "http_500")
    with pytest.raises(PartnerError):
        execute(refund)
    bank.heal()

    swept = sweeping.sweep_refunds(now=NOW + timedelta(minutes=2))
    outbox.drain(now=NOW + timedelta(minutes=2))

    refund.refresh_from_db()
    assert (swept, refund.status) == (1, RefundStatus.PENDING)


def test_a_webhook_before_our_own_reply_is_the_same_refund(bank: Bank, paid: Order) -> None:
    refund = request(paid)
    bank.fault("refund", "timeout_after", times=3, delay_s=0.1)
    with pytest.raises(PartnerError):
        execute(refund)
    bank.control("POST", f"refunds/{refund.unique_request_id}", {"outcome": "SUCCESS"})

    push(event(paid.order_id, "ORDER_REFUNDED"))
    outbox.drain(now=clock.now() + timedelta(seconds=5))

    refund.refresh_from_db()
    assert refund.status == RefundStatus.SUCCESS
    assert Refund.objects.count() == 1
    assert Order.objects.get().status == "CHARGED"
    figures.note("F18", f"refund rows {Refund.objects.count()}")


def test_a_failed_refund_frees_its_budget(bank: Bank, paid: Order) -> None:
    refund = request(paid, 50_000)
    execute(refund)
    bank.control("POST", f"refunds/{refund.unique_request_id}", {"outcome": "FAILURE"})
    failed = execute(refund)

    second = request(paid, 50_000, business_key="two")

    assert (failed.status, second.status) == (RefundStatus.FAILURE, RefundStatus.REQUESTED)
    assert failed.last_error


def test_what_the_gateway_does_not_know_a_person_must_find_out(bank: Bank, paid: Order) -> None:
    refund = request(paid)
    execute(refund)
    bank.control("POST", f"refunds/{refund.unique_request_id}", {"outcome": "MANUAL_REVIEW"})

    parked = execute(refund)

    assert parked.status == RefundStatus.MANUAL_REVIEW
    with pytest.raises(RefundExceedsCaptured):
        request(paid, 50_000, business_key="two")


def test_one_charge_of_two_is_refunded_by_its_transaction(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.order_fault("double_charge")
    bank.outcome(order, "CHARGED")
    sync(order)

    sent = execute(Refund.objects.get())

    assert sent.status == RefundStatus.PENDING
    assert len(bank.calls("txn_refund")) == 1
    assert books(bank, order) == (0, 50_000)


def test_a_refund_the_gateway_refuses_is_parked(bank: Bank, paid: Order) -> None:
    whole = request(paid, 50_000)
    gateway().refund(whereabouts(paid), unique_request_id="NOTOURS1", amount=Money(50_000))

    parked = execute(whole)

    assert parked.status == RefundStatus.MANUAL_REVIEW
    assert parked.last_error


def test_nothing_can_be_refunded_that_was_not_charged(bank: Bank, customer: User) -> None:
    order = topup(customer)

    with pytest.raises(OrderNotRefundable):
        request(order)


def test_the_database_keeps_the_budget_too(paid: Order) -> None:
    facts: dict[str, Any] = {"reason": "STAFF", "requested_by": "x", "requested_at": NOW}

    with pytest.raises(IntegrityError, match="exceed what was captured"), transaction.atomic():
        Refund.objects.create(order=paid, amount=Money(50_001), unique_request_id="X1", **facts)


def test_request_ids_are_what_the_gateway_takes(paid: Order) -> None:
    refund = request(paid)

    assert refund.unique_request_id.isalnum()
    assert len(refund.unique_request_id) == 20
    assert request(paid).pk == refund.pk
    assert request(paid, business_key="two").unique_request_id != refund.unique_request_id


def test_a_refund_that_failed_calls_a_person(bank: Bank, paid: Order) -> None:
    refund = request(paid)
    execute(refund)
    bank.control("POST", f"refunds/{refund.unique_request_id}", {"outcome": "FAILURE"})

    execute(refund)

    assert refund.unique_request_id in Order.objects.get().review_reason
