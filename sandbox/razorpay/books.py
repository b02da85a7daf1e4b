"""Razorpay's orders, payments and refunds, and what it tells the merchant about them."""

import sqlite3
from datetime import datetime
from typing import Any

from sandbox import objects, timers
from sandbox.config import configuration
from sandbox.objects import Body, Shelf, new_id

ORDERS, PAYMENTS, REFUNDS = (Shelf("razorpay", kind) for kind in ("order", "payment", "refund"))
PAYMENT_STATES = {"CHARGED": "captured", "FAILED": "failed", "AUTHORIZED": "authorized"}
REFUND_DELAY_S = 1.0


def open_order(book: sqlite3.Connection, given: Body, *, now: datetime) -> Body:
    """A new order; with `unique_receipt` the one that this receipt already has."""
    receipt = given.get("receipt") or ""
    if given.get("unique_receipt") and receipt and (existing := ORDERS.by_ours(book, receipt)):
        return existing
    order = {
        "id": new_id("order_", 14),
        "entity": "order",
        "amount": given["amount"],
        "amount_paid": 0,
        "amount_due": given["amount"],
        "currency": given["currency"],
        "receipt": receipt or None,
        "offer_id": None,
        "status": "created",
        "attempts": 0,
        "notes": given.get("notes") or [],  # an empty map is an empty list in Razorpay's answers
        "created_at": int(now.timestamp()),
    }
    return ORDERS.add(book, order, ours=receipt)


def play(book: sqlite3.Connection, order: Body, *, outcome: str, now: datetime) -> Body:
    """The customer's attempt ends; an authorised payment waits for a capture, a failed one may be tried again."""
    status = PAYMENT_STATES[outcome]
    is_captured = status == "captured"
    payment = {
        "id": new_id("pay_", 14),
        "entity": "payment",
        "amount": order["amount"],
        "currency": order["currency"],
        "status": status,
        "order_id": order["id"],
        "invoice_id": None,
        "international": False,
        "method": "upi",
        "amount_refunded": 0,
        "refund_status": None,
        "captured": is_captured,
        "description": None,
        "vpa": "success@razorpay" if status != "failed" else "failure@razorpay",
        "email": "asha@example.in",
        "contact": "+919876543210",
        "notes": order["notes"],
        "fee": order["amount"] * 2 // 100 if is_captured else None,
        "tax": 0 if is_captured else None,
        "error_code": "BAD_REQUEST_ERROR" if status == "failed" else None,
        "error_description": "Payment was unsuccessful" if status == "failed" else None,
        "acquirer_data": {"rrn": None},
        "created_at": int(now.timestamp()),
    }
    PAYMENTS.add(book, payment, parent=order["id"], ours=order["receipt"] or "")
    paid = {"amount_paid": order["amount"], "amount_due": 0, "status": "paid"} if is_captured else {}
    status_now = {} if order["status"] == "paid" else {"status": "attempted"}
    changed = ORDERS.change(book, order["id"], **{**status_now, **paid}, attempts=order["attempts"] + 1)
    tell(book, f"payment.{status}", order=changed, payment=payment, now=now)
    if is_captured:
        tell(book, "order.paid", order=changed, payment=payment, now=now)
    return changed


def refund(book: sqlite3.Connection, payment: Body, *, amount: int, given: Body, now: datetime) -> Body:
    """Take the money from the payment at once; whether it arrives is known a moment later."""
    made = {
        "id": new_id("rfnd_", 14),
        "entity": "refund",
        "amount": amount,
        "currency": payment["currency"],
        "payment_id": payment["id"],
        "notes": given.get("notes") or [],
        "receipt": given.get("receipt"),
        "acquirer_data": {"arn": None},
        "status": "pending",
        "speed_requested": given.get("speed") or "normal",
        "speed_processed": "normal",
        "created_at": int(now.timestamp()),
    }
    REFUNDS.add(book, made, parent=payment["id"], ours=given.get("receipt") or "")
    taken = payment["amount_refunded"] + amount
    whole = taken == payment["amount"]
    state = {"status": "refunded", "refund_status": "full"} if whole else {"refund_status": "partial"}
    PAYMENTS.change(book, payment["id"], amount_refunded=taken, **state)
    tell_refund(book, "refund.created", made, now=now)
    timers.schedule(book, kind="razorpay.refund", subject=made["id"], now=now, delay_s=REFUND_DELAY_S)
    return made


def settle_due(book: sqlite3.Connection, refund_id: str, now: datetime) -> None:
    """The timer of a refund that nobody decided otherwise."""
    if (waiting := REFUNDS.get(book, refund_id)) and waiting["status"] == "pending":
        settle(book, waiting, status="processed", now=now)


def settle(book: sqlite3.Connection, made: Body, *, status: str, now: datetime) -> Body:
    """The bank took it, or did not: then the payment has the money again."""
    if status == "failed":
        payment = PAYMENTS.get(book, made["payment_id"]) or {}
        left = payment["amount_refunded"] - made["amount"]
        PAYMENTS.change(book, payment["id"], amount_refunded=left, status="captured", refund_status="partial" if left else None)
    arn = {"arn": "10000000000000"} if status == "processed" else {"arn": None}
    changed = REFUNDS.change(book, made["id"], status=status, acquirer_data=arn)
    tell_refund(book, f"refund.{status}", changed, now=now)
    return changed


def tell_refund(book: sqlite3.Connection, event: str, made: Body, *, now: datetime) -> None:
    payment = PAYMENTS.get(book, made["payment_id"]) or {}
    order = ORDERS.get(book, payment["order_id"]) or {}
    tell(book, event, order=order, payment=payment, refund=made, now=now)


def tell(book: sqlite3.Connection, event: str, *, order: Body, now: datetime, **entities: Any) -> None:
    """Queue an event with the entities it is about; refund events do not carry the order."""
    shown = entities if "refund" in entities else {**entities, "order": order}
    body = {
        "entity": "event",
        "account_id": "acc_sandboxMerchant",
        "event": event,
        "contains": sorted(shown),
        "payload": {name: {"entity": entity} for name, entity in shown.items()},
        "created_at": int(now.timestamp()),
    }
    options = objects.options_of(book, order["id"])
    url = configuration().razorpay_webhook_url
    ours = order["receipt"] or order["id"]
    objects.announce(book, provider="razorpay", event=event, subject=ours, body=body, options=options, url=url, now=now)


def money(book: sqlite3.Connection) -> Body:
    """What came in and went out for each order, by its receipt."""
    return {order["receipt"] or order["id"]: of_order(book, order) for order in ORDERS.all(book)}


def of_order(book: sqlite3.Connection, order: Body) -> Body:
    payments = PAYMENTS.of(book, order["id"])
    refunds = [item for payment in payments for item in REFUNDS.of(book, payment["id"])]
    return {
        "status": order["status"],
        "charged": sum(payment["amount"] for payment in payments if payment["captured"]),
        "refunded": sum(item["amount"] for item in refunds if item["status"] == "processed"),
        "refund_pending": sum(item["amount"] for item in refunds if item["status"] == "pending"),
        "refunds": len(refunds),
    }
