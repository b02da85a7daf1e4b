"""Mandates, notices and debits over HTTP."""

import json
import re
import sqlite3
from datetime import UTC, datetime

from sandbox.desk import Call
from sandbox.juspay import debits, mandates, records, refusals, render, sessions
from sandbox.juspay.access import DESK, check_routing
from sandbox.wire import Answer, form_body, query

_REFERENCE = re.compile(r"[A-Za-z0-9]{1,25}")


@DESK.serve("mandate_status", key="mandate_id", parse=query)
def mandate_status(call: Call, *, mandate_id: str) -> Answer:
    """`GET /mandates/{mandate_id}`."""
    return Answer(render.mandate_block(_mandate(call, mandate_id)))


@DESK.serve("mandate", key="object_reference_id", parse=form_body)
def command_mandate(call: Call, *, mandate_id: str) -> Answer:
    """`POST /mandates/{mandate_id}`: one of five commands."""
    mandate = _mandate(call, mandate_id)
    match call.body.get("command"):
        case "pre_debit_notify":
            return _notify(call, mandate)
        case "cancel_recurring_transaction":
            return _cancel(call, mandate)
        case "revoke":
            return _move(call, mandate, "REVOKED")
        case "pause":
            return _move(call, mandate, "PAUSED")
        case "resume":
            return _move(call, mandate, "ACTIVE")
        case _:
            raise refusals.sessional(code="INVALID_ACTION", message="command is unknown")


@DESK.serve("notification", key="object_reference_id", parse=query)
def notification_status(call: Call, *, object_reference_id: str) -> Answer:
    """`GET /notifications/{object_reference_id}`."""
    notice = debits.notification(call.book, object_reference_id)
    if notice is None:
        raise refusals.sessional(code="RESOURCE_NOT_FOUND", message="no such notification", status=404)
    return Answer(_notice_block(notice))


@DESK.serve("txn", key="order.order_id", parse=form_body)
def debit_mandate(call: Call) -> Answer:
    """`POST /txns`: the debit stays PENDING_VBV until its date."""
    mandate = _mandate(call, str(call.body.get("mandate_id") or ""))
    debit = _debit(call)
    order = records.found(call.book, debit.order_id)
    if order is not None and (order["mandate_id"] != mandate["mandate_id"] or order["amount"] != debit.amount):
        raise refusals.sessional(code="DUPLICATE_REQUEST", message="order.order_id belongs to another order")
    try:
        order = order or debits.request_debit(call.book, mandate=mandate, debit=debit, now=call.now)
    except debits.Unacceptable as error:
        raise refusals.sessional(code="INVALID_INPUT", message=str(error)) from error
    txn = records.transactions(call.book, order["order_key"])[-1]
    names = {"order_id": order["order_id"], "txn_id": txn["txn_id"], "txn_uuid": txn["txn_uuid"]}
    return Answer(names | {"status": order["status"]})


def _mandate(call: Call, mandate_id: str) -> sqlite3.Row:
    mandate = mandates.found(call.book, mandate_id)
    if mandate is None:
        raise refusals.sessional(code="RESOURCE_NOT_FOUND", message="no such mandate", status=404)
    check_routing(call.book, request=call.request, customer_id=mandate["customer_id"])
    return mandate


def _move(call: Call, mandate: sqlite3.Row, status: str) -> Answer:
    if mandate["status"] in mandates.FINAL:
        raise refusals.sessional(code="INVALID_ACTION", message=f"the mandate is {mandate['status']}")
    mandates.move(call.book, mandate=mandate, status=status, now=call.now)
    return Answer(render.mandate_block(_mandate(call, mandate["mandate_id"])))


def _notify(call: Call, mandate: sqlite3.Row) -> Answer:
    reference = str(call.body.get("object_reference_id") or "")
    if not _REFERENCE.fullmatch(reference):
        raise refusals.sessional(code="INVALID_INPUT", message="object_reference_id: up to 25 letters and digits")
    try:
        source = json.loads(call.body.get("source_info") or "{}")
        wish = debits.Notice(reference, sessions.amount(source["amount"], "amount"), str(source["txn_date"]))
    except (ValueError, KeyError, TypeError) as error:
        raise refusals.sessional(code="INVALID_INPUT", message="source_info needs amount and txn_date") from error
    try:
        notice = debits.notify(call.book, mandate=mandate, notice=wish, now=call.now)
    except debits.Unacceptable as error:
        raise refusals.sessional(code="INVALID_INPUT", message=str(error)) from error
    return Answer(_notice_block(notice))


def _notice_block(notice: sqlite3.Row) -> dict[str, str]:
    names = ("id", "object_reference_id", "mandate_id", "status", "txn_date")
    return {name: notice[name] for name in names}


def _cancel(call: Call, mandate: sqlite3.Row) -> Answer:
    order_id = str(call.body.get("order_id") or "")
    try:
        debits.stop(call.book, mandate=mandate, order_id=order_id, now=call.now)
    except debits.Unacceptable as error:
        raise refusals.sessional(code="INVALID_ACTION", message=str(error)) from error
    return Answer({"mandate_id": mandate["mandate_id"], "order_id": order_id, "txn_status": "JUSPAY_DECLINED"})


def _debit(call: Call) -> debits.Debit:
    date = str(call.body.get("mandate.execution_date") or "")
    if date and not date.isdecimal():
        raise refusals.sessional(code="INVALID_INPUT", message="mandate.execution_date must be epoch seconds")
    return debits.Debit(
        order_id=sessions.order_id(call.body.get("order.order_id")),
        amount=sessions.amount(call.body.get("order.amount"), "order.amount"),
        notification_id=str(call.body.get("mandate.notification_id") or ""),
        execute_at=datetime.fromtimestamp(int(date), UTC) if date else None,
    )
