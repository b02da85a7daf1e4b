"""What compares the books after every test finds each way in which they can differ."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from payments.gateways import gateway
from payments.models import Order, OrderEvent
from payments.services.syncing import sync_order
from payments.tests import books
from payments.tests.builders import NOW, Bank, topup
from wallets.models import Transfer

pytestmark = pytest.mark.django_db
Book = dict[str, Any]


@pytest.fixture
def paid(bank: Bank, customer: User) -> Order:
    order = topup(customer)
    bank.outcome(order, "CHARGED")
    settled = sync_order(order_id=order.order_id, cause=OrderEvent.Cause.WEBHOOK, gateway=gateway(), now=NOW)
    Order.objects.filter(pk=order.pk).update(next_check_at=None)
    return settled


def test_books_that_agree(bank: Bank, paid: Order) -> None:
    assert list(books.differences(bank.all_orders())) == []


@pytest.mark.parametrize(
    ("falsify", "said"),
    [
        (lambda book: book.update(charged=50_001), "theirs 50001"),
        (lambda book: book.update(charged=0), "theirs 0"),
        (lambda book: book.update(refunded=100), "100 went back there"),
        (lambda book: book.update(refund_pending=100), "100 in refunds there"),
    ],
    ids=["more", "nothing", "refunded", "refund under way"],
)
def test_money_that_differs(bank: Bank, paid: Order, falsify: Callable[[Book], None], said: str) -> None:
    theirs = bank.all_orders()
    falsify(theirs[paid.order_id])

    found = list(books.differences(theirs))

    assert found
    assert all(paid.order_id in line for line in found)
    assert said in found[0]


def test_an_order_of_theirs_that_we_do_not_have(bank: Bank, paid: Order) -> None:
    found = list(books.differences(bank.all_orders() | {"STRANGER": {"charged": 1}}))

    assert found == ["the gateway has STRANGER, we do not"]


def test_a_top_up_counts_once_and_in_full(paid: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database refuses to falsify the ledger, so it is hidden instead."""
    with monkeypatch.context() as hiding:
        hiding.setattr(Transfer.objects, "filter", lambda **_: Transfer.objects.none())
        found = list(books.credits_of_topups())

    assert found == [f"{paid.order_id} CHARGED: credited [], due [50000]"]


def test_only_what_will_be_asked_about_may_be_behind(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "FAILED")
    sync_order(order_id=order.order_id, cause=OrderEvent.Cause.POLL, gateway=gateway(), now=NOW)
    bank.outcome(order, "CHARGED")

    behind = list(books.differences(bank.all_orders()))
    kept = Order.objects.get(pk=order.pk).next_check_at
    Order.objects.filter(pk=order.pk).update(next_check_at=None)
    given_up = list(books.differences(bank.all_orders()))
    Order.objects.filter(pk=order.pk).update(next_check_at=kept)

    assert (behind, len(given_up)) == ([], 1)
