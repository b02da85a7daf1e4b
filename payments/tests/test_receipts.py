"""One receipt for each payment, numbered without gaps in each financial year."""

import io
import threading
from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, connections, transaction
from pypdf import PdfReader

from aarokya.common import clock, outbox
from aarokya.common.money import Money
from accounts.models import User
from payments.errors import NoReceiptYet
from payments.gateways import gateway
from payments.models import Order, OrderEvent, PaymentMethod, Receipt, ReceiptSeries
from payments.services import receipts
from payments.services.receipts import financial_year
from payments.services.syncing import sync_order
from payments.tests.builders import NOW, Bank, client_of, make_customer, premium, topup
from payments.tests.premiums import Premiums


def paid(bank: Bank, customer: User, paise: int = 50_000) -> Order:
    order = topup(customer, paise)
    bank.outcome(order, "CHARGED")
    return sync_order(order_id=order.order_id, cause=OrderEvent.Cause.POLL, gateway=gateway(), now=NOW)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 4, 1), "2026-27"),
        (date(2027, 3, 31), "2026-27"),
        (date(2027, 4, 1), "2027-28"),
        (date(2099, 12, 31), "2099-00"),
    ],
)
def test_a_financial_year_begins_in_april(day: date, year: str) -> None:
    assert financial_year(day) == year


@pytest.mark.django_db
def test_settled_payments_are_numbered_one_after_the_other(bank: Bank, customer: User) -> None:
    orders = [paid(bank, customer, 1_000) for _ in range(3)]

    outbox.drain(now=clock.now())
    outbox.drain(now=clock.now())

    assert list(Receipt.objects.order_by("sequence").values_list("sequence", flat=True)) == [1, 2, 3]
    assert set(Receipt.objects.values_list("order_id", flat=True)) == {order.pk for order in orders}


@pytest.mark.django_db
def test_the_receipt_shows_what_was_paid(bank: Bank, customer: User, premiums: Premiums) -> None:
    policy_id = uuid4()
    paid(bank, customer, 30_000)
    premiums.prices[policy_id] = Money(99_950)
    order = premium(customer, policy_id, method=PaymentMethod.WALLET_AND_GATEWAY)
    bank.outcome(order, "CHARGED")
    sync_order(order_id=order.order_id, cause=OrderEvent.Cause.POLL, gateway=gateway(), now=NOW)

    answer = client_of(customer).get(f"/payments/{order.order_id}/receipt")
    again = client_of(customer).get(f"/payments/{order.order_id}/receipt")

    text = " ".join(PdfReader(io.BytesIO(answer.content)).pages[0].extract_text().split())
    number = Receipt.objects.get(order=order).number
    assert (answer.status_code, answer["Content-Type"], again.content) == (200, "application/pdf", answer.content)
    for shown in (number, order.order_id, "₹999.50", "₹300.00", "₹699.50", "Asha Rao", "nine hundred and ninety-nine"):
        assert shown in text


@pytest.mark.django_db
def test_no_receipt_before_the_money_and_none_for_strangers(bank: Bank, customer: User) -> None:
    order = topup(customer)

    early = client_of(customer).get(f"/payments/{order.order_id}/receipt")
    stranger = client_of(make_customer()).get(f"/payments/{order.order_id}/receipt")

    assert (early.status_code, early.json()["error"]) == (409, "OE-1303")
    assert (stranger.status_code, stranger.json()["error"]) == (404, "NOT_FOUND")
    assert not Receipt.objects.exists()


@pytest.mark.django_db
def test_money_that_goes_back_has_no_receipt(bank: Bank, customer: User, premiums: Premiums) -> None:
    policy_id = uuid4()
    premiums.prices[policy_id] = Money(20_000)
    first, second = premium(customer, policy_id), premium(customer, policy_id)
    for order in (first, second):
        bank.outcome(order, "CHARGED")
        sync_order(order_id=order.order_id, cause=OrderEvent.Cause.POLL, gateway=gateway(), now=NOW)

    outbox.drain(now=clock.now())

    assert Receipt.objects.get().order == first
    with pytest.raises(NoReceiptYet):
        receipts.issue(order_id=second.order_id, now=NOW)


@pytest.mark.django_db
def test_the_database_refuses_gaps_and_changes(bank: Bank, customer: User) -> None:
    receipt = receipts.issue(order_id=paid(bank, customer).order_id, now=NOW)
    series = ReceiptSeries.objects.filter(pk=receipt.series_id)

    for broken in (
        lambda: series.update(last_number=3),
        lambda: series.update(last_number=0),
        lambda: Receipt.objects.update(sequence=7),
        lambda: Receipt.objects.all().delete(),
    ):
        with pytest.raises(Exception, match=r"receipt|permission denied|append"), transaction.atomic():
            broken()
    with pytest.raises(IntegrityError, match="its receipts end at 1"):
        take_a_number_and_commit()
    assert series.get().last_number == 1


@transaction.atomic
def take_a_number_and_commit() -> None:
    receipts.take_number(ReceiptSeries.objects.get().financial_year)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what a commit does first


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_leave_no_gap_and_no_double(bank: Bank) -> None:
    customer = make_customer()
    orders = [paid(bank, customer, 1_000) for _ in range(8)]
    ready = threading.Barrier(16)

    def issue(order_id: str) -> None:
        ready.wait()
        try:
            receipts.issue(order_id=order_id, now=NOW)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=issue, args=[order.order_id]) for order in orders * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(Receipt.objects.values_list("sequence", flat=True)) == list(range(1, 9))
