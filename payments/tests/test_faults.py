"""Faults around a payment, at the load that docs/faults.md demands when FAULT_FIGURES=1 and at a fraction of it otherwise."""

import itertools
import os
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from aarokya.common import clock, outbox
from aarokya.common.models import IdempotencyKey, OutboxMessage
from aarokya.common.money import Money
from payments.gateways import gateway
from payments.models import Order, OrderEvent, Refund, Ticket, WebhookInbox, WebhookState
from payments.services import sweeping, syncing
from payments.services.schedule import SECONDS
from payments.tests.builders import Bank, balance, basic, client_of, event, make_customer, premium, push, topup
from payments.tests.premiums import Premiums
from payments.tests.test_races import at_once, charged, together
from payments.tests.test_refunds_api import finance
from payments.tests.test_return import landing
from tests import figures
from wallets.models import Transfer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(1_800)]
FULL = os.environ.get("FAULT_FIGURES") == "1"
EVENTS = ("TXN_CREATED", "ORDER_FAILED", "ORDER_SUCCEEDED", "ORDER_REFUNDED")


def drain(now: datetime | None = None) -> None:
    outbox.drain(now=now or clock.now())


def credits_of(*orders: Order) -> Counter[str]:
    """How often each order was credited."""
    rows = Transfer.objects.filter(purpose_id="TOPUP", direction=1, reference_id__in=[order.order_id for order in orders])
    return Counter(rows.values_list("reference_id", flat=True))


def test_f3_one_webhook_sent_a_thousand_times_by_64_senders(bank: Bank) -> None:
    copies = 1_000 if FULL else 128
    order = topup(make_customer(), now=clock.now())
    bank.outcome(order, "CHARGED")
    body = event(order.order_id)

    answers = Counter(answer.status_code for answer in at_once([partial(push, body)] * copies, threads=64))
    at_once([drain] * 4)

    assert answers == {200: copies}
    assert (WebhookInbox.objects.count(), credits_of(order)) == (1, {order.order_id: 1})
    announced = OutboxMessage.objects.filter(topic="webhook.received").count()
    assert announced == 1
    figures.note("F3", f"{copies:,} by 64 senders: all 200, inbox rows {WebhookInbox.objects.count()}, credits 1")


def test_f4_webhook_landing_poll_and_sweep_at_once(bank: Bank) -> None:
    people = [make_customer() for _ in range(10)]
    count = 500 if FULL else 20
    orders: list[Order] = at_once([partial(topup, people[number % 10], 1_000) for number in range(count)], threads=8)
    bank.control("POST", "orders", {"orders": [charged(order) for order in orders]})

    acts = [act for order in orders for act in ways_to_hear(order)]
    answers = at_once(acts, threads=16)
    at_once([drain] * 4)

    assert all(answer is None or answer.status_code == 200 for answer in answers)
    counted = credits_of(*orders)
    assert set(counted.values()) == {1}
    assert sum(balance(person) for person in people) == bank.books()["totals"]["charged"] == count * 1_000
    figures.note("F4", f"{count} orders, each from four causes at once: credits {counted.total()}")


def ways_to_hear(order: Order) -> list[Callable[[], Any]]:
    status = f"/payments/{order.order_id}/status"
    return [
        partial(push, event(order.order_id)),
        lambda: APIClient().get(landing(order)),
        lambda: client_of(order.user).get(status),
        partial(sweep, clock.now() + timedelta(minutes=1)),
    ]


def sweep(now: datetime) -> None:
    sweeping.sweep_orders(now=now)
    drain(now)


def test_f5_every_order_of_four_events(bank: Bank) -> None:
    """The customer fails, pays, and is given a part back. Each webhook comes with the truth of its moment."""
    ends: Counter[tuple[object, ...]] = Counter()
    for sequence in itertools.permutations(EVENTS):
        ends[what_becomes(bank, sequence)] += 1

    assert ends == {("CHARGED", "DONE", 40_000, "SUCCESS", True): 24}
    figures.note("F5", f"{ends.total()} permutations, {len(ends)} final state; ranks never fell")


def what_becomes(bank: Bank, sequence: tuple[str, ...]) -> tuple[object, ...]:
    order = topup(make_customer(), now=clock.now())
    bank.outcome(order, "FAILED")
    ranks = []
    for position, name in enumerate(sequence):
        if position == 1:
            bank.outcome(order, "CHARGED")
        if position == 3:
            refund_a_part(bank, order)
        push(event(order.order_id, name))
        drain()
        ranks.append(Order.objects.get(pk=order.pk).rank)
    final = Order.objects.get(pk=order.pk)
    [refund] = final.refunds.all()
    return (final.status, final.settlement, balance(final.user), refund.status, ranks == sorted(ranks))


def refund_a_part(bank: Bank, order: Order) -> None:
    body = {"amount": 10_000, "note": "asked for by the customer"}
    answer = finance("finance").post(f"/payments/{order.order_id}/refunds", body, format="json")
    assert answer.status_code == 201, answer.content
    drain()
    bank.control("POST", f"refunds/{order.refunds.get().unique_request_id}", {"outcome": "SUCCESS"})


def test_f6_forged_webhooks(bank: Bank) -> None:
    order = topup(make_customer(), now=clock.now())
    lie = event(order.order_id, status="CHARGED", status_id=21, amount="99999999.00")

    answers = [
        push(lie, authorization=""),
        push(lie, authorization=basic("aarokya", "guess")),
        push(event("UNKNOWN0000000000001")),
        push(lie),
    ]
    drain()

    statuses = [answer.status_code for answer in answers]
    alerts = Ticket.objects.filter(kind="MISMATCH", subject=order.order_id).count()
    assert (statuses, balance(order.user), alerts) == ([401, 401, 200, 200], 0, 1)
    assert Order.objects.get(pk=order.pk).status == "SESSION_OPEN"
    figures.note("F6", f"credits 0; {'/'.join(map(str, statuses))}; alerts {alerts}")


BODIES: dict[str, dict[str, Any]] = {
    "numbers as strings": {"status_id": "21", "amount": "500.00", "txn_detail": {"txn_amount": "500", "net_amount": "500.0"}},
    "numbers as numbers": {"status_id": 21, "amount": 500.0, "txn_detail": {"txn_amount": 500, "net_amount": 5e2}},
    "nulls as {}": {"card": {}, "upi": {}, "refunds": {}, "txn_detail": {}, "amount": {}, "status_id": {}},
    "nulls": {"card": None, "upi": None, "refunds": None, "txn_detail": None, "amount": None, "status": None},
    "masked": {"customer_phone": "FILTERED", "customer_email": "FILTERED", "card": "FILTERED", "amount": "FILTERED"},
    "keys of a later version": {"loyalty": {"points": 3}, "splits": [{"to": "x"}], "status": "CHARGED_IN_FULL"},
    "order id in another case": {},
}


def test_f8_bodies_in_every_variant(bank: Bank) -> None:
    orders = {name: topup(make_customer(), now=clock.now()) for name in BODIES}
    for name, order in orders.items():
        bank.outcome(order, "CHARGED")
        number = order.order_id.lower() if "case" in name else order.order_id
        assert push(event(number, **BODIES[name])).status_code == 200
    unheard = push(event(next(iter(orders.values())).order_id, "PAYMENT_CELEBRATED"))
    drain()

    states = Counter(WebhookInbox.objects.values_list("state", flat=True))
    assert unheard.status_code == 200
    assert credits_of(*orders.values()) == {order.order_id: 1 for order in orders.values()}
    assert states == {WebhookState.PROCESSED: len(BODIES) + 1}
    unknown = WebhookInbox.objects.filter(event_name="PAYMENT_CELEBRATED").count()
    figures.note("F8", f"{len(BODIES)} variants: parse errors {states[WebhookState.UNREADABLE]}; unknown event stored {unknown}")


def test_f9_without_any_webhook_the_schedule_settles(bank: Bank) -> None:
    """Orders paid 3 s to 25 min after they were opened are credited at their next look, and that is never far away."""
    start = clock.now()
    paid_at = {topup(make_customer(), now=start): start + timedelta(seconds=after) for after in (3, 12, 40, 90, 200, 500, 1_500)}
    promised: dict[Order, datetime] = {}
    while Order.objects.exclude(settlement="DONE").exists():
        unpaid = {order: at for order, at in paid_at.items() if order not in promised}
        looks = [order.next_check_at for order in Order.objects.open() if order.next_check_at]
        moment = min([*unpaid.values(), *looks])
        for order in [order for order, at in unpaid.items() if at <= moment]:
            bank.outcome(order, "CHARGED")
            promised[order] = Order.objects.get(pk=order.pk).next_check_at or start
        sweep_at(moment)
    settled = {order.pk: order.settled_at for order in Order.objects.all() if order.settled_at}
    delays = {order: settled[order.pk] - at for order, at in paid_at.items()}

    assert set(credits_of(*paid_at).values()) == {1}
    assert all(settled[order.pk] <= promised[order] for order in paid_at)
    assert all(delays[order] <= timedelta(seconds=longest_pause(paid_at[order] - start)) for order in paid_at)
    figures.note("F9", f"{len(delays)} of {len(delays)} settled by polling; longest delay {max(delays.values()).seconds} s")


def sweep_at(moment: datetime) -> None:
    sweeping.sweep_orders(now=moment)
    drain(moment)


def longest_pause(age: timedelta) -> int:
    """Seconds of the pause of the schedule in which an order of this age waits."""
    looks = itertools.accumulate(SECONDS)
    return next(pause for pause, at in zip(SECONDS, looks, strict=True) if at >= age.total_seconds())


@pytest.mark.parametrize("outage", [timedelta(minutes=5), timedelta(hours=24)], ids=["5 min", "24 h"])
def test_f10_our_endpoint_is_down(bank: Bank, outage: timedelta) -> None:
    """The bank's deliveries fail (nobody listens at our address here) until it gives up; then we are back."""
    start = clock.now()
    orders = [topup(make_customer(), now=start) for _ in range(5)]
    for order in orders:
        bank.control("POST", f"orders/{order.order_id}", {"outcome": "CHARGED"})
    bank.control("POST", "clock", {"advance_s": outage.total_seconds()})

    for minutes in range(0, 60, 5):
        sweep_at(start + outage + timedelta(minutes=minutes))

    told = [delivery for delivery in bank.control("GET", "webhooks") if delivery["state"] == "DELIVERED"]
    lost = len(orders) - sum(credits_of(*orders).values())
    assert (told, lost, WebhookInbox.objects.count()) == ([], 0, 0)
    figures.note("F10", f"5 min and 24 h: orders lost {lost}")


def test_f13_late_success(bank: Bank, premiums: Premiums) -> None:
    """Money that comes after a failure is credited; money whose purpose is gone by then goes back."""
    ends: dict[str, tuple[int, int]] = {}
    start = clock.now()
    for name, after in {"+1 min": timedelta(minutes=1), "+11 min": timedelta(minutes=11), "+2 days": timedelta(days=2)}.items():
        order, late = topup(make_customer(), now=start), too_late(premiums, bank, start)
        for each in (order, late):
            bank.outcome(each, "FAILED")
            sync(each, start)
            bank.outcome(each, "CHARGED")
            for moment in (start + after, start + after + timedelta(hours=1)):
                sync(each, moment)
        ends[name] = (credits_of(order)[order.order_id] + order.refunds.count(), late.refunds.count())

    assert ends == dict.fromkeys(ends, (1, 1))
    assert not Refund.objects.filter(order__type="WALLET_TOPUP").exists()
    figures.note("F13", f"{', '.join(ends)}: credits 1 each; refunds 1 each where the purpose was gone; never both")


def too_late(premiums: Premiums, bank: Bank, now: datetime) -> Order:
    """An order for a policy that another order pays meanwhile."""
    customer, policy_id = make_customer(), uuid4()
    premiums.prices[policy_id] = Money(99_900)
    late, paid = premium(customer, policy_id, now=now), premium(customer, policy_id, now=now)
    bank.outcome(paid, "CHARGED")
    sync(paid, now)
    return late


def sync(order: Order, now: datetime) -> Order:
    return syncing.sync_order(order_id=order.order_id, cause=OrderEvent.Cause.SWEEP, gateway=gateway(), now=now)


def test_f27_a_message_delivered_twice_at_once(bank: Bank) -> None:
    orders = [topup(make_customer(), now=clock.now()) for _ in range(5)]
    for order in orders:
        bank.outcome(order, "CHARGED")
        push(event(order.order_id))
    messages = list(OutboxMessage.objects.filter(topic="webhook.received").values_list("pk", flat=True))

    together([partial(outbox.deliver, pk, now=clock.now()) for pk in messages * 3])
    drain()

    assert set(credits_of(*orders).values()) == {1}
    figures.note("F27b", f"{len(messages)} messages, each delivered 3 times at once: effects 1 each")


def test_f36_one_idempotency_key(bank: Bank) -> None:
    customer, other = make_customer(), make_customer()
    body = {"type": "WALLET_TOPUP", "amount": 50_000}

    at_the_same_time = together([partial(pay, customer, body)] * 50)
    replay, another_body = pay(customer, body), pay(customer, body | {"amount": 50_001})
    stranger = pay(other, body)
    statuses = Counter(answer.status_code for answer in at_the_same_time)
    assert statuses[201] + statuses[409] == 50, statuses
    crashed = after_crash(customer, body)

    assert len({answer.json()["order_id"] for answer in at_the_same_time if answer.status_code == 201}) == 1
    assert (replay.status_code, replay.headers["Idempotency-Hit"], another_body.status_code) == (201, "true", 422)
    assert stranger.json()["order_id"] != replay.json()["order_id"] == crashed.json()["order_id"]
    assert Order.objects.count() == len(bank.books()["orders"]) == 2
    figures.note(
        "F36",
        f"50 at once: orders 1, the others replayed or 409; same body replayed, other body {another_body.status_code}, "
        "after a crash resumed, other user independent",
    )


def pay(customer: Any, body: dict[str, Any]) -> Any:
    return client_of(customer).post("/payments/session", body, format="json", headers={"Idempotency-Key": "the-key"})


def after_crash(customer: Any, body: dict[str, Any]) -> Any:
    """The process died before it kept its answer, and its lease has lapsed."""
    rows = IdempotencyKey.objects.filter(pk=Order.objects.get(user=customer).pk)
    assert rows.update(status_code=None, body=None, lease_until=clock.now()) == 1
    return pay(customer, body)
