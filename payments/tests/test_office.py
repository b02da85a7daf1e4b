"""Acts in the back office: shown, given a reason, done and audited."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from aarokya.common.models import AuditEntry
from aarokya.common.money import Money
from accounts.models import Staff, User
from approvals.models import Request
from payments.gateways import gateway
from payments.models import Order, OrderEvent, Refund, Ticket
from payments.services import approving
from payments.services.syncing import sync_order
from payments.tests.builders import NOW, Bank, balance, topup

pytestmark = pytest.mark.django_db
REASON = "the gateway corrected the currency"


def office(name: str, *groups: str) -> Client:
    staff = Staff.objects.create(username=name, is_staff=True)
    staff.groups.set([Group.objects.get_or_create(name=group)[0] for group in groups])
    client = Client()
    client.force_login(staff)
    return client


def sync(order: Order) -> Order:
    return sync_order(order_id=order.order_id, cause=OrderEvent.Cause.POLL, gateway=gateway(), now=NOW)


@pytest.fixture
def quarantined(bank: Bank, customer: User) -> Order:
    order = topup(customer)
    bank.change(order, currency="USD")
    bank.outcome(order, "CHARGED")
    found = sync(order)
    bank.change(order, currency="INR")
    return found


def release(order: Order) -> str:
    return f"/admin/payments/order/{order.pk}/release/"


def test_the_page_shows_what_will_happen_first(quarantined: Order, customer: User) -> None:
    page = office("fatima", "finance").get(release(quarantined))

    assert page.status_code == 200
    assert "ours INR, theirs USD" in page.content.decode()
    assert balance(customer) == 0


def test_without_a_reason_nothing_happens(quarantined: Order, customer: User) -> None:
    page = office("fatima", "finance").post(release(quarantined), {"reason": ""})

    assert (page.status_code, balance(customer)) == (200, 0)
    assert "required" in page.content.decode()


def test_with_a_reason_the_order_goes_on_and_the_ticket_closes(quarantined: Order, customer: User) -> None:
    answer = office("fatima", "finance").post(release(quarantined), {"reason": REASON, "confirm": "1"})

    assert (answer.status_code, balance(customer)) == (302, 50_000)
    entry = AuditEntry.objects.get(action="order.asked_again")
    assert (entry.actor, entry.reason) == ("staff:fatima", REASON)
    assert Ticket.objects.get().closed_by == "system:payments"


def test_a_gateway_that_is_down_is_said_so(bank: Bank, quarantined: Order, customer: User) -> None:
    bank.fault("order_status", "http_500")

    page = office("fatima", "finance").post(release(quarantined), {"reason": REASON, "confirm": "1"})

    assert "The gateway did not say" in page.content.decode()
    assert Order.objects.get().status == "MISMATCH"


@pytest.mark.parametrize("groups", [("ops",), ("support",), ()])
def test_others_may_not(quarantined: Order, groups: tuple[str, ...], customer: User) -> None:
    answer = office("olga", *groups).post(release(quarantined), {"reason": REASON, "confirm": "1"})

    assert (answer.status_code, balance(customer)) == (403, 0)


def test_a_refund_is_approved_by_somebody_else_or_declined(bank: Bank, customer: User) -> None:
    order = topup(customer, 700_000)
    bank.outcome(order, "CHARGED")
    sync(order)
    wish = {"amount": Money(600_000), "note": "asked for", "idempotency_key": None, "now": NOW}
    refund = approving.request(order_id=order.order_id, actor="staff:fatima", **wish)  # type: ignore[arg-type]
    path = f"/admin/approvals/request/{Request.objects.get().pk}"
    fatima, george = office("fatima", "finance"), office("george", "finance")

    own = fatima.post(f"{path}/approve/", {"reason": "I want it", "confirm": "1"})
    shown = george.post(f"{path}/approve/", {"reason": "checked with the bank"})
    second = george.post(f"{path}/approve/", {"reason": "checked with the bank", "confirm": "1"})
    late = george.post(f"{path}/decline/", {"reason": "changed my mind", "confirm": "1"})

    assert "cannot approve it" in own.content.decode()
    assert "₹6,000.00 goes back" in shown.content.decode()
    assert refund.pk == Refund.objects.get().pk
    assert (second.status_code, late.status_code) == (302, 200)
    assert (Refund.objects.get().approved_by, balance(customer)) == ("staff:george", 100_000)


def test_a_ticket_is_closed_with_words(quarantined: Order) -> None:
    ticket = Ticket.objects.get()

    office("fatima", "finance").post(f"/admin/payments/ticket/{ticket.pk}/close/", {"reason": "refunded by hand", "confirm": "1"})

    closed = Ticket.objects.get()
    assert (closed.closed_by, closed.resolution) == ("staff:fatima", "refunded by hand")


def test_a_refund_from_the_orders_page_waits_above_the_limit_and_a_second_submit_is_the_same(bank: Bank, customer: User) -> None:
    order = topup(customer, 700_000)
    bank.outcome(order, "CHARGED")
    sync(order)
    fatima, path = office("fatima", "finance"), f"/admin/payments/order/{order.pk}/refund/"
    body = {"amount": "6,000.00", "destination": "SOURCE", "reason": "paid by mistake", "key": "once"}

    shown = fatima.post(path, body).content.decode()
    for _ in range(2):
        assert fatima.post(path, body | {"confirm": "1"}).status_code == 302
    small = fatima.post(path, body | {"amount": "500", "key": "another", "confirm": "1"})
    much = fatima.post(path, body | {"amount": "600", "key": "third"}).content.decode()

    assert "above what you may give back alone" in shown
    assert small.status_code == 302
    assert "what was captured" in much
    assert sorted(Refund.objects.values_list("status", flat=True)) == ["AWAITING_APPROVAL", "REQUESTED"]
    assert Request.objects.get().requested_by == "staff:fatima"
