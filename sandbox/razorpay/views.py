"""Razorpay's orders and refunds over HTTP: JSON, Basic auth with key id and secret, amounts in paise."""

import base64
import hmac
import re
from typing import Any

from django.http import HttpRequest

from sandbox import objects
from sandbox.config import configuration
from sandbox.desk import Call, Desk
from sandbox.objects import Body
from sandbox.razorpay import books
from sandbox.wire import Answer, Refusal, query

PAGE_MAX = 100
AMOUNT_MIN = 100
IDEMPOTENCY_KEY = re.compile(r"[A-Za-z0-9_-]{10,}")


def error(description: str, *, field: str | None = None, reason: str = "input_validation_failed") -> Body:
    """Razorpay's one error shape."""
    details = {"code": "BAD_REQUEST_ERROR", "description": description, "source": "business", "step": "payment_initiation"}
    return {"error": {**details, "reason": reason, "field": field, "metadata": {}}}


def refusal(description: str, *, field: str | None = None, status: int = 400) -> Refusal:
    return Refusal(error(description, field=field), status=status)


def guard(request: HttpRequest) -> None:
    """Refuse a wrong key id or secret."""
    key = f"{configuration().razorpay_key_id}:{configuration().razorpay_key_secret}"
    expected = b"Basic " + base64.b64encode(key.encode())
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected):
        raise refusal("Authentication failed", status=401)


DESK = Desk("razorpay", guard, error)


@DESK.serve("order_create", key="receipt")
def create_order(call: Call) -> Answer:
    """`POST /v1/orders`."""
    given = call.body
    if type(given.get("amount")) is not int or given["amount"] < AMOUNT_MIN:
        raise refusal(f"Order amount less than minimum amount allowed ({AMOUNT_MIN} paise)", field="amount")
    if not re.fullmatch("[A-Z]{3}", str(given.get("currency", ""))):
        raise refusal("The currency field is required.", field="currency")
    if len(str(given.get("receipt") or "")) > 40:
        raise refusal("receipt: the length must be no more than 40.", field="receipt")
    check_notes(given.get("notes"))
    return Answer(books.open_order(call.book, given, now=call.now))


@DESK.serve("order_search", parse=query)
def list_orders(call: Call) -> Answer:
    """`GET /v1/orders?receipt=&count=&skip=`: newest first."""
    found = list(reversed(books.ORDERS.all(call.book)))
    if receipt := call.body.get("receipt"):
        found = [order for order in found if order["receipt"] == receipt]
    return collection(call, found)


@DESK.serve("order_status", parse=query)
def order_status(call: Call, *, order_id: str) -> Answer:
    """`GET /v1/orders/{id}`."""
    return Answer(known_order(call, order_id))


@DESK.serve("order_payments", parse=query)
def order_payments(call: Call, *, order_id: str) -> Answer:
    """`GET /v1/orders/{id}/payments`."""
    return collection(call, books.PAYMENTS.of(call.book, known_order(call, order_id)["id"]))


@DESK.serve("payment_refunds", parse=query)
def payment_refunds(call: Call, *, payment_id: str) -> Answer:
    """`GET /v1/payments/{id}/refunds`."""
    return collection(call, books.REFUNDS.of(call.book, known_payment(call, payment_id)["id"]))


@DESK.serve("refund", key="receipt")
def refund_payment(call: Call, *, payment_id: str) -> Answer:
    """`POST /v1/payments/{id}/refund`, idempotent by `X-Refund-Idempotency`."""
    key = call.request.headers.get("X-Refund-Idempotency", "")
    if not key:
        return Answer(refunded(call, payment_id))
    if not IDEMPOTENCY_KEY.fullmatch(key):
        raise refusal("The idempotency key must be at least 10 letters, digits, hyphens or underscores")
    request = [payment_id, call.body]
    try:
        earlier = objects.remembered(call.book, provider="razorpay", key=key, request=request)
    except LookupError:
        raise refusal("Different request body sent for the same idempotency header") from None
    if earlier:
        return earlier
    return objects.remember(call.book, Answer(refunded(call, payment_id)), provider="razorpay", key=key, request=request)


def refunded(call: Call, payment_id: str) -> Body:
    payment = known_payment(call, payment_id)
    if not payment["captured"]:
        raise refusal("The payment must be captured before it can be refunded")
    left = payment["amount"] - payment["amount_refunded"]
    amount = call.body.get("amount", left)
    if type(amount) is not int or amount < AMOUNT_MIN:
        raise refusal("The amount must be an integer of at least 100.", field="amount")
    if amount > left:
        raise refusal("The total refund amount is greater than the refund payment amount", field="amount")
    check_notes(call.body.get("notes"))
    return books.refund(call.book, payment, amount=amount, given=call.body, now=call.now)


def check_notes(notes: Any) -> None:
    """At most 15 pairs of short texts."""
    if notes is None or notes == []:
        return
    if not isinstance(notes, dict) or len(notes) > 15 or any(len(str(value)) > 256 for value in notes.values()):
        raise refusal("notes: at most 15 pairs of at most 256 characters", field="notes")


def known_order(call: Call, order_id: str) -> Body:
    return books.ORDERS.get(call.book, order_id) or not_found()


def known_payment(call: Call, payment_id: str) -> Body:
    return books.PAYMENTS.get(call.book, payment_id) or not_found()


def not_found() -> Body:
    raise refusal("The id provided does not exist")  # a 400, as Razorpay says it


def collection(call: Call, found: list[Body]) -> Answer:
    """One page of a list."""
    skip, size = (int(call.body.get(name) or default) for name, default in (("skip", 0), ("count", 10)))
    if not 1 <= size <= PAGE_MAX:
        raise refusal("The count may not be greater than 100.", field="count")
    page = found[skip : skip + size]
    return Answer({"entity": "collection", "count": len(page), "items": page})
