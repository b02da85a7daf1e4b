"""What Juspay tells the merchant: the events, their bodies with all their quirks, and how often they are sent."""

import json
import random
import secrets
import sqlite3
from datetime import datetime, timedelta
from typing import Any

from sandbox import clock
from sandbox.config import configuration
from sandbox.juspay import render

PERSONAL_FIELDS = ("customer_email", "customer_phone")
SHUFFLE_SPREAD_S = 0.25  # shuffled deliveries of different orders overtake each other within this time


def announce_order(book: sqlite3.Connection, *, order: sqlite3.Row, event_name: str, now: datetime) -> None:
    """Queue an event about an order, as often and as late as its `webhooks` options say.

    Options: `copies` (1), `delay_s` (0), `shuffle` (false), `suppress` (false).
    """
    options = json.loads(order["webhooks"])
    if options.get("suppress"):
        return
    body = order_event(book, order=order, event_name=event_name, now=now)
    url = json.loads(order["session"]).get("metadata.webhook_url") or configuration().webhook_url
    for _copy in range(int(options.get("copies", 1))):
        jitter_s = random.uniform(0, SHUFFLE_SPREAD_S) if options.get("shuffle") else 0.0  # noqa: S311
        due_at = now + timedelta(seconds=float(options.get("delay_s", 0)) + jitter_s)
        enqueue(book, body=body, subject=order["order_id"], url=url, due_at=due_at)


def announce(book: sqlite3.Connection, *, event_name: str, subject: str, content: dict[str, Any], now: datetime) -> None:
    """Queue an event about something else than an order."""
    body = _envelope(event_name, content=content, now=now)
    enqueue(book, body=body, subject=subject, url=configuration().webhook_url, due_at=now)


def order_event(book: sqlite3.Connection, *, order: sqlite3.Row, event_name: str, now: datetime) -> dict[str, Any]:
    """The envelope around the order as its status answer shows it, less what the sender filters."""
    event = _envelope(event_name, content={}, now=now)
    content = render.order_status(book, order=order) | dict.fromkeys(PERSONAL_FIELDS, "FILTERED")
    event["content"] = {"order": _quirked(content, stringly=event["id"] < "evt_8")}
    return event


def enqueue(book: sqlite3.Connection, *, body: dict[str, Any], subject: str, url: str, due_at: datetime) -> int:
    """Store one delivery; the courier sends it when it is due, also after a restart."""
    due = clock.text(due_at)
    row = book.execute(
        "INSERT INTO deliveries (event_id, event_name, subject, url, body, first_at, due_at) VALUES (?,?,?,?,?,?,?) RETURNING id",
        [body["id"], body["event_name"], subject, url, json.dumps(body), due, due],
    ).fetchone()
    return int(row["id"])


def _envelope(event_name: str, *, content: dict[str, Any], now: datetime) -> dict[str, Any]:
    date_created = clock.seconds_text(clock.text(now))
    event_id = f"evt_{secrets.token_hex(12)}"
    return {"id": event_id, "event_name": event_name, "date_created": date_created, "content": content}


def _quirked(value: Any, *, stringly: bool) -> Any:
    """Nulls become `{}`; in every other event numbers become text."""
    if isinstance(value, dict):
        return {name: _quirked(item, stringly=stringly) for name, item in value.items()}
    if isinstance(value, list):
        return [_quirked(item, stringly=stringly) for item in value]
    if value is None:
        return {}
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if stringly and is_number else value
