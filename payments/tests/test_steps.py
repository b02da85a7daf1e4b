"""The graph of an order: each state has one reading, and the page shows it with what can be done."""

import pytest

from aarokya.common.money import Money
from accounts.models import User
from payments.admin.steps import steps_of
from payments.gateways import gateway
from payments.models import Order, OrderEvent, RefundReason
from payments.services import refunds
from payments.services.syncing import sync_order
from payments.tests.builders import NOW, Bank, topup
from payments.tests.test_office import office

pytestmark = pytest.mark.django_db


def reading(order: Order) -> dict[str, str]:
    return {step.title: step.standing for step in steps_of(order)}


@pytest.mark.parametrize(
    ("outcome", "last_three"),
    [
        (None, ("here", "ahead", "ahead")),
        ("CHARGED", ("done", "done", "here")),
        ("AUTHENTICATION_FAILED", ("failed", "skipped", "skipped")),
    ],
)
def test_each_outcome_reads_differently(
    bank: Bank, customer: User, outcome: str | None, last_three: tuple[str, str, str]
) -> None:
    order = topup(customer)
    if outcome:
        bank.outcome(order, outcome)
        order = sync_order(order_id=order.order_id, cause=OrderEvent.Cause.POLL, gateway=gateway(), now=NOW)
    steps = dict(zip(("Paid", "Wallet topup", "Receipt"), last_three, strict=True))
    assert reading(order) == {"Opened": "done", "Asked of the gateway": "done", **steps}


def test_a_refund_hangs_below_and_the_page_offers_retry_and_refund(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "CHARGED")
    order = sync_order(order_id=order.order_id, cause=OrderEvent.Cause.POLL, gateway=gateway(), now=NOW)
    asked = {"order_id": order.order_id, "amount": Money(100), "reason": RefundReason.STAFF}
    refunds.request(**asked, business_key="k", requested_by="staff:fatima", now=NOW)  # type: ignore[arg-type]  # three of its own

    last = steps_of(order)[-1]
    assert (last.title, last.standing, last.branch) == ("Refund", "here", True)
    page = office("fatima", "finance").get(f"/admin/payments/order/{order.pk}/change/").content.decode()
    assert 'aria-current="step"' in page
    assert f"/admin/payments/order/{order.pk}/ask/" in page
    assert f"/admin/payments/order/{order.pk}/refund/" in page


def test_asking_again_from_the_page_settles_once(bank: Bank, customer: User) -> None:
    order, fatima = topup(customer), office("fatima", "finance")
    bank.outcome(order, "CHARGED")
    for _ in range(2):
        fatima.post(f"/admin/payments/order/{order.pk}/ask/", {"reason": "the rider calls", "confirm": "1"})
    order.refresh_from_db()
    assert reading(order)["Wallet topup"] == "done"
    assert order.events.filter(to_status="CHARGED").exclude(from_status="CHARGED").count() == 1
