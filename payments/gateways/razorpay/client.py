"""Razorpay over HTTP: orders, their payments, refunds. Amounts are whole paise there too."""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from aarokya.common.clients.http import PartnerAnswer, PartnerClient, PartnerError
from aarokya.common.money import Money
from payments.gateways.base import GatewayOrder, GatewayRefused, GatewaySession, GatewayState, OrderAt, SessionRequest
from payments.gateways.razorpay import parsing
from payments.gateways.reading import items, text, within

CONNECT_S = 2.0
TOTAL_S = 8.0
PAGE = 100
CAPTURE = {"capture": "automatic", "capture_options": {"automatic_expiry_period": 30, "refund_speed": "normal"}}


class RazorpayGateway:
    """The `Gateway` of Razorpay. Our order id is the `receipt` of theirs, by which it is found again."""

    provider = "RAZORPAY"

    def __init__(self, *, base_url: str, key: tuple[str, str]) -> None:
        self.key = key
        self.http = PartnerClient("razorpay", base_url, connect_s=CONNECT_S, total_s=TOTAL_S)

    def create_session(self, request: SessionRequest) -> GatewaySession:
        """`POST /orders`. `unique_receipt` lets a repetition find the first order; the checkout needs its id and our key id."""
        body = {
            "amount": request.amount.paise,
            "currency": request.currency,
            "receipt": request.order_id,
            "unique_receipt": True,
            "partial_payment": False,
            "payment": CAPTURE,
            "notes": {"order_id": request.order_id, "customer_id": request.customer_id},
        }
        order = self.call("POST", "/orders", operation="order_create", json=body, idempotent=True)
        reference = text(within(order, "id"))
        if not reference:
            raise PartnerError("razorpay order: no id in the answer", permanent=False, status=200)
        prefill = {"contact": f"+91{request.customer_phone}", "email": request.customer_email}
        checkout = {"key": self.key[0], "order_id": reference, "amount": request.amount.paise, "currency": request.currency}
        payload = {"order": order, "checkout": {**checkout, "prefill": prefill, "callback_url": request.return_url}}
        return GatewaySession(reference=reference, gateway_status=text(within(order, "status")), payload=payload)

    def fetch_order(self, order: OrderAt) -> GatewayOrder:
        """The order by its receipt, then its payments, then the refunds of those that took money."""
        theirs = self.find(order)
        if theirs is None:
            return GatewayOrder(order.order_id, GatewayState.ABSENT, "not_found")
        payments = list(self.pages(f"/orders/{theirs['id']}/payments", operation="order_payments"))
        refunds = [
            refund
            for payment in payments
            if payment.get("captured") is True
            for refund in self.pages(f"/payments/{text(payment.get('id'))}/refunds", operation="payment_refunds")
        ]
        return parsing.order(theirs, payments, refunds, asked=order)

    def find(self, order: OrderAt) -> Mapping[str, Any] | None:
        """By their id where we know it, otherwise by the receipt; a refusal other than "no such id" is an error."""
        if order.reference:
            found = self.call("GET", f"/orders/{order.reference}", operation="order_status", idempotent=True)
            return found if isinstance(found, Mapping) and text(found.get("id")) else None
        listed = self.pages("/orders", operation="order_search", params={"receipt": order.order_id})
        return next((found for found in listed if found.get("receipt") == order.order_id and text(found.get("id"))), None)

    def refund(self, order: OrderAt, *, unique_request_id: str, amount: Money, transaction_id: str = "") -> GatewayOrder:
        """Give back `amount` of one payment. One that they know by our id already is not asked for again: keys are forgotten."""
        truth = self.fetch_order(order)
        if any(known.unique_request_id == unique_request_id for known in truth.refunds):
            return truth
        payment_id = transaction_id or next((charge.transaction_id for charge in truth.charges), "")
        if not payment_id:
            raise GatewayRefused("nothing was captured for this order", code="NOT_CAPTURED", status=400)
        self.call(
            "POST",
            f"/payments/{payment_id}/refund",
            operation="refund",
            json={
                "amount": amount.paise,
                "speed": "normal",
                "receipt": unique_request_id,
                "notes": {"order_id": order.order_id, "unique_request_id": unique_request_id},
            },
            headers={"X-Refund-Idempotency": unique_request_id},
            idempotent=True,
        )
        return self.fetch_order(order)

    def pages(self, path: str, *, operation: str, params: Mapping[str, str] | None = None) -> Iterator[Mapping[str, Any]]:
        """Every item of a collection, page by page."""
        for page in count():
            window = {**(params or {}), "count": str(PAGE), "skip": str(page * PAGE)}
            found = items(self.call("GET", path, operation=operation, params=window, idempotent=True), "items")
            yield from found
            if len(found) < PAGE:
                return

    def call(self, method: str, path: str, *, operation: str, idempotent: bool, **request: Any) -> Any:
        """Return the JSON of a 2xx; GatewayRefused with Razorpay's code, PartnerError for what may succeed later."""
        answer = self.http.request(method, path, operation=operation, auth=self.key, idempotent=idempotent, **request)
        if answer.ok:
            return answer.json
        raise refusal(answer)


def refusal(answer: PartnerAnswer) -> Exception:
    """Read `{error: {code, description, field, reason, …}}`. 409 means that the same refund is being made just now."""
    code = text(within(answer.json, "error", "code")) or "UNKNOWN"
    words = f"{code}: {text(within(answer.json, 'error', 'description')) or 'no reason given'}"
    if answer.status == 409:
        return PartnerError(f"razorpay: {words}", permanent=False, status=409)
    return GatewayRefused(words, code=code, status=answer.status)
