"""Refunds in the books: budget, idempotency by the merchant's request id, and how they settle."""

import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from sandbox import clock, timers
from sandbox.juspay import records, webhooks

SETTLES_AFTER_S = 1.0
OUTCOMES = {
    "SUCCESS": "ORDER_REFUNDED",
    "FAILURE": "ORDER_REFUND_FAILED",
    "MANUAL_REVIEW": "REFUND_MANUAL_REVIEW_NEEDED",
    "PENDING": "REFUND_INITIATED",
}


class OverBudget(Exception):
    """More than what is left of any charged transaction; the message is for the caller."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A refund as asked for. `amount` None means all that is left; `txn_id` None lets us choose."""

    unique_request_id: str
    order_key: str
    amount: int | None
    txn_id: str | None = None


def found(book: sqlite3.Connection, unique_request_id: str) -> sqlite3.Row | None:
    """The refund with this request id."""
    row: sqlite3.Row | None = book.execute("SELECT * FROM refunds WHERE unique_request_id = ?", [unique_request_id]).fetchone()
    return row


def request_refund(book: sqlite3.Connection, wish: Wish, *, now: datetime) -> sqlite3.Row:
    """Write the refund as PENDING and have it settle later; raises `OverBudget`."""
    txn_id, amount = _source(book, wish)
    row: sqlite3.Row = book.execute(
        "INSERT INTO refunds VALUES (?,?,?,?,?,'PENDING','API',?) RETURNING *",
        [wish.unique_request_id, secrets.token_hex(16), txn_id, wish.order_key, amount, clock.text(now)],
    ).fetchone()
    timers.schedule(book, kind="juspay.refund", subject=wish.unique_request_id, now=now, delay_s=SETTLES_AFTER_S)
    return row


def settle_due(book: sqlite3.Connection, unique_request_id: str, now: datetime) -> None:
    """The timer: end a refund that is still pending the way its order has been told to."""
    refund = found(book, unique_request_id)
    if refund is not None and refund["status"] == "PENDING":
        order = records.known(book, refund["order_key"])
        settle(book, refund=refund, outcome=order["refund_outcome"], now=now)


def settle(book: sqlite3.Connection, *, refund: sqlite3.Row, outcome: str, now: datetime) -> None:
    """Move a refund to `outcome` (see `OUTCOMES`) and tell the merchant."""
    book.execute("UPDATE refunds SET status = ? WHERE unique_request_id = ?", [outcome, refund["unique_request_id"]])
    order = records.known(book, refund["order_key"])
    webhooks.announce_order(book, order=order, event_name=OUTCOMES[outcome], now=now)


def _source(book: sqlite3.Connection, wish: Wish) -> tuple[str, int]:
    """The charged transaction that can bear the refund, and the amount in paise."""
    for txn in records.transactions(book, wish.order_key):
        left = txn["amount"] - _asked(book, txn["txn_id"]) if txn["status"] == "CHARGED" else 0
        if wish.txn_id in {None, txn["txn_id"]} and left > 0 and (wish.amount or left) <= left:
            return txn["txn_id"], wish.amount or left
    raise OverBudget("no charged transaction of this order has that much left to refund")


def _asked(book: sqlite3.Connection, txn_id: str) -> int:
    row = book.execute(
        "SELECT coalesce(sum(amount), 0) AS asked FROM refunds WHERE txn_id = ? AND status <> 'FAILURE'", [txn_id]
    ).fetchone()
    return int(row["asked"])
