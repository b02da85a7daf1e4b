"""The commands of operations, and the pages of the back office."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.sites import site
from django.core.management import call_command
from django.test import Client, RequestFactory

from aarokya.common import clock
from accounts.models import Staff, User
from payments.admin.orders import OrderAdmin, spell
from payments.models import Order, OrderEvent, WebhookInbox
from payments.tasks import sweep_open_orders
from payments.tests.builders import NOW, Bank, balance, event, push, topup

pytestmark = pytest.mark.django_db


def test_a_dry_run_says_what_would_change_and_changes_nothing(
    bank: Bank, customer: User, capsys: pytest.CaptureFixture[str]
) -> None:
    order = topup(customer)
    bank.outcome(order, "CHARGED")

    call_command("reconcile", "--dry-run")

    output = capsys.readouterr().out
    assert (order.order_id in output, "Would be" in output, "1 moved" in output) == (True, True, True)
    assert Order.objects.get().status == "SESSION_OPEN"


def test_reconciling_settles_what_no_webhook_told(bank: Bank, customer: User, capsys: pytest.CaptureFixture[str]) -> None:
    paid, waiting = topup(customer), topup(customer, 1_000)
    bank.outcome(paid, "CHARGED")

    call_command("reconcile")
    call_command("reconcile", "--all")

    assert balance(customer) == 50_000
    assert Order.objects.get(pk=waiting.pk).status == "SESSION_OPEN"
    assert "2 orders: 2 agreed" in capsys.readouterr().out


def test_reconciling_names_differences_and_silence(bank: Bank, customer: User, capsys: pytest.CaptureFixture[str]) -> None:
    order = topup(customer)
    bank.change(order, currency="USD")

    call_command("reconcile", "--dry-run")
    bank.fault("order_status", "http_500")
    call_command("reconcile")

    output = capsys.readouterr().out
    assert ("1 mismatched" in output, "1 unanswered" in output) == (True, True)
    assert Order.objects.get().status == "SESSION_OPEN"


def test_replaying_can_be_tried_first(bank: Bank, customer: User, capsys: pytest.CaptureFixture[str]) -> None:
    push(event(topup(customer).order_id))

    call_command("webhooks", "replay", "--dry-run")
    call_command("webhooks", "replay", "--id", str(WebhookInbox.objects.get().pk))

    assert "1 webhooks would be announced" in capsys.readouterr().out


def test_the_sweep_task_counts_what_it_announced(bank: Bank, customer: User) -> None:
    order = topup(customer)
    Order.objects.filter(pk=order.pk).update(next_check_at=clock.now() - timedelta(seconds=1))

    assert [sweep_open_orders(), sweep_open_orders()] == [1, 0]


@pytest.mark.parametrize(
    ("age", "words"),
    [(timedelta(minutes=5), "5 min"), (timedelta(hours=5), "5 h 0 min"), (timedelta(days=2, hours=1), "2 d 1 h")],
)
def test_ages_are_spelt_for_people(age: timedelta, words: str) -> None:
    assert spell(age) == words


@pytest.fixture
def office() -> Client:
    """A browser of somebody who may do everything."""
    client = Client()
    client.force_login(Staff.objects.create_superuser(username="root", password="root"))
    return client


def test_the_back_office_shows_and_does_not_edit(bank: Bank, customer: User) -> None:
    order = topup(customer)
    request: Any = RequestFactory().get("/admin/")
    request.user = Staff.objects.create_superuser(username="root", password="root")
    page = OrderAdmin(Order, site)

    assert not page.has_change_permission(request, order)
    assert not page.has_add_permission(request)
    assert not page.has_delete_permission(request, order)
    assert "payload" not in [field for _, options in page.get_fieldsets(request, order) for field in options["fields"]]
    assert page.age(order).endswith("min")
    assert page.age(Order(status="CHARGED", opened_at=NOW)) == ""


@pytest.mark.parametrize(
    "model", ["order", "orderevent", "refund", "webhookinbox", "ticket", "receipt", "mandate", "settlementline"]
)
def test_every_list_opens(bank: Bank, customer: User, office: Client, model: str) -> None:
    push(event(topup(customer).order_id))

    assert office.get(f"/admin/payments/{model}/").status_code == 200


def test_an_order_opens_with_its_history(bank: Bank, customer: User, office: Client) -> None:
    order = topup(customer)

    page = office.get(f"/admin/payments/order/{order.pk}/change/").content.decode()

    assert order.order_id in page
    assert "SESSION_OPEN" in page
    assert "clientAuthToken" not in page


def test_staff_ask_the_gateway_now(bank: Bank, customer: User, office: Client) -> None:
    order = topup(customer)
    bank.outcome(order, "CHARGED")

    answer = office.post(
        "/admin/payments/order/",
        {"action": "ask_the_gateway_now", "_selected_action": [str(order.pk)], "reason": "the customer calls", "confirm": "1"},
        follow=True,
    )

    assert "SESSION_OPEN → CHARGED" in answer.content.decode()
    assert balance(customer) == 50_000
    assert OrderEvent.objects.filter(order=order, evidence_id="staff:root").exists()
