"""R1, R2, R6, R7: what reconciliation should never find is counted, alerted to, and shown by `manage.py reconcile`."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from aarokya.common.metrics import ALERTS
from aarokya.common.money import Money
from accounts.models import User
from payments.gateways import gateway
from payments.models import Order, OrderEvent, Refund, RefundReason, Ticket
from payments.services import refunds, watching
from payments.services.syncing import sync_order
from payments.tasks import watch
from payments.tests.builders import NOW, Bank, event, make_customer, push, topup
from tests import figures

pytestmark = pytest.mark.django_db
CHARGED_AT = NOW - timedelta(minutes=30)
MINUTE = timedelta(minutes=1)


def counts(**later: timedelta) -> dict[str, int]:
    moment = NOW + later.get("after", timedelta())
    return {figure.code: figure.count for figure in watching.figures(now=moment)}


def alerts(code: str) -> float:
    return float(ALERTS.labels(kind=f"payments_{code}")._value.get())


def paid(bank: Bank, customer: User, cause: OrderEvent.Cause, *, told: bool = False) -> Order:
    """A top-up whose charge we first saw like this."""
    order = topup(customer, 1_000, now=CHARGED_AT)
    bank.outcome(order, "CHARGED")
    if told:
        push(event(order.order_id))
    return sync_order(order_id=order.order_id, cause=cause, gateway=gateway(), now=CHARGED_AT)


def test_all_is_well_while_the_jobs_do_their_work(bank: Bank, customer: User) -> None:
    paid(bank, customer, OrderEvent.Cause.WEBHOOK, told=True)
    topup(customer)

    assert counts() == {"R1": 0, "R2": 0, "R6": 0, "R7": 0}
    assert watch() == 0


def test_r1_an_order_that_nobody_asks_about(bank: Bank, customer: User) -> None:
    order = topup(customer)

    assert counts(after=MINUTE)["R1"] == 0
    assert counts(after=11 * MINUTE)["R1"] == 1
    Order.objects.filter(pk=order.pk).update(next_check_at=None)
    assert (counts(after=timedelta(days=3))["R1"], counts(after=timedelta(days=5))["R1"]) == (0, 1)
    figures.note("R1", "10 min after it was due: 1; open for over 4 days: 1")


def test_r2_a_session_without_a_reply_that_nobody_looked_into(bank: Bank, customer: User) -> None:
    order = topup(customer, now=NOW - timedelta(minutes=20))
    Order.objects.filter(pk=order.pk).update(status="SESSION_OPEN", checks=0)
    silent = insert_created(customer)

    assert counts()["R2"] == 1
    Order.objects.filter(pk=silent.pk).update(checks=1)
    assert counts()["R2"] == 0
    figures.note("R2", "12 min without a reply and not looked into: 1; looked into: 0")


def insert_created(customer: User) -> Order:
    """An order as a crash before the session leaves it."""
    return Order.objects.create(
        user=customer,
        type="WALLET_TOPUP",
        amount=Money(1_000),
        gateway_amount=Money(1_000),
        reference_type="wallet",
        reference_id="none",
        opened_at=NOW - timedelta(minutes=20),
        expires_at=NOW + timedelta(minutes=10),
    )


@pytest.mark.parametrize(("untold", "found"), [(1, 0), (2, 2)], ids=["5 %", "10 %"])
def test_r6_charges_that_no_webhook_told(bank: Bank, untold: int, found: int) -> None:
    """An app that asks before the webhook is there is no gap; neither is a customer who came back."""
    customer = make_customer()
    for number in range(20):
        is_told = number >= untold
        cause = OrderEvent.Cause.POLL if number < 12 else OrderEvent.Cause.SWEEP
        paid(bank, customer, cause if number < 19 else OrderEvent.Cause.RETURN, told=is_told)
    before = alerts("R6")

    assert counts()["R6"] == found
    assert (len(watching.watch(now=NOW)), alerts("R6") - before) == ((1, 1) if found else (0, 0))
    assert (watching.webhook_gap(now=NOW).untold, watching.webhook_gap(now=NOW + timedelta(hours=2)).charges) == (untold, 0)
    figures.note("R6", "1 of 20 charges without a webhook: no alert; 2 of 20: alert")


def test_r6_of_few_charges_a_share_says_nothing(bank: Bank, customer: User) -> None:
    paid(bank, customer, OrderEvent.Cause.SWEEP)

    assert (watching.webhook_gap(now=NOW), counts()["R6"]) == (watching.Gap(charges=1, untold=1), 0)


def test_r7_a_refund_that_hangs_and_nobody_was_called(bank: Bank, customer: User) -> None:
    order = paid(bank, customer, OrderEvent.Cause.WEBHOOK, told=True)
    refund = refunds.request(
        order_id=order.order_id,
        amount=Money(400),
        reason=RefundReason.STAFF,
        requested_by="staff:finance",
        business_key="a",
        now=NOW,
    )
    refunds.execute(refund_id=refund.pk, gateway=gateway(), now=NOW)

    assert (counts(after=timedelta(days=7))["R7"], counts(after=timedelta(days=9))["R7"]) == (0, 1)
    refunds.execute(refund_id=refund.pk, gateway=gateway(), now=NOW + timedelta(days=9))
    assert Ticket.objects.get().kind == "REFUND_LATE"
    assert (Refund.objects.get().status, counts(after=timedelta(days=9))["R7"]) == ("PENDING", 0)


def test_the_command_shows_the_figures(bank: Bank, customer: User, capsys: pytest.CaptureFixture[str]) -> None:
    insert_created(customer)

    call_command("reconcile", "--dry-run")

    assert "R2 sessions without a reply: 1" in capsys.readouterr().out
