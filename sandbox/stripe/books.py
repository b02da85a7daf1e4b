"""Stripe's payment intents and refunds, and what it tells the merchant about them."""

import sqlite3
from datetime import datetime
from typing import Any

from sandbox import objects, timers
from sandbox.config import configuration
from sandbox.objects import Body, Shelf, new_id

INTENTS, REFUNDS = (Shelf("stripe", kind) for kind in ("payment_intent", "refund"))
FINAL = frozenset({"succeeded", "canceled"})
REFUND_DELAY_S = 1.0


def open_intent(
    book: sqlite3.Connection, *, amount: int, currency: str, description: str | None, metadata: Body, now: datetime
) -> Body:
    """A new intent that waits for its payer."""
    intent_id = new_id("pi_3", 23)
    intent = {
        "id": intent_id,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
        "canceled_at": None,
        "capture_method": "automatic_async",
        "client_secret": new_id(f"{intent_id}_secret_", 25),
        "confirmation_method": "automatic",
        "created": int(now.timestamp()),
        "currency": currency,
        "customer": None,
        "description": description,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": metadata,
        "next_action": None,
        "payment_method": None,
        "status": "requires_payment_method",
    }
    return INTENTS.add(book, intent, ours=metadata.get("order_id", ""))


def play(book: sqlite3.Connection, intent: Body, *, outcome: str, now: datetime) -> Body:
    """The payer's attempt ends. What succeeded cannot be paid again."""
    if intent["status"] in FINAL:
        return intent
    event, fields = RESULTS[outcome]
    changes = dict(fields)
    if outcome == "CHARGED":
        changes |= {"amount_received": intent["amount"], "latest_charge": new_id("ch_3", 23)}
    changed = INTENTS.change(book, intent["id"], **changes)
    tell(book, event, intent=changed, thing=changed, now=now)
    return changed


RESULTS: dict[str, tuple[str, Body]] = {
    "CHARGED": ("payment_intent.succeeded", {"status": "succeeded", "last_payment_error": None}),
    "FAILED": (
        "payment_intent.payment_failed",
        {
            "status": "requires_payment_method",
            "last_payment_error": {"code": "payment_intent_payment_attempt_failed", "type": "card_error", "message": "Declined"},
        },
    ),
    "PENDING": ("payment_intent.processing", {"status": "processing"}),
    "CANCELED": ("payment_intent.canceled", {"status": "canceled"}),
}


def refund(book: sqlite3.Connection, intent: Body, *, amount: int, metadata: Body, now: datetime) -> Body:
    """A refund that is pending for a moment."""
    made = {
        "id": new_id("re_3", 23),
        "object": "refund",
        "amount": amount,
        "charge": intent["latest_charge"],
        "created": int(now.timestamp()),
        "currency": intent["currency"],
        "destination_details": {"card": {"reference_status": "pending", "type": "refund"}, "type": "card"},
        "failure_reason": None,
        "metadata": metadata,
        "payment_intent": intent["id"],
        "reason": None,
        "status": "pending",
    }
    REFUNDS.add(book, made, parent=intent["id"], ours=metadata.get("unique_request_id", ""))
    tell(book, "refund.created", intent=intent, thing=made, now=now)
    timers.schedule(book, kind="stripe.refund", subject=made["id"], now=now, delay_s=REFUND_DELAY_S)
    return made


def settle_due(book: sqlite3.Connection, refund_id: str, now: datetime) -> None:
    """The timer of a refund that nobody decided otherwise."""
    if (waiting := REFUNDS.get(book, refund_id)) and waiting["status"] == "pending":
        settle(book, waiting, status="succeeded", now=now)


def settle(book: sqlite3.Connection, made: Body, *, status: str, now: datetime) -> Body:
    """The bank took it, or did not."""
    reason = {"failure_reason": "declined"} if status == "failed" else {}
    changed = REFUNDS.change(book, made["id"], status=status, **reason)
    intent = INTENTS.get(book, made["payment_intent"]) or {}
    tell(book, "refund.failed" if status == "failed" else "refund.updated", intent=intent, thing=changed, now=now)
    return changed


def given_back(book: sqlite3.Connection, intent: Body) -> int:
    """Paise that refunds have taken or are taking."""
    return sum(item["amount"] for item in REFUNDS.of(book, intent["id"]) if item["status"] not in {"failed", "canceled"})


def tell(book: sqlite3.Connection, event: str, *, intent: Body, thing: Body, now: datetime) -> None:
    body: dict[str, Any] = {
        "id": new_id("evt_3", 23),
        "object": "event",
        "api_version": "2025-03-31.basil",
        "created": int(now.timestamp()),
        "data": {"object": thing},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": event,
    }
    options = objects.options_of(book, intent["id"])
    ours = intent["metadata"].get("order_id") or intent["id"]
    url = configuration().stripe_webhook_url
    objects.announce(book, provider="stripe", event=event, subject=ours, body=body, options=options, url=url, now=now)


def money(book: sqlite3.Connection) -> Body:
    """What came in and went out for each intent, by the merchant's order id."""
    return {intent["metadata"].get("order_id") or intent["id"]: of_intent(book, intent) for intent in INTENTS.all(book)}


def of_intent(book: sqlite3.Connection, intent: Body) -> Body:
    refunds = REFUNDS.of(book, intent["id"])
    return {
        "status": intent["status"],
        "charged": intent["amount_received"],
        "refunded": sum(item["amount"] for item in refunds if item["status"] == "succeeded"),
        "refund_pending": sum(item["amount"] for item in refunds if item["status"] == "pending"),
        "refunds": len(refunds),
    }
