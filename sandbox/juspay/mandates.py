"""UPI mandates in the books: registered with an order, then paused, resumed, revoked, or worn out by failures."""

import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from sandbox import clock
from sandbox.juspay import render, statuses, webhooks

FAILURES_MAX = 10  # the tenth failed debit in a row revokes the mandate
FINAL = {"REVOKED", "FAILURE", "EXPIRED"}
EVENTS = {
    "ACTIVE": "MANDATE_ACTIVATED",
    "PAUSED": "MANDATE_PAUSED",
    "REVOKED": "MANDATE_REVOKED",
    "FAILURE": "MANDATE_FAILED",
    "EXPIRED": "MANDATE_EXPIRED",
}
FREQUENCIES = {
    "ONETIME",
    "DAILY",
    "WEEKLY",
    "FORTNIGHTLY",
    "MONTHLY",
    "BIMONTHLY",
    "QUARTERLY",
    "HALFYEARLY",
    "YEARLY",
    "ASPRESENTED",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What the customer is asked to allow. `max_amount` in paise; dates are epoch seconds as text."""

    max_amount: int
    frequency: str
    start_date: str | None
    end_date: str | None


def found(book: sqlite3.Connection, mandate_id: str) -> sqlite3.Row | None:
    """The mandate with this id."""
    row: sqlite3.Row | None = book.execute("SELECT * FROM mandates WHERE mandate_id = ?", [mandate_id]).fetchone()
    return row


def register(book: sqlite3.Connection, *, order_id: str, customer_id: str, terms: Terms, now: datetime) -> str:
    """Write a mandate that its order's payment will activate; its id."""
    mandate_id = secrets.token_urlsafe(12).replace("-", "x").replace("_", "y")
    book.execute(
        "INSERT INTO mandates (mandate_id, mandate_token, order_key, customer_id, status, max_amount, frequency,"
        " start_date, end_date, created_at) VALUES (?,?,?,?,'CREATED',?,?,?,?,?)",
        [
            mandate_id,
            f"mdt_{secrets.token_hex(10)}",
            order_id.upper(),
            customer_id,
            terms.max_amount,
            terms.frequency,
            terms.start_date,
            terms.end_date,
            clock.text(now),
        ],
    )
    return mandate_id


def follow_order(book: sqlite3.Connection, *, order: sqlite3.Row, status: str, now: datetime) -> None:
    """Draw the conclusions of a registration's or a debit's end."""
    mandate = found(book, order["mandate_id"]) if order["mandate_id"] else None
    if mandate is None or status in statuses.OPEN:
        return
    if order["execute_at"] is None:
        move(book, mandate=mandate, status="ACTIVE" if status == "CHARGED" else "FAILURE", now=now)
    elif status != "JUSPAY_DECLINED":
        _count_debit(book, mandate=mandate, is_charged=status == "CHARGED", now=now)


def move(book: sqlite3.Connection, *, mandate: sqlite3.Row, status: str, now: datetime) -> None:
    """Move a mandate that is not final, and tell the merchant."""
    if mandate["status"] in FINAL or mandate["status"] == status:
        return
    book.execute(
        "UPDATE mandates SET status = ?, activated_at = coalesce(activated_at, ?) WHERE mandate_id = ?",
        [status, clock.text(now) if status == "ACTIVE" else None, mandate["mandate_id"]],
    )
    is_resumed = status == "ACTIVE" and mandate["status"] == "PAUSED"
    moved = render.mandate_block({**dict(mandate), "status": status})
    webhooks.announce(
        book,
        event_name="MANDATE_UNPAUSED" if is_resumed else EVENTS[status],
        subject=mandate["mandate_id"],
        content={"mandate": moved | {"order_id": mandate["order_key"], "customer_id": mandate["customer_id"]}},
        now=now,
    )


def _count_debit(book: sqlite3.Connection, *, mandate: sqlite3.Row, is_charged: bool, now: datetime) -> None:
    failures = 0 if is_charged else mandate["failures"] + 1
    book.execute("UPDATE mandates SET failures = ? WHERE mandate_id = ?", [failures, mandate["mandate_id"]])
    if failures >= FAILURES_MAX:
        move(book, mandate=mandate, status="REVOKED", now=now)
