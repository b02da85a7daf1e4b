"""When the gateway is asked again, and when we stop waiting."""

from datetime import timedelta

import pytest

from aarokya.common import clock, outbox
from aarokya.common.clients.http import PartnerError
from aarokya.common.errors import UpstreamError
from accounts.models import User
from payments.gateways import gateway
from payments.models import Order, OrderEvent
from payments.services import sweeping
from payments.services.schedule import SECONDS
from payments.services.syncing import sync_order
from payments.tests.builders import NOW, Bank, balance, client_of, reserved, topup
from tests import figures

pytestmark = pytest.mark.django_db
POLL = OrderEvent.Cause.POLL


def sync(order: Order, *, after: timedelta = timedelta()) -> Order:
    return sync_order(order_id=order.order_id, cause=POLL, gateway=gateway(), now=NOW + after)


def test_a_second_charge_that_comes_later_is_found_by_the_poller(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "CHARGED")
    sync(order)
    bank.order_fault("double_charge")

    assert sweeping.sweep_orders(now=NOW + timedelta(minutes=29)) == 0
    assert sweeping.sweep_orders(now=NOW + timedelta(minutes=31)) == 1


def looks(*, after: timedelta) -> int:
    """How many orders are looked at when it is their turn."""
    found = sweeping.sweep_orders(now=NOW + after)
    outbox.drain(now=NOW + after)
    return found


def test_what_a_bank_gives_back_days_later_without_a_word_is_found(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "CHARGED")
    sync(order)
    for number in range(5):  # webhooks of the charge, each of which makes us look
        sync(order, after=timedelta(seconds=number))
    assert [looks(after=timedelta(minutes=31)), looks(after=timedelta(hours=25))] == [1, 1]
    bank.outcome(order, "AUTO_REFUNDED")

    assert [looks(after=timedelta(days=3, hours=23)), looks(after=timedelta(days=4, hours=1))] == [0, 1]

    order.refresh_from_db()
    assert (order.status, balance(customer), order.next_check_at) == ("REVERSED", 0, None)


def test_nobody_began_to_pay_so_the_order_expires(bank: Bank, customer: User) -> None:
    order = topup(customer)

    still_open = sync(order, after=timedelta(minutes=29))
    expired = sync(order, after=timedelta(minutes=31))

    assert (still_open.status, expired.status, reserved(customer)) == ("SESSION_OPEN", "EXPIRED", 0)


def test_a_bank_that_never_answers_frees_the_reservation_after_three_days(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "PENDING")

    pending = sync(order, after=timedelta(hours=71))
    expired = sync(order, after=timedelta(hours=73))

    assert (pending.status, expired.status, balance(customer), reserved(customer)) == ("PENDING", "EXPIRED", 0, 0)
    figures.note("F12", "EXPIRED after 72 h, reserved 0, credits 0")


def test_a_session_that_never_came_about_expires(bank: Bank, customer: User) -> None:
    bank.fault("session", "http_500")
    client_of(customer).post("/payments/session", {"type": "WALLET_TOPUP", "amount": 50_000}, format="json")
    bank.heal()
    order = Order.objects.get()
    present = clock.now()

    waiting = sync_order(order_id=order.order_id, cause=POLL, gateway=gateway(), now=present + timedelta(minutes=2))
    expired = sync_order(order_id=order.order_id, cause=POLL, gateway=gateway(), now=present + timedelta(minutes=31))

    assert (waiting.status, waiting.gateway_status, expired.status) == ("CREATED", "NOT_FOUND", "EXPIRED")
    assert reserved(customer) == 0


def test_polls_follow_the_schedule_and_a_dead_gateway_only_slows_them(bank: Bank, customer: User) -> None:
    order = topup(customer)
    opened = Order.objects.get(pk=order.pk).next_check_at
    bank.fault("order_status", "http_500")
    with pytest.raises(PartnerError):
        sync(order)
    after_failure = Order.objects.get(pk=order.pk).next_check_at
    bank.heal()
    sync(order)
    after_answer = Order.objects.get(pk=order.pk).next_check_at

    assert [moment - NOW for moment in (opened, after_failure, after_answer) if moment] == [
        timedelta(seconds=seconds) for seconds in SECONDS[:3]
    ]


def test_sweepers_claim_each_due_order_once(bank: Bank, customer: User) -> None:
    topup(customer)
    due_at = NOW + timedelta(seconds=6)

    assert [sweeping.sweep_orders(now=due_at), sweeping.sweep_orders(now=due_at)] == [1, 0]


def test_an_order_whose_process_died_before_the_session_is_looked_after(bank: Bank, customer: User) -> None:
    """Nobody repeats, no webhook comes: the promise of the first commit and then the sweeper find its end."""
    bank.fault("session", "http_500")
    bank.fault("order_status", "http_500")
    with pytest.raises(UpstreamError):
        topup(customer)
    bank.heal()

    moment = NOW + timedelta(minutes=3)
    while moment < NOW + timedelta(hours=2):
        outbox.drain(now=moment)
        sweeping.sweep_orders(now=moment)
        moment += timedelta(minutes=3)

    assert (Order.objects.get().status, reserved(customer)) == ("EXPIRED", 0)


def test_a_session_that_exists_without_our_knowing_is_found(bank: Bank, customer: User) -> None:
    """The process died between the gateway's answer and our second commit; the customer pays from the link he saw."""
    order = topup(customer)
    Order.objects.filter(pk=order.pk).update(next_check_at=None, payload=None)
    bank.outcome(order, "CHARGED")

    outbox.drain(now=NOW + timedelta(minutes=3))

    assert balance(customer) == 50_000


@pytest.mark.parametrize(("age", "is_over"), [(timedelta(days=3), False), (timedelta(days=4, minutes=1), True)])
def test_failed_orders_are_asked_about_for_four_days(bank: Bank, customer: User, age: timedelta, is_over: bool) -> None:
    order = topup(customer)
    bank.outcome(order, "FAILED")

    looked_at = sync(order, after=age)

    assert (looked_at.next_check_at is None) is is_over
