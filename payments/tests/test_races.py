"""Many at once: webhook, poll, return and sweeper meet over the same order, and one credit results."""

import random
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from aarokya.common import clock, outbox
from aarokya.common.errors import DomainError
from aarokya.common.models import OutboxMessage
from aarokya.common.money import Money
from accounts.models import User
from payments.errors import RefundExceedsCaptured
from payments.gateways import gateway, webhook_reader
from payments.models import Order, OrderEvent, Refund, RefundReason, WebhookInbox
from payments.services import inbox, refunds, sweeping, syncing
from payments.tests.builders import NOW, Bank, balance, basic, event, make_customer, premium, topup
from payments.tests.premiums import Premiums
from tests import figures
from wallets.models import Transfer

pytestmark = pytest.mark.django_db(transaction=True)
Act = Callable[[], Any]


def at_once(acts: Iterable[Act], *, threads: int = 16) -> list[Any]:
    """Run the acts in threads, each on a connection of its own, and return what they returned or raised."""

    def run(act: Act) -> Any:
        try:
            return act()
        except DomainError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, list(acts)))


def together(acts: list[Act]) -> list[Any]:
    """Like `at_once`, all starting at the same moment."""
    barrier = Barrier(len(acts))

    def wait_and(act: Act) -> Any:
        barrier.wait()
        return act()

    return at_once([partial(wait_and, act) for act in acts], threads=len(acts))


def sync(order: Order, cause: OrderEvent.Cause) -> Order:
    return syncing.sync_order(order_id=order.order_id, cause=cause, gateway=gateway(), now=clock.now())


def receive(body: bytes) -> bool:
    return inbox.receive(reader=webhook_reader("JUSPAY"), headers={"Authorization": basic()}, body=body, now=clock.now())


def test_500_webhooks_each_twice_and_shuffled_credit_500_times(bank: Bank) -> None:
    customers = [make_customer() for _ in range(10)]
    wishes = [customer for customer in customers for _ in range(50)]
    orders: list[Order] = at_once([partial(topup, customer, 1_000) for customer in wishes], threads=8)
    bank.control("POST", "orders", {"orders": [charged(order) for order in orders]})
    bodies = [event(order.order_id, event_id=f"evt_{order.order_id}") for order in orders] * 2
    random.shuffle(bodies)

    at_once([partial(receive, body) for body in bodies], threads=8)
    at_once([partial(outbox.drain, now=clock.now()) for _ in range(8)], threads=8)

    assert WebhookInbox.objects.count() == 500
    assert Transfer.objects.filter(purpose_id="TOPUP").count() == 500
    assert [balance(customer) for customer in customers] == [50_000] * 10
    assert bank.books()["totals"]["charged"] == 500_000
    figures.note("F4b", "1,000 deliveries of 500 events: credits 500, books equal")


def charged(order: Order) -> dict[str, Any]:
    return {"order_id": order.order_id, "outcome": "CHARGED", "webhooks": {"suppress": True}}


def test_two_orders_for_one_policy_pay_it_once_and_return_the_other(bank: Bank, customer: User, premiums: Premiums) -> None:
    policy_id = uuid4()
    premiums.prices[policy_id] = Money(99_900)
    orders = [premium(customer, policy_id) for _ in range(2)]
    for order in orders:
        bank.outcome(order, "CHARGED")

    together([partial(sync, order, OrderEvent.Cause.POLL) for order in orders])

    assert sorted(Order.objects.values_list("settlement", flat=True)) == ["DONE", "REFUND"]
    assert Refund.objects.count() == 1


def test_sweepers_racing_claim_each_order_once(bank: Bank, customer: User) -> None:
    for _ in range(10):
        topup(customer, 1_000)
    due_at = NOW + timedelta(minutes=1)

    claimed = together([partial(sweeping.sweep_orders, now=due_at, limit=4) for _ in range(6)])

    assert sum(claimed) == 10
    numbers = [
        message.payload["order_id"] for message in OutboxMessage.objects.filter(topic="payment.check_due", not_before=due_at)
    ]
    assert len(numbers) == len(set(numbers)) == 10


def test_twenty_refunds_at_once_stay_within_what_was_captured(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "CHARGED")
    sync(order, OrderEvent.Cause.POLL)

    answers = together([partial(refund, order, 15_000, f"number {number}") for number in range(20)])

    accepted = [answer for answer in answers if isinstance(answer, Refund)]
    refused = [answer for answer in answers if isinstance(answer, RefundExceedsCaptured)]
    assert (len(accepted), len(refused)) == (3, 17)
    figures.note("F17", f"accepted {len(accepted)} of 20, refused {len(refused)}; 3 × ₹150 of ₹500")


def test_the_same_decision_from_many_threads_is_one_refund(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "CHARGED")
    sync(order, OrderEvent.Cause.POLL)

    answers = together([partial(refund, order, 15_000, "the same")] * 8)

    assert len({answer.pk for answer in answers}) == 1


def refund(order: Order, paise: int, business_key: str) -> Refund:
    return refunds.request(
        order_id=order.order_id,
        amount=Money(paise),
        reason=RefundReason.STAFF,
        business_key=business_key,
        requested_by="staff:finance",
        now=clock.now(),
    )
