"""Debits of a mandate: the notice to the customer, the debit itself on its date, and stopping one in time."""

import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox import clock, timers
from sandbox.juspay import mandates, orders, statuses, webhooks
from sandbox.juspay.records import found

NOTICE = timedelta(hours=24)
FIRST_DEBIT_GRACE = timedelta(minutes=5)  # a debit so soon after registration needs no notice
FIRST_DEBIT_MAX = 15_000_00  # paise
STOPPABLE_UNTIL = timedelta(minutes=5)  # before execution
EXECUTIONS_PER_NOTICE = 10
EXECUTES_AFTER_S = 1.0  # at the earliest


class Unacceptable(Exception):
    """The mandate does not allow this; the message is for the caller."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What the customer is told before a debit. `amount` in paise, `txn_date` as epoch seconds in text."""

    object_reference_id: str
    amount: int
    txn_date: str


@dataclass(frozen=True, slots=True)
class Debit:
    """A debit as asked for. `amount` in paise; `execute_at` None means as soon as possible."""

    order_id: str
    amount: int
    notification_id: str
    execute_at: datetime | None


def notify(book: sqlite3.Connection, *, mandate: sqlite3.Row, notice: Notice, now: datetime) -> sqlite3.Row:
    """Tell the customer; the same reference again returns the first notice."""
    if earlier := notification(book, notice.object_reference_id):
        return earlier
    _allow(mandate, amount=notice.amount)
    row: sqlite3.Row = book.execute(
        "INSERT INTO notifications VALUES (?,?,?,?,?,'SUCCESS',0,?) RETURNING *",
        [
            notice.object_reference_id,
            f"ntf_{secrets.token_hex(8)}",
            mandate["mandate_id"],
            notice.amount,
            notice.txn_date,
            clock.text(now),
        ],
    ).fetchone()
    content = {"notification": {"id": row["id"], "object_reference_id": row["object_reference_id"]}}
    webhooks.announce(book, event_name="NOTIFICATION_SUCCEEDED", subject=mandate["mandate_id"], content=content, now=now)
    return row


def notification(book: sqlite3.Connection, object_reference_id: str) -> sqlite3.Row | None:
    """The notice with this reference."""
    row: sqlite3.Row | None = book.execute(
        "SELECT * FROM notifications WHERE object_reference_id = ?", [object_reference_id]
    ).fetchone()
    return row


def request_debit(book: sqlite3.Connection, *, mandate: sqlite3.Row, debit: Debit, now: datetime) -> sqlite3.Row:
    """Open the debit's order in PENDING_VBV and have it executed on its date."""
    _allow(mandate, amount=debit.amount)
    _check_notice(book, mandate=mandate, debit=debit, now=now)
    execute_at = max(debit.execute_at or now, now + timedelta(seconds=EXECUTES_AFTER_S))
    opening = orders.Opening(
        order_id=debit.order_id,
        customer_id=mandate["customer_id"],
        amount=debit.amount,
        currency="INR",
        session={},
        status="NEW",
        mandate_id=mandate["mandate_id"],
        execute_at=clock.text(execute_at),
    )
    order = orders.open_order(book, opening, now=now)
    order = orders.record_outcome(book, order_key=order["order_key"], outcome="PENDING", now=now)
    delay_s = (execute_at - now).total_seconds()
    timers.schedule(book, kind="juspay.debit", subject=order["order_key"], now=now, delay_s=delay_s)
    return order


def execute(book: sqlite3.Connection, order_key: str, now: datetime) -> None:
    """The timer: the bank debits, unless the debit was stopped or the mandate does not stand."""
    order = found(book, order_key)
    if order is None or order["status"] not in statuses.OPEN:
        return
    mandate = mandates.found(book, order["mandate_id"])
    is_standing = mandate is not None and mandate["status"] == "ACTIVE"
    outcome = mandate["debit_outcome"] if mandate is not None and is_standing else "FAILED"
    if outcome != "PENDING":
        orders.record_outcome(book, order_key=order_key, outcome=outcome, now=now)


def stop(book: sqlite3.Connection, *, mandate: sqlite3.Row, order_id: str, now: datetime) -> sqlite3.Row:
    """Stop one debit, which is possible until five minutes before its execution."""
    order = found(book, order_id)
    if order is None or order["mandate_id"] != mandate["mandate_id"] or order["execute_at"] is None:
        raise Unacceptable("this mandate has no such debit")
    if order["status"] not in statuses.OPEN or clock.moment(order["execute_at"]) - now < STOPPABLE_UNTIL:
        raise Unacceptable("the debit is too close to its execution to be stopped")
    orders.stop(book, order=order, error_code="JP_852", now=now)
    return order


def _allow(mandate: sqlite3.Row, *, amount: int) -> None:
    if mandate["status"] != "ACTIVE":
        raise Unacceptable(f"the mandate is {mandate['status']}")
    if amount > mandate["max_amount"]:
        raise Unacceptable("the amount is above the mandate's maximum")


def _check_notice(book: sqlite3.Connection, *, mandate: sqlite3.Row, debit: Debit, now: datetime) -> None:
    if debit.notification_id:
        _use_notice(book, mandate=mandate, debit=debit)
        return
    is_first = now - clock.moment(mandate["activated_at"]) <= FIRST_DEBIT_GRACE and debit.amount <= FIRST_DEBIT_MAX
    is_early = debit.execute_at is not None and debit.execute_at - now >= NOTICE
    if not (is_first or is_early or mandate["frequency"] == "DAILY"):
        raise Unacceptable("without a notice the debit has to be asked for 24 hours ahead")


def _use_notice(book: sqlite3.Connection, *, mandate: sqlite3.Row, debit: Debit) -> None:
    notice = notification(book, debit.notification_id)
    if notice is None or notice["mandate_id"] != mandate["mandate_id"] or notice["status"] != "SUCCESS":
        raise Unacceptable("the notice named by mandate.notification_id did not reach this mandate's customer")
    if notice["executions"] >= EXECUTIONS_PER_NOTICE or debit.amount > notice["amount"]:
        raise Unacceptable("the notice does not cover this debit")
    book.execute(
        "UPDATE notifications SET executions = executions + 1 WHERE object_reference_id = ?",
        [debit.notification_id],
    )
