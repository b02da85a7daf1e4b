"""Webhooks are hints: stored, answered, and then the gateway is asked."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command

from aarokya.common import clock, outbox
from aarokya.common.models import OutboxMessage
from accounts.models import User
from payments.gateways.juspay import parsing
from payments.models import Order, OrderEvent, WebhookInbox, WebhookState
from payments.services import settling
from payments.tests.builders import NOW, Bank, balance, basic, event, push, topup
from tests import figures

pytestmark = pytest.mark.django_db


def deliver() -> None:
    outbox.drain(now=clock.now())


def test_a_webhook_settles_the_order(bank: Bank, customer: User) -> None:
    order = topup(customer, now=clock.now())  # not NOW: minutes into a long run the order's own check would be due, and be first
    bank.outcome(order, "CHARGED")

    answer = push(event(order.order_id))
    deliver()

    assert (answer.status_code, answer.json(), answer["Content-Type"]) == (200, {"status": "ok"}, "application/json")
    assert balance(customer) == 50_000
    row = WebhookInbox.objects.get()
    assert (row.state, row.order_id, row.event_name) == (WebhookState.PROCESSED, order.order_id, "ORDER_SUCCEEDED")
    assert order.events.filter(cause="WEBHOOK", evidence_id=f"webhook:{row.pk}").exists()


@pytest.mark.parametrize("authorization", ["", "Basic", basic("aarokya", "wrong"), basic("wrong"), "Bearer x", "Basic \xff\xfe"])
def test_wrong_credentials_leave_nothing_behind(authorization: str) -> None:
    answer = push(event("A1"), authorization=authorization)

    assert (answer.status_code, answer.json()["error"]) == (401, "INVALID_TOKEN")
    assert not WebhookInbox.objects.exists()


def test_credentials_are_checked_before_the_size() -> None:
    assert push(b"x" * 300_000, authorization=basic("wrong")).status_code == 401


def test_a_body_that_is_too_large_is_refused() -> None:
    answer = push(b"x" * (256 * 1024 + 1))

    assert (answer.status_code, answer.json()["error"]) == (413, "PAYLOAD_TOO_LARGE")
    assert not WebhookInbox.objects.exists()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe\x00", b"[]", b"[" * 50_000, b'{"id": {}}', json.dumps({"content": {"order": []}}).encode()]
)
def test_unreadable_bodies_are_kept_and_answered(body: bytes) -> None:
    answer = push(body)
    deliver()

    assert answer.status_code == 200
    row = WebhookInbox.objects.get()
    assert (row.state, row.raw) == (WebhookState.UNREADABLE, body)
    assert row.dedupe_key == hashlib.sha256(body).hexdigest()
    figures.note("F7", "7 broken bodies: 200, stored; too large: 413; crashes 0")


def test_a_duplicate_is_answered_and_forgotten(bank: Bank, customer: User) -> None:
    order = topup(customer)
    body = event(order.order_id, event_id="evt_1")

    answers = [push(body).status_code for _ in range(3)]

    assert answers == [200, 200, 200]
    assert WebhookInbox.objects.count() == 1
    assert OutboxMessage.objects.filter(topic="webhook.received").count() == 1


def test_the_gateway_waits_for_one_statement(django_assert_num_queries: Any) -> None:
    body = event("A" * 20)

    with django_assert_num_queries(1):
        push(body)
    with django_assert_num_queries(1):
        push(body)

    message = OutboxMessage.objects.get()
    row = WebhookInbox.objects.get()
    assert (message.topic, message.payload["inbox_id"], message.is_urgent) == ("webhook.received", row.pk, True)
    assert (row.raw, row.headers["Content-Type"]) == (body, "application/json")


def test_unknown_orders_are_kept_tried_again_and_set_aside(bank: Bank) -> None:
    push(event("UNKNOWN0000000000001"))
    now = clock.now()
    for _ in range(12):
        outbox.drain(now=now)
        now += timedelta(minutes=20)

    row, message = WebhookInbox.objects.get(), OutboxMessage.objects.get(topic="webhook.received")
    assert (row.state, row.attempts) == (WebhookState.UNKNOWN_ORDER, 10)
    assert message.quarantined_at is not None
    assert not bank.calls("order_status")


def test_set_aside_webhooks_can_be_replayed(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "CHARGED")
    push(event(order.order_id))
    WebhookInbox.objects.update(state=WebhookState.UNKNOWN_ORDER)
    OutboxMessage.objects.filter(topic="webhook.received").update(quarantined_at=NOW)

    call_command("webhooks", "replay")
    deliver()

    assert WebhookInbox.objects.get().state == WebhookState.PROCESSED
    assert balance(customer) == 50_000


@pytest.mark.parametrize(
    "lie",
    [
        {"status": "CHARGED", "status_id": 21},
        {"status": "CHARGED", "amount": "99999999.00"},
        {"customer_id": "me", "status": "CHARGED"},
    ],
)
def test_a_lying_webhook_credits_nothing(bank: Bank, customer: User, lie: dict[str, Any]) -> None:
    order = topup(customer)

    push(event(order.order_id, **lie))
    deliver()

    assert balance(customer) == 0
    assert Order.objects.get().status == "SESSION_OPEN"


def test_a_gateway_that_is_down_is_asked_again(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "CHARGED")
    bank.fault("order_status", "http_500")
    push(event(order.order_id))
    deliver()
    bank.heal()

    outbox.drain(now=clock.now() + timedelta(minutes=1))

    assert balance(customer) == 50_000
    assert WebhookInbox.objects.get().state == WebhookState.PROCESSED


def test_a_hint_older_than_the_last_answer_costs_no_call(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "CHARGED")
    push(event(order.order_id, "TXN_CHARGED"))
    push(event(order.order_id, "ORDER_SUCCEEDED"))

    deliver()

    assert len(bank.calls("order_status")) == 1
    assert set(WebhookInbox.objects.values_list("state", flat=True)) == {WebhookState.PROCESSED}


def test_a_status_we_have_not_learnt_changes_nothing_and_alerts(
    bank: Bank, customer: User, caplog: pytest.LogCaptureFixture
) -> None:
    order = topup(customer)
    answer = {"order_id": order.order_id, "status": "PARTIAL_CHARGED", "status_id": 77, "amount": 500, "currency": "INR"}
    truth = parsing.order(answer, order_id=order.order_id)

    looked_at = settling.apply(order_id=order.order_id, truth=truth, cause=OrderEvent.Cause.POLL, now=NOW)

    assert (looked_at.status, looked_at.gateway_status) == ("SESSION_OPEN", "PARTIAL_CHARGED")
    assert "payment.unknown_status" in caplog.text
