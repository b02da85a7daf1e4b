"""Webhooks: credentials, quirks, copies, delays, retries, a restart, and a storm."""

import base64
import signal
import time
from functools import partial
from pathlib import Path
from typing import Any

from sandbox.tests.people import Merchant, Sandbox, until


def test_a_payment_is_announced_with_basic_auth(sandbox: Sandbox, merchant: Merchant) -> None:
    sandbox.session("HOOK1")

    sandbox.play("HOOK1", "CHARGED")

    webhook = merchant.wait_for(1)[0]
    expected = base64.b64encode(b"aarokya:sandbox-webhook").decode()
    assert webhook.headers["Authorization"] == f"Basic {expected}"
    assert set(webhook.body) == {"id", "event_name", "date_created", "content"}
    assert webhook.body["id"].startswith("evt_")
    assert webhook.body["event_name"] == "ORDER_SUCCEEDED"
    assert webhook.order["order_id"] == "HOOK1"


def test_personal_fields_are_filtered_and_nulls_are_empty_objects(sandbox: Sandbox, merchant: Merchant) -> None:
    sandbox.session("HOOK1")

    sandbox.play("HOOK1", "CHARGED")

    order = merchant.wait_for(1)[0].order
    assert order["customer_email"] == order["customer_phone"] == "FILTERED"
    assert order["product_id"] == {}
    assert sandbox.order("HOOK1")["product_id"] is None


def test_numbers_are_text_in_some_events(sandbox: Sandbox, merchant: Merchant) -> None:
    sandbox.session("HOOK1")
    sandbox.play("HOOK1", "CHARGED")

    for _again in range(30):
        sandbox.play("HOOK1", "CHARGED")

    amounts = {str(type(webhook.order["amount"])) for webhook in merchant.wait_for(31)}
    assert amounts == {"<class 'str'>", "<class 'float'>"}


def test_copies_are_the_same_event(sandbox: Sandbox, merchant: Merchant) -> None:
    sandbox.session("HOOK1")

    sandbox.play("HOOK1", "CHARGED", webhooks={"copies": 3, "shuffle": True})

    assert len({webhook.body["id"] for webhook in merchant.wait_for(3)}) == 1


def test_suppressed_and_delayed(sandbox: Sandbox, merchant: Merchant) -> None:
    for order_id in ("NEVER1", "LATER1"):
        sandbox.session(order_id)

    sandbox.play("NEVER1", "CHARGED", webhooks={"suppress": True})
    sandbox.play("LATER1", "CHARGED", webhooks={"delay_s": 600})
    time.sleep(0.3)
    before = list(merchant.webhooks)
    sandbox.control("POST", "clock", {"advance_s": 601})

    assert before == []
    assert [webhook.order["order_id"] for webhook in merchant.wait_for(1)] == ["LATER1"]


def test_anything_but_200_is_sent_again_until_the_schedule_ends(sandbox: Sandbox, merchant: Merchant) -> None:
    merchant.answers.extend([500, 302, 204, 401, 500])
    sandbox.session("HOOK1")

    sandbox.play("HOOK1", "CHARGED")
    for count, gap_s in enumerate((2, 4, 8, 16), start=1):
        until(partial(has_attempts, sandbox, count))
        sandbox.control("POST", "clock", {"advance_s": gap_s})

    assert len({webhook.body["id"] for webhook in merchant.wait_for(5)}) == 1
    until(lambda: delivery(sandbox)["state"] == "GIVEN_UP")


def test_an_order_may_have_an_address_of_its_own(sandbox: Sandbox, merchant: Merchant) -> None:
    sandbox.session("HOOK1", **{"metadata.webhook_url": f"{merchant.url}?own=1"})

    sandbox.play("HOOK1", "CHARGED")

    merchant.wait_for(1)
    assert delivery(sandbox)["url"].endswith("?own=1")


def test_a_killed_sandbox_keeps_its_books_and_sends_what_was_due(tmp_path: Path, merchant: Merchant) -> None:
    merchant.forget()
    with Sandbox.started(tmp_path, webhook_url=merchant.url) as first:
        first.session("CRASH1")
        first.play("CRASH1", "CHARGED", webhooks={"delay_s": 3600})
        first.process.send_signal(signal.SIGKILL)
        until(lambda: not first.is_healthy())
    with Sandbox.started(tmp_path, webhook_url=merchant.url) as second:
        second.control("POST", "clock", {"advance_s": 3601})
        events = [webhook.order["order_id"] for webhook in merchant.wait_for(1)]

        assert events == ["CRASH1"]
        assert second.order("CRASH1")["status"] == "CHARGED"


def test_reset_waits_for_webhooks_on_their_way(sandbox: Sandbox, merchant: Merchant) -> None:
    merchant.pause_s = 0.6
    sandbox.session("HOOK1")
    sandbox.play("HOOK1", "CHARGED")
    time.sleep(0.3)  # by now it is on its way, and has not been taken yet

    sandbox.control("POST", "reset")

    assert len(merchant.webhooks) == 1


def test_a_storm_reports_how_the_merchant_took_it(sandbox: Sandbox, merchant: Merchant) -> None:
    names = [f"STORM{number}" for number in range(10)]
    for name in names:
        sandbox.session(name)
        sandbox.play(name, "CHARGED", webhooks={"suppress": True})

    report = sandbox.control("POST", "webhooks", {"order_ids": names, "copies": 4, "shuffle": True, "concurrency": 8})

    assert (report["sent"], report["answers"]) == (40, {"200": 40})
    assert 0 < report["p50_ms"] <= report["p95_ms"] <= report["p99_ms"] <= report["max_ms"]
    arrived = [webhook.order["order_id"] for webhook in merchant.webhooks]
    assert len(arrived) == 40
    assert arrived != sorted(arrived)


def has_attempts(sandbox: Sandbox, count: int) -> bool:
    return bool(delivery(sandbox)["attempts"] == count)


def delivery(sandbox: Sandbox) -> dict[str, Any]:
    """The one delivery there is."""
    found: dict[str, Any] = sandbox.control("GET", "webhooks")[0]
    return found
