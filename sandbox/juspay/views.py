"""Sessions, order status and refunds over HTTP."""

import re
import sqlite3
from dataclasses import replace

from sandbox import faults
from sandbox.desk import Call
from sandbox.juspay import mandates, orders, records, refunds, refusals, render, sessions
from sandbox.juspay.access import DESK, check_routing
from sandbox.wire import Answer, form_body, query

_REQUEST_ID = re.compile(r"[\w-]{1,20}")


@DESK.serve("session", key="order_id")
def open_session(call: Call) -> Answer:
    """`POST /session`: the order and what the app needs to have it paid."""
    opening = sessions.parse(call.body)
    check_routing(call.book, request=call.request, customer_id=opening.customer_id)
    base_url = call.request.build_absolute_uri("/").rstrip("/")
    if existing := records.found(call.book, opening.order_id):
        if not sessions.is_repetition(existing, call.body):
            raise refusals.sessional(code="ALREADY_EXISTS", message=f"order {opening.order_id} already exists")
        return Answer(sessions.answer(existing, base_url=base_url, now=call.now))
    order = _opened(call, opening)
    return Answer(sessions.answer(order, base_url=base_url, now=call.now))


@DESK.serve("order_status", key="order_id", parse=query)
def order_status(call: Call, *, order_id: str) -> Answer:
    """`GET /orders/{order_id}`."""
    order = _order(call, order_id)
    stale = faults.on_order(call.book, mode="stale_status", order_id=order["order_id"])
    return Answer(render.order_status(call.book, order=order, stale=stale is not None))


@DESK.serve("refund", key="unique_request_id", parse=form_body)
def refund_order(call: Call, *, order_id: str) -> Answer:
    """`POST /orders/{order_id}/refunds`: the order status, with the refund among `refunds[]`."""
    order = _order(call, order_id)
    amount = call.body.get("amount")
    wish = refunds.Wish(
        unique_request_id=_request_id(call),
        order_key=order["order_key"],
        amount=sessions.amount(amount, "amount") if amount else None,
    )
    existing = refunds.found(call.book, wish.unique_request_id)
    if existing is None:
        _requested(call, wish)
    elif existing["order_key"] != wish.order_key or (wish.amount or existing["amount"]) != existing["amount"]:
        raise refusals.detailed(code="DUPLICATE_REQUEST", message="unique_request_id belongs to another refund")
    return Answer(render.order_status(call.book, order=order))


@DESK.serve("txn_refund", key="unique_request_id")
def refund_transaction(call: Call) -> Answer:
    """`POST /refunds`: needed where one order has several charged transactions."""
    txn_id = str(call.body.get("txn_id") or "")
    txn = call.book.execute("SELECT * FROM txns WHERE txn_id = ?", [txn_id]).fetchone()
    if txn is None:
        raise refusals.nested(code="RESOURCE_NOT_FOUND", message="txn_id is unknown", status=404)
    _order(call, txn["order_key"])
    amount = call.body.get("amount")
    wish = refunds.Wish(
        unique_request_id=_request_id(call),
        order_key=txn["order_key"],
        amount=sessions.amount(amount, "amount") if amount else None,
        txn_id=txn_id,
    )
    existing = refunds.found(call.book, wish.unique_request_id)
    if existing is not None and existing["txn_id"] != txn_id:
        raise refusals.nested(code="DUPLICATE_REQUEST", message="unique_request_id belongs to another refund")
    row = existing or _requested(call, wish)
    return Answer(render.refund_item(row) | {"order_id": txn["txn_id"].split("-")[-2], "gateway": "DUMMY"})


def _opened(call: Call, opening: orders.Opening) -> sqlite3.Row:
    terms = sessions.mandate_terms(call.body)
    if terms is None:
        return orders.open_order(call.book, opening, now=call.now)
    mandate_id = mandates.register(
        call.book, order_id=opening.order_id, customer_id=opening.customer_id, terms=terms, now=call.now
    )
    return orders.open_order(call.book, replace(opening, mandate_id=mandate_id), now=call.now)


def _order(call: Call, order_id: str) -> sqlite3.Row:
    order = records.found(call.book, order_id)
    if order is None:
        raise refusals.order_not_found(order_id)
    check_routing(call.book, request=call.request, customer_id=order["customer_id"])
    return order


def _requested(call: Call, wish: refunds.Wish) -> sqlite3.Row:
    try:
        return refunds.request_refund(call.book, wish, now=call.now)
    except refunds.OverBudget as error:
        raise refusals.detailed(code="INVALID_INPUT", message=str(error)) from error


def _request_id(call: Call) -> str:
    given = str(call.body.get("unique_request_id") or "")
    if not _REQUEST_ID.fullmatch(given):
        raise refusals.detailed(
            code="MISSING_MANDATORY_PARAMETER", message="unique_request_id is required, shorter than 21 characters"
        )
    return given
