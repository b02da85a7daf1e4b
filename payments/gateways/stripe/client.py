"""Stripe over HTTP: payment intents and refunds. Amounts are whole paise there too; bodies are forms."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from aarokya.common import clock
from aarokya.common.clients.http import PartnerAnswer, PartnerClient, PartnerError
from aarokya.common.money import Money
from payments.gateways.base import GatewayOrder, GatewayRefused, GatewaySession, GatewayState, OrderAt, SessionRequest
from payments.gateways.reading import items, text, within
from payments.gateways.stripe import parsing

API_VERSION = "2025-03-31.basil"  # pinned: a newer one is a decision with a test, not an accident
CONNECT_S = 2.0
TOTAL_S = 8.0
PAGE = 100
# An intent whose first answer was lost has no payer: nobody was given its client secret. It is looked for this long.
LOST_FOR = timedelta(days=1)


class StripeGateway:
    """The `Gateway` of Stripe. Our order id is the idempotency key of the intent, and in its metadata."""

    provider = "STRIPE"

    def __init__(self, *, base_url: str, secret_key: str, publishable_key: str, now: Callable[[], datetime] = clock.now) -> None:
        self.auth = (secret_key, "")
        self.publishable_key = publishable_key
        self.now = now
        headers = {"Stripe-Version": API_VERSION}
        self.http = PartnerClient("stripe", base_url, headers=headers, connect_s=CONNECT_S, total_s=TOTAL_S)

    def create_session(self, request: SessionRequest) -> GatewaySession:
        """`POST /v1/payment_intents`. A repetition within a day is answered with the first answer."""
        form = {
            "amount": str(request.amount.paise),
            "currency": request.currency.lower(),
            "description": request.description,
            "automatic_payment_methods[enabled]": "true",
            "metadata[order_id]": request.order_id,
            "metadata[customer_id]": request.customer_id,
        }
        intent = self.post("/v1/payment_intents", operation="intent_create", form=form, key=f"order-{request.order_id}")
        reference, secret = text(within(intent, "id")), text(within(intent, "client_secret"))
        if not reference or not secret:
            raise PartnerError("stripe intent: no id or client secret in the answer", permanent=False, status=200)
        sheet = {"publishable_key": self.publishable_key, "client_secret": secret, "return_url": request.return_url}
        payload = {"payment_intent": intent, "payment_sheet": sheet}
        return GatewaySession(reference=reference, gateway_status=text(within(intent, "status")), payload=payload)

    def fetch_order(self, order: OrderAt) -> GatewayOrder:
        """The intent, and its refunds once it took money."""
        intent = self.find(order)
        if intent is None:
            return GatewayOrder(order.order_id, GatewayState.ABSENT, "not_found")
        by_intent = {"payment_intent": text(intent.get("id"))}
        refunds = list(self.pages("/v1/refunds", operation="refund_list", params=by_intent)) if is_paid(intent) else []
        return parsing.order(intent, refunds, asked=order)

    def find(self, order: OrderAt) -> Mapping[str, Any] | None:
        """By its id; after a lost answer among the youngest. (Stripe's search lags, and is not offered in India.)"""
        if order.reference:
            found = self.get(f"/v1/payment_intents/{order.reference}", operation="intent_status")
            return found if isinstance(found, Mapping) else None
        since = {"created[gte]": str(clock.epoch_s(self.now() - LOST_FOR))}
        listed = self.pages("/v1/payment_intents", operation="intent_list", params=since)
        return next((found for found in listed if within(found, "metadata", "order_id") == order.order_id), None)

    def refund(self, order: OrderAt, *, unique_request_id: str, amount: Money, transaction_id: str = "") -> GatewayOrder:  # noqa: ARG002
        """Give back `amount`; an intent is charged once, so the transaction needs no naming.

        A refund that they know by our id is not asked for again: idempotency keys are forgotten after a day.
        """
        truth = self.fetch_order(order)
        if any(known.unique_request_id == unique_request_id for known in truth.refunds):
            return truth
        if not truth.charges:
            raise GatewayRefused("nothing was captured for this order", code="NOT_CAPTURED", status=400)
        form = {
            "payment_intent": truth.reference,
            "amount": str(amount.paise),
            "metadata[order_id]": order.order_id,
            "metadata[unique_request_id]": unique_request_id,
        }
        self.post("/v1/refunds", operation="refund", form=form, key=f"refund-{unique_request_id}")
        return self.fetch_order(order)

    def pages(self, path: str, *, operation: str, params: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        """Every object of a list, page by page, newest first."""
        window = {**params, "limit": str(PAGE)}
        while True:
            page = self.get(path, operation=operation, params=window)
            found = items(page, "data")
            yield from found
            if not found or within(page, "has_more") is not True:
                return
            window["starting_after"] = text(found[-1].get("id"))

    def get(self, path: str, *, operation: str, params: Mapping[str, str] | None = None) -> Any:
        return accepted(self.http.request("GET", path, operation=operation, params=params, auth=self.auth, idempotent=True))

    def post(self, path: str, *, operation: str, form: Mapping[str, str], key: str) -> Any:
        headers = {"Idempotency-Key": key}
        answer = self.http.request("POST", path, operation=operation, form=form, headers=headers, auth=self.auth, idempotent=True)
        return accepted(answer)


def is_paid(intent: Mapping[str, Any]) -> bool:
    return text(intent.get("status")) == "succeeded"


def accepted(answer: PartnerAnswer) -> Any:
    """Return the JSON of a 2xx; otherwise read `{error: {type, code, message, param}}`.

    409 means that a call with the same key is under way: PartnerError, to be repeated.
    """
    if answer.ok:
        return answer.json
    error = within(answer.json, "error")
    code = text(within(error, "code")) or text(within(error, "type")) or "UNKNOWN"
    words = f"{code}: {text(within(error, 'message')) or 'no reason given'}"
    if answer.status == 409:
        raise PartnerError(f"stripe: {words}", permanent=False, status=409)
    raise GatewayRefused(words, code=code, status=answer.status)
