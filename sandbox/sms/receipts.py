"""Delivery reports: sent a moment after a text has reached its phone; of what operators drop, nothing is heard."""

import json
import secrets
import sqlite3
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sandbox import clock
from sandbox.config import configuration

AFTER = timedelta(seconds=0.3)


def report(book: sqlite3.Connection, *, number: int, url: str, body: Any, now: datetime) -> None:
    """Have the delivery of message `number` reported to `url` by the courier who carries all webhooks."""
    delivered = book.execute("SELECT delivered FROM messages WHERE id = ?", [number]).fetchone()["delivered"]
    if not delivered:
        return
    due = clock.text(now + AFTER)
    book.execute(
        "INSERT INTO deliveries (event_id, event_name, subject, url, body, first_at, due_at) VALUES (?,?,?,?,?,?,?)",
        [f"dlr_{secrets.token_hex(12)}", "SMS_DELIVERED", f"sms:{number}", url, json.dumps(body), due, due],
    )


def address(provider: str, **parameters: str) -> str:
    """Where the merchant wants this provider's reports."""
    settings = configuration()
    return f"{settings.sms_receipt_url}/{provider}?{urlencode({'key': settings.sms_receipt_key, **parameters})}"
