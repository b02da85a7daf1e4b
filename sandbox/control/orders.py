"""Playing the bank: outcomes of orders, refunds and mandates."""

import json
import sqlite3
from typing import Any

from sandbox import money
from sandbox.control.desk import Control, choice, control, number, refusal
from sandbox.juspay import courier, debits, mandates, orders, records, refunds, render, statuses
from sandbox.wire import Answer

WEBHOOK_OPTIONS = {"copies", "delay_s", "shuffle", "suppress"}
ORDER_FIELDS = {"outcome", "amount", "currency", "customer_id", "refund_outcome", "webhooks", "order_id"}


@control
def set_order(call: Control, *, order_id: str) -> Answer:
    """`POST /_control/orders/{order_id}` `{outcome?, amount?, currency?, customer_id?, refund_outcome?, webhooks?}`."""
    return Answer(_play(call, order_id, call.given))


@control
def set_orders(call: Control) -> Answer:
    """`POST /_control/orders` `{orders: [{order_id, …as above}]}`, all or nothing."""
    wishes = call.given.get("orders")
    if not isinstance(wishes, list) or not all(isinstance(wish, dict) for wish in wishes):
        raise refusal("orders must be a list of objects")
    return Answer({"orders": [_play(call, str(wish.get("order_id")), wish) for wish in wishes]})


@control
def show_order(call: Control, *, order_id: str) -> Answer:
    """`GET /_control/orders/{order_id}`: status answer, raw session and webhook deliveries."""
    order = _order(call, order_id)
    return Answer(
        {
            "order": render.order_status(call.book, order=order),
            "amount_paise": order["amount"],
            "session": json.loads(order["session"]),
            "webhooks": json.loads(order["webhooks"]),
            "deliveries": courier.history(call.book, subject=order["order_id"]),
        }
    )


@control
def set_refund(call: Control, *, unique_request_id: str) -> Answer:
    """`POST /_control/refunds/{unique_request_id}` `{outcome}`."""
    row = refunds.found(call.book, unique_request_id)
    if row is None:
        raise refusal("no such refund", status=404)
    outcome = choice(call.given.get("outcome"), "outcome", refunds.OUTCOMES)
    refunds.settle(call.book, refund=row, outcome=outcome, now=call.now)
    return Answer({"unique_request_id": unique_request_id, "status": outcome})


@control
def set_mandate(call: Control, *, mandate_id: str) -> Answer:
    """`POST /_control/mandates/{id}` `{outcome}`; the id is the mandate's, or that of the order it came with.

    A mandate status moves the mandate. CHARGED, FAILED or PENDING end its registration or, once it is active, its
    debits: those waiting now and all later ones.
    """
    mandate = mandates.found(call.book, mandate_id) or _mandate_of_order(call, mandate_id)
    allowed = {*mandates.EVENTS, "CHARGED", "SUCCESS", "FAILED", "PENDING"}
    outcome = choice(call.given.get("outcome"), "outcome", allowed).replace("SUCCESS", "CHARGED")
    if outcome in mandates.EVENTS:
        mandates.move(call.book, mandate=mandate, status=outcome, now=call.now)
    elif mandate["status"] == "CREATED":
        orders.record_outcome(call.book, order_key=mandate["order_key"], outcome=outcome, now=call.now)
    else:
        _decide_debits(call, mandate, outcome)
    moved = mandates.found(call.book, mandate["mandate_id"])
    return Answer(render.mandate_block(moved or mandate))


def _decide_debits(call: Control, mandate: sqlite3.Row, outcome: str) -> None:
    call.book.execute("UPDATE mandates SET debit_outcome = ? WHERE mandate_id = ?", [outcome, mandate["mandate_id"]])
    waiting = call.book.execute(
        "SELECT order_key FROM orders WHERE mandate_id = ? AND execute_at IS NOT NULL AND status = 'PENDING_VBV'",
        [mandate["mandate_id"]],
    ).fetchall()
    for row in waiting:
        debits.execute(call.book, row["order_key"], call.now)


def _mandate_of_order(call: Control, order_id: str) -> sqlite3.Row:
    order = records.found(call.book, order_id)
    mandate = mandates.found(call.book, order["mandate_id"]) if order is not None else None
    if mandate is None:
        raise refusal("no such mandate", status=404)
    return mandate


def _order(call: Control, order_id: str) -> sqlite3.Row:
    order = records.found(call.book, order_id)
    if order is None:
        raise refusal(f"Juspay knows no order {order_id}", status=404)
    return order


def _play(call: Control, order_id: str, wish: dict[str, Any]) -> dict[str, Any]:
    unknown = set(wish) - ORDER_FIELDS
    if unknown:
        raise refusal(f"unknown field {min(unknown)}")
    order = _order(call, order_id)
    _prepare(call, order, wish)
    if "outcome" in wish:
        outcome = choice(wish["outcome"], "outcome", {*statuses.OUTCOMES, "AUTO"})
        orders.end_attempt(call.book, order=order, outcome=outcome, now=call.now)
    return render.order_status(call.book, order=_order(call, order_id))


def _prepare(call: Control, order: sqlite3.Row, wish: dict[str, Any]) -> None:
    """Set what the outcome, later refunds and webhooks will follow."""
    changes: dict[str, Any] = {}
    if "amount" in wish:
        changes["amount"] = _paise(wish["amount"])
    changes |= {name: str(wish[name]) for name in ("currency", "customer_id") if name in wish}
    if "refund_outcome" in wish:
        changes["refund_outcome"] = choice(wish["refund_outcome"], "refund_outcome", refunds.OUTCOMES)
    if "webhooks" in wish:
        changes["webhooks"] = json.dumps(_webhook_options(wish["webhooks"]))
    for column, value in changes.items():
        sql = f"UPDATE orders SET {column} = ? WHERE order_key = ?"  # noqa: S608  (columns are the names above)
        call.book.execute(sql, [value, order["order_key"]])


def _paise(value: object) -> int:
    """An integer of paise, or a text of rupees as Juspay itself writes it."""
    paise = money.paise_from_rupees(value)
    if paise is None and not isinstance(value, int):
        raise refusal('amount must be an integer of paise, or rupees as text ("99.00")')
    return paise or int(number(value, "amount", minimum=1))


def _webhook_options(given: object) -> dict[str, Any]:
    if not isinstance(given, dict) or set(given) - WEBHOOK_OPTIONS:
        raise refusal(f"webhooks may have {', '.join(sorted(WEBHOOK_OPTIONS))}")
    number(given.get("copies", 1), "webhooks.copies")
    number(given.get("delay_s", 0), "webhooks.delay_s")
    return given
