"""Stripe's payment intents and refunds over HTTP: forms in, JSON out, the secret key as user name or bearer."""

import base64
import hmac
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from sandbox import objects
from sandbox.config import configuration
from sandbox.desk import Call, Desk
from sandbox.objects import Body
from sandbox.stripe import books
from sandbox.wire import Answer, Refusal, form_body, query

PAGE_MAX = 100
AMOUNT_MIN = 50
KEY_MAX = 255


def error(message: str, *, code: str | None = None, param: str | None = None, kind: str = "invalid_request_error") -> Body:
    """Stripe's one error shape."""
    facts = {"code": code, "message": message, "param": param, "type": kind}
    return {"error": {name: value for name, value in facts.items() if value is not None}}


def refusal(message: str, *, code: str | None = None, param: str | None = None, status: int = 400) -> Refusal:
    return Refusal(error(message, code=code, param=param), status=status)


def guard(request: HttpRequest) -> None:
    """Refuse a wrong secret key."""
    key = configuration().stripe_secret_key
    given = request.headers.get("Authorization", "").encode()
    right = [f"Bearer {key}".encode(), b"Basic " + base64.b64encode(f"{key}:".encode())]
    if not any(hmac.compare_digest(given, expected) for expected in right):
        raise refusal("Invalid API Key provided", status=401)


DESK = Desk("stripe", guard, error)


@DESK.serve("intent_create", parse=form_body)
def create_intent(call: Call) -> Answer:
    """`POST /v1/payment_intents`."""
    return once(call, opened)


@DESK.serve("intent_status", parse=query)
def intent_status(call: Call, *, intent_id: str) -> Answer:
    """`GET /v1/payment_intents/{id}`."""
    return Answer(known_intent(call, intent_id))


@DESK.serve("intent_list", parse=query)
def list_intents(call: Call) -> Answer:
    """`GET /v1/payment_intents?created[gte]=&limit=&starting_after=`: newest first."""
    since = int(call.body.get("created[gte]") or 0)
    found = [intent for intent in reversed(books.INTENTS.all(call.book)) if intent["created"] >= since]
    return listed(call, found, "/v1/payment_intents")


@DESK.serve("refund", parse=form_body)
def create_refund(call: Call) -> Answer:
    """`POST /v1/refunds`."""
    return once(call, refunded)


@DESK.serve("refund_list", parse=query)
def list_refunds(call: Call) -> Answer:
    """`GET /v1/refunds?payment_intent=&limit=&starting_after=`: newest first."""
    intent_id = call.body.get("payment_intent")
    found = books.REFUNDS.of(call.book, intent_id) if intent_id else books.REFUNDS.all(call.book)
    return listed(call, list(reversed(found)), "/v1/refunds")


def once(call: Call, make: Callable[[Call], Body]) -> Answer:
    """The first answer again for a repeated `Idempotency-Key`; refusals of the input are not kept."""
    key = call.request.headers.get("Idempotency-Key", "")
    if not key:
        return Answer(make(call))
    if len(key) > KEY_MAX:
        raise refusal("Idempotency keys are at most 255 characters")
    request = [call.request.path, call.body]
    try:
        earlier = objects.remembered(call.book, provider="stripe", key=key, request=request)
    except LookupError:
        words = "Keys for idempotent requests can only be used with the same parameters they were first used with."
        raise Refusal(error(words, kind="idempotency_error"), status=400) from None
    return earlier or objects.remember(call.book, Answer(make(call)), provider="stripe", key=key, request=request)


def opened(call: Call) -> Body:
    currency = str(call.body.get("currency") or "")
    if len(currency) != 3 or not currency.islower():
        raise refusal("Missing required param: currency.", code="parameter_missing", param="currency")
    amount = amount_of(call.body.get("amount"))
    if amount < AMOUNT_MIN:
        raise refusal("Amount must be at least ₹0.50 inr", code="amount_too_small", param="amount")
    description = call.body.get("description")
    return books.open_intent(
        call.book, amount=amount, currency=currency, description=description, metadata=metadata(call.body), now=call.now
    )


def refunded(call: Call) -> Body:
    intent = known_intent(call, str(call.body.get("payment_intent") or ""))
    if intent["status"] != "succeeded":
        raise refusal("This PaymentIntent does not have a successful charge to refund.", code="charge_not_succeeded")
    left = intent["amount_received"] - books.given_back(call.book, intent)
    if left == 0:
        raise refusal(f"Charge {intent['latest_charge']} has already been refunded.", code="charge_already_refunded")
    amount = amount_of(call.body["amount"]) if "amount" in call.body else left
    if not 0 < amount <= left:
        raise refusal("Refund amount is greater than unrefunded amount on charge", param="amount")
    return books.refund(call.book, intent, amount=amount, metadata=metadata(call.body), now=call.now)


def amount_of(value: Any) -> int:
    if not isinstance(value, str) or not value.isascii() or not value.isdecimal():
        raise refusal("Invalid integer", code="parameter_invalid_integer", param="amount")
    return int(value)


def metadata(form: Body) -> Body:
    """`metadata[name]=value` of a form as a map."""
    return {name[9:-1]: value for name, value in form.items() if name.startswith("metadata[") and name.endswith("]")}


def known_intent(call: Call, intent_id: str) -> Body:
    found = books.INTENTS.get(call.book, intent_id)
    if found is None:
        raise refusal(f"No such payment_intent: '{intent_id}'", code="resource_missing", param="intent", status=404)
    return found


def listed(call: Call, found: list[Body], path: str) -> Answer:
    """One page of a list."""
    size = int(call.body.get("limit") or 10)
    if not 1 <= size <= PAGE_MAX:
        raise refusal("Invalid integer: limit must be between 1 and 100", param="limit")
    after = call.body.get("starting_after")
    ids = [item["id"] for item in found]
    if after and after not in ids:
        raise refusal(f"No such object: '{after}'", code="resource_missing", param="starting_after")
    start = ids.index(after) + 1 if after else 0
    page = found[start : start + size]
    return Answer({"object": "list", "data": page, "has_more": start + size < len(found), "url": path})
