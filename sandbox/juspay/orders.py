"""Orders in the books: opening them, finding them, and what an attempt to pay does to them."""

import json
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox import clock, faults, timers
from sandbox.config import configuration
from sandbox.juspay import mandates, statuses, webhooks
from sandbox.juspay.records import found, known, transactions

ATTEMPTS_MAX = 25
DEFAULT_EXPIRY_MIN = 15
DUMMY_GATEWAY_S = 5.0


@dataclass(frozen=True, slots=True)
class Opening:
    """What a valid request for a new order comes down to. `session` is the request itself."""

    order_id: str
    customer_id: str
    amount: int
    currency: str
    session: dict[str, Any]
    expiry_min: int = DEFAULT_EXPIRY_MIN
    status: str = "NEW"
    mandate_id: str | None = None
    execute_at: str | None = None


def open_order(book: sqlite3.Connection, opening: Opening, *, now: datetime) -> sqlite3.Row:
    """Write a new order; its id must be free."""
    at = clock.text(now)
    row: sqlite3.Row = book.execute(
        """
        INSERT INTO orders (order_key, order_id, id, customer_id, amount, currency, status, previous_status, session,
                            mandate_id, execute_at, expires_at, created_at, updated_at)
        VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?) RETURNING *
        """,
        [
            opening.order_id.upper(),
            opening.order_id,
            f"ordeh_{secrets.token_hex(16)}",
            opening.customer_id,
            opening.amount,
            opening.currency,
            opening.status,
            opening.status,
            json.dumps(opening.session, sort_keys=True),
            opening.mandate_id,
            opening.execute_at,
            clock.text(now + timedelta(minutes=opening.expiry_min)),
            at,
            at,
        ],
    ).fetchone()
    return row


def end_attempt(book: sqlite3.Connection, *, order: sqlite3.Row, outcome: str, now: datetime, payer_vpa: str = "") -> None:
    """Let the customer pay; AUTO leaves the outcome to the dummy gateway's magic amounts."""
    if outcome == "AUTO":
        outcome = statuses.dummy_gateway_outcome(order["amount"])
        if outcome == "PENDING":
            kind, subject = "juspay.dummy_gateway", order["order_key"]
            timers.schedule(book, kind=kind, subject=subject, now=now, delay_s=DUMMY_GATEWAY_S)
    record_outcome(book, order_key=order["order_key"], outcome=outcome, now=now, payer_vpa=payer_vpa)


def record_outcome(book: sqlite3.Connection, *, order_key: str, outcome: str, now: datetime, payer_vpa: str = "") -> sqlite3.Row:
    """An attempt to pay ends in `outcome` (see `statuses.OUTCOMES`); armed faults have their say; webhooks follow.

    A paid order stays paid: another CHARGED changes nothing and only tells the merchant again. After 25 attempts
    nothing more is accepted.
    """
    order, status = known(book, order_key), statuses.OUTCOMES[outcome]
    if len(transactions(book, order_key)) >= ATTEMPTS_MAX and order["status"] not in statuses.OPEN:
        return order
    if order["status"] in statuses.PAID and status == "CHARGED":
        webhooks.announce_order(book, order=order, event_name="ORDER_SUCCEEDED", now=now)
        return order
    if status == "CHARGED":
        return _charge(book, order=order, now=now, payer_vpa=payer_vpa)
    if status == "AUTO_REFUNDED":
        return _refund_automatically(book, order=order, now=now)
    return _concluded(book, order=order, status=status, now=now, payer_vpa=payer_vpa)


def late_success(book: sqlite3.Connection, order_key: str, now: datetime) -> None:
    """The timer of the fault of that name: the bank finds the money of the attempt it had refused."""
    if order := found(book, order_key):
        if order["status"] in statuses.FAILED:
            last = transactions(book, order_key)[-1]
            book.execute("UPDATE txns SET status = 'AUTHORIZING' WHERE txn_id = ?", [last["txn_id"]])
        _concluded(book, order=order, status="CHARGED", now=now)


def dummy_gateway_success(book: sqlite3.Connection, order_key: str, now: datetime) -> None:
    """The timer behind the dummy gateway's *pending, then success*."""
    if (order := found(book, order_key)) and order["status"] in statuses.OPEN:
        record_outcome(book, order_key=order_key, outcome="CHARGED", now=now)


def stop(book: sqlite3.Connection, *, order: sqlite3.Row, error_code: str, now: datetime) -> None:
    """Decline an open order with a reason of Juspay's own."""
    book.execute("UPDATE orders SET error_code = ? WHERE order_key = ?", [error_code, order["order_key"]])
    _concluded(book, order=order, status="JUSPAY_DECLINED", now=now)


def _charge(book: sqlite3.Connection, *, order: sqlite3.Row, now: datetime, payer_vpa: str) -> sqlite3.Row:
    order_id = order["order_id"]
    if late := faults.on_order(book, mode="late_success", order_id=order_id):
        subject = order["order_key"]
        timers.schedule(book, kind="juspay.late_success", subject=subject, now=now, delay_s=late.delay_s)
        return _concluded(book, order=order, status="AUTHORIZATION_FAILED", now=now, payer_vpa=payer_vpa)
    if faults.on_order(book, mode="wrong_amount", order_id=order_id):
        amount = order["amount"] + 1_00
        book.execute("UPDATE orders SET amount = ? WHERE order_key = ?", [amount, order["order_key"]])
        order = known(book, order["order_key"])
    if faults.on_order(book, mode="double_charge", order_id=order_id):
        _attempt(book, order=order, status="CHARGED", amount=order["amount"], now=now, payer_vpa=payer_vpa)
    return _concluded(book, order=order, status="CHARGED", now=now, payer_vpa=payer_vpa)


def _refund_automatically(book: sqlite3.Connection, *, order: sqlite3.Row, now: datetime) -> sqlite3.Row:
    """Juspay gives the money back of its own accord; an order not yet charged is charged first."""
    if order["status"] != "CHARGED":
        _attempt(book, order=order, status="CHARGED", amount=order["amount"], now=now, payer_vpa="")
    txn = next(row for row in transactions(book, order["order_key"]) if row["status"] == "CHARGED")
    book.execute("UPDATE txns SET status = 'AUTO_REFUNDED' WHERE txn_id = ?", [txn["txn_id"]])
    book.execute(
        "INSERT OR IGNORE INTO refunds VALUES (?,?,?,?,?,'SUCCESS','JUSPAY',?)",
        [
            secrets.token_hex(10),
            secrets.token_hex(16),
            txn["txn_id"],
            order["order_key"],
            txn["amount"],
            clock.text(now),
        ],
    )
    return _shown(book, order=order, status="AUTO_REFUNDED", now=now)


def _concluded(book: sqlite3.Connection, *, order: sqlite3.Row, status: str, now: datetime, payer_vpa: str = "") -> sqlite3.Row:
    _attempt(book, order=order, status=status, amount=order["amount"], now=now, payer_vpa=payer_vpa)
    mandates.follow_order(book, order=order, status=status, now=now)
    return _shown(book, order=order, status=status, now=now)


def _shown(book: sqlite3.Connection, *, order: sqlite3.Row, status: str, now: datetime) -> sqlite3.Row:
    """Let the order show an attempt's end, and tell the merchant."""
    book.execute(
        "UPDATE orders SET status = ?, previous_status = status, updated_at = ? WHERE order_key = ?",
        [statuses.shown(order["status"], status), clock.text(now), order["order_key"]],
    )
    row = known(book, order["order_key"])
    webhooks.announce_order(book, order=row, event_name=_event_of(status), now=now)
    return row


def _attempt(book: sqlite3.Connection, *, order: sqlite3.Row, status: str, amount: int, now: datetime, payer_vpa: str) -> None:
    """End the attempt that is under way, or add one."""
    attempts = transactions(book, order["order_key"])
    if attempts and attempts[-1]["status"] in statuses.OPEN:
        book.execute("UPDATE txns SET status = ?, amount = ? WHERE txn_id = ?", [status, amount, attempts[-1]["txn_id"]])
        return
    number = len(attempts) + 1
    book.execute(
        "INSERT INTO txns VALUES (?,?,?,?,?,?,?,?,?)",
        [
            f"{configuration().juspay_merchant_id}-{order['order_id']}-{number}",
            f"mozj{secrets.token_hex(10)}",
            order["order_key"],
            number,
            status,
            amount,
            _kind(order),
            payer_vpa or "success@upi",
            clock.text(now),
        ],
    )


def _kind(order: sqlite3.Row) -> str:
    if order["mandate_id"] is None:
        return "ORDER_PAYMENT"
    return "EMANDATE_PAYMENT" if order["execute_at"] else "EMANDATE_REGISTER"


def _event_of(status: str) -> str:
    if status in statuses.OPEN:
        return "TXN_CREATED"
    if status == "AUTO_REFUNDED":
        return "AUTO_REFUND_SUCCEEDED"
    return "ORDER_SUCCEEDED" if status == "CHARGED" else "ORDER_FAILED"
