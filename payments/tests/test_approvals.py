"""Large refunds take two people; what only a person can put right is a row."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from aarokya.common import clock, outbox
from aarokya.common.errors import Conflict
from aarokya.common.models import AuditEntry
from aarokya.common.money import Money
from accounts.models import User
from payments.gateways import gateway
from payments.handlers import execute_refund
from payments.models import Order, OrderEvent, PaymentMethod, Refund, RefundReason, RefundStatus, Ticket, TicketKind
from payments.services import refunds, tickets
from payments.services.syncing import sync_order
from payments.tests.builders import NOW, Bank, balance, member, premium, sign_in, topup
from payments.tests.premiums import Premiums
from tests import figures
from wallets.services import verification

pytestmark = pytest.mark.django_db
LARGE = 600_000


def sync(order: Order) -> Order:
    return sync_order(order_id=order.order_id, cause=OrderEvent.Cause.POLL, gateway=gateway(), now=NOW)


@pytest.fixture
def paid(bank: Bank, customer: User) -> Order:
    order = topup(customer, LARGE)
    bank.outcome(order, "CHARGED")
    return sync(order)


def finance(name: str) -> APIClient:
    client = APIClient()
    sign_in(client, member(name, "finance"))
    return client


def ask(order: Order, amount: int = LARGE, *, name: str = "fatima", **fields: str) -> dict[str, str]:
    body = {"amount": amount, "note": "asked for by the customer", **fields}
    answer = finance(name).post(f"/payments/{order.order_id}/refunds", body, format="json")
    assert answer.status_code == 201, answer.content
    found: dict[str, str] = answer.json()
    return found


def decide(order: Order, refund_id: str, verb: str, *, name: str) -> tuple[int, str]:
    body = {"note": "not agreed with the customer"} if verb == "decline" else {}
    answer = finance(name).post(f"/payments/{order.order_id}/refunds/{refund_id}/{verb}", body, format="json")
    return answer.status_code, answer.json().get("error") or answer.json()["status"]


def test_a_large_refund_waits_and_nothing_happens_meanwhile(bank: Bank, paid: Order, customer: User) -> None:
    asked = ask(paid)

    outbox.drain(now=clock.now())
    refunds.execute(refund_id=Refund.objects.get().pk, gateway=gateway(), now=NOW)

    assert (asked["status"], balance(customer), bank.calls("refund")) == ("AWAITING_APPROVAL", LARGE, [])


def test_the_second_person_lets_it_go(bank: Bank, paid: Order, customer: User) -> None:
    asked = ask(paid)

    own = decide(paid, asked["refund_id"], "approve", name="fatima")
    second = decide(paid, asked["refund_id"], "approve", name="george")
    third = decide(paid, asked["refund_id"], "approve", name="hema")
    outbox.drain(now=clock.now())

    assert (own, second, third) == ((403, "FORBIDDEN"), (200, "REQUESTED"), (409, "INVALID_TRANSITION"))
    assert (balance(customer), Refund.objects.get().status) == (0, RefundStatus.PENDING)
    assert AuditEntry.objects.get(action="refund.approved").actor == "staff:george"


def test_a_declined_refund_frees_its_budget(paid: Order, customer: User) -> None:
    asked = ask(paid)

    declined = decide(paid, asked["refund_id"], "decline", name="george")
    again = ask(paid)

    assert (declined, again["status"], balance(customer)) == ((200, "DECLINED"), "AWAITING_APPROVAL", LARGE)


def test_a_small_refund_needs_nobody_else(paid: Order) -> None:
    assert ask(paid, 500_000)["status"] == "REQUESTED"


def test_what_was_spent_meanwhile_stops_the_approval(paid: Order, customer: User, premiums: Premiums) -> None:
    asked = ask(paid)
    policy_id = uuid4()
    premiums.prices[policy_id] = Money(1_000)
    premium(customer, policy_id, method=PaymentMethod.WALLET)

    assert decide(paid, asked["refund_id"], "approve", name="george") == (402, "INSUFFICIENT_BALANCE")
    assert Refund.objects.get().status == RefundStatus.AWAITING_APPROVAL


def test_the_database_wants_two_people(paid: Order) -> None:
    ask(paid)

    with pytest.raises(IntegrityError, match="needs a second person"), transaction.atomic():
        Refund.objects.update(status="REQUESTED", approved_by="staff:george")


def test_a_refund_of_another_order_does_not_exist_here(bank: Bank, paid: Order, customer: User) -> None:
    asked, other = ask(paid), topup(customer, 1_000)

    assert decide(other, asked["refund_id"], "approve", name="george") == (404, "NOT_FOUND")


def test_on_request_the_money_becomes_wallet_money(bank: Bank, customer: User, premiums: Premiums) -> None:
    policy_id = uuid4()
    premiums.prices[policy_id] = Money(20_000)
    order = premium(customer, policy_id)
    bank.outcome(order, "CHARGED")
    sync(order)

    asked = ask(order, 20_000, destination="WALLET")
    outbox.drain(now=clock.now())

    assert (asked["status"], asked["destination"], balance(customer)) == ("SUCCESS", "WALLET", 20_000)
    assert [finding.code for finding in verification.verify(now=NOW) if finding.count] == []
    assert bank.calls("refund") == []
    over = finance("fatima").post(f"/payments/{order.order_id}/refunds", {"amount": 1, "note": "more"}, format="json")
    assert over.json()["error"] == "OE-1301"


def test_a_top_up_does_not_go_back_into_the_wallet(paid: Order) -> None:
    body = {"amount": 1_000, "note": "asked for", "destination": "WALLET"}

    answer = finance("fatima").post(f"/payments/{paid.order_id}/refunds", body, format="json")

    assert (answer.status_code, answer.json()["details"][0]["field"]) == (400, "destination")


def test_manual_review_is_one_ticket_and_moves_no_money(bank: Bank, paid: Order, customer: User) -> None:
    """F19."""
    ask(paid, 10_000)
    refund = Refund.objects.get()
    refunds.execute(refund_id=refund.pk, gateway=gateway(), now=NOW)
    bank.control("POST", f"refunds/{refund.unique_request_id}", {"outcome": "MANUAL_REVIEW"})
    before = balance(customer)

    for _ in range(3):
        refunds.execute(refund_id=refund.pk, gateway=gateway(), now=NOW)

    ticket = Ticket.objects.get()
    assert (ticket.kind, ticket.subject, ticket.closed_at) == (TicketKind.REFUND_REVIEW, refund.unique_request_id, None)
    assert (balance(customer), bank.books()["totals"]["refunded"]) == (before, 0)
    figures.note("F19", f"tickets {Ticket.objects.count()}, money unchanged")


def test_a_ticket_closes_itself_when_the_refund_succeeds_after_all(bank: Bank, paid: Order) -> None:
    ask(paid, 10_000)
    refund = Refund.objects.get()
    for outcome in ("MANUAL_REVIEW", "SUCCESS"):
        refunds.execute(refund_id=refund.pk, gateway=gateway(), now=NOW)
        bank.control("POST", f"refunds/{refund.unique_request_id}", {"outcome": outcome})

    refunds.execute(refund_id=refund.pk, gateway=gateway(), now=NOW)

    assert Ticket.objects.get().closed_by == "system:payments"


def test_a_refund_that_hangs_for_a_week_calls_a_person(bank: Bank, paid: Order) -> None:
    """R7."""
    ask(paid, 10_000)
    refund = Refund.objects.get()
    refunds.execute(refund_id=refund.pk, gateway=gateway(), now=NOW)

    refunds.execute(refund_id=refund.pk, gateway=gateway(), now=NOW + timedelta(days=6))
    early = Ticket.objects.count()
    refunds.execute(refund_id=refund.pk, gateway=gateway(), now=NOW + timedelta(days=8))

    assert (early, Ticket.objects.get().kind) == (0, TicketKind.REFUND_LATE)
    figures.note("R7", "ticket after 8 days, none after 6")


def test_a_mismatch_is_a_ticket_until_a_person_closes_it(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.change(order, currency="USD")
    sync(order)
    sync(order)
    ticket = Ticket.objects.get()

    tickets.close(ticket=ticket, actor="staff:fatima", resolution="the gateway corrected it", now=NOW)

    assert (ticket.kind, ticket.subject) == (TicketKind.MISMATCH, order.order_id)
    assert AuditEntry.objects.filter(action="ticket.closed", reason="the gateway corrected it").count() == 1
    with pytest.raises(Conflict):
        tickets.close(ticket=ticket, actor="staff:fatima", resolution="again", now=NOW)


def test_what_the_bank_gave_back_meanwhile_is_not_given_again(bank: Bank, customer: User, premiums: Premiums) -> None:
    """Neither to the wallet, whoever agrees, nor by a second look at a refund that the bank refuses for that reason."""
    policy_id = uuid4()
    premiums.prices[policy_id] = Money(LARGE)
    waiting, refused = premium(customer, policy_id), topup(customer, 1_000)
    for order in (waiting, refused):
        bank.outcome(order, "CHARGED")
        sync(order)
    to_wallet = ask(waiting, destination="WALLET")
    ask(refused, 1_000)
    for order in (waiting, refused):
        bank.outcome(order, "AUTO_REFUNDED")
    sync(waiting)

    outbox.drain(now=clock.now())

    assert decide(waiting, to_wallet["refund_id"], "approve", name="george") == (409, "OE-1302")
    assert balance(customer) == 0
    overtaken = Refund.objects.get(order=refused)
    assert (overtaken.status, overtaken.next_check_at) == ("FAILURE", None)
    assert Order.objects.get(pk=refused.pk).status == "REVERSED"
    assert not Ticket.objects.open().filter(subject=overtaken.unique_request_id).exists()


def test_a_refund_that_the_gateway_does_not_list_is_asked_about_more_and_more_rarely(bank: Bank, paid: Order) -> None:
    refund = refunds.request(
        order_id=paid.order_id, amount=Money(100), reason=RefundReason.STAFF, business_key="x", requested_by="staff:a", now=NOW
    )
    Refund.objects.filter(pk=refund.pk).update(status="MANUAL_REVIEW", checks=4)

    execute_refund({"refund_id": str(refund.pk)}, now=NOW)

    assert Refund.objects.get(pk=refund.pk).next_check_at == NOW + timedelta(hours=6)
