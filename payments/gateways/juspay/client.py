"""Juspay over HTTP: sessions, order status, refunds."""

from collections.abc import Mapping
from typing import Any

from aarokya.common.clients.http import PartnerAnswer, PartnerClient
from aarokya.common.money import Money
from payments.gateways.base import (
    GatewayOrder,
    GatewayRefused,
    GatewaySession,
    GatewayState,
    MandateTerms,
    OrderAt,
    SessionRequest,
)
from payments.gateways.juspay import parsing
from payments.gateways.juspay.refusals import refusal

# The answers follow this date for ever; a newer one is a decision with a test, not an accident.
API_VERSION = "2024-06-24"
CONNECT_S = 2.0
SESSION_S = 10.0
STATUS_S = 8.0


class JuspayGateway:
    """The `Gateway` of Juspay. One instance for each process: it keeps connections open."""

    provider = "JUSPAY"

    def __init__(self, *, base_url: str, api_key: str, merchant_id: str, client_id: str, session_s: float = SESSION_S) -> None:
        headers = {"x-merchantid": merchant_id, "version": API_VERSION}
        self.auth = (api_key, "")
        self.client_id = client_id
        self.merchant_id = merchant_id
        self.sessions = PartnerClient("juspay", base_url, headers=headers, connect_s=CONNECT_S, total_s=session_s)
        self.http = PartnerClient("juspay", base_url, headers=headers, connect_s=CONNECT_S, total_s=STATUS_S)

    def create_session(self, request: SessionRequest) -> GatewaySession:
        """`POST /session`. Not repeated blindly: after a lost answer the caller asks for the status first."""
        answer = self.sessions.request(
            "POST",
            "/session",
            operation="session",
            json=session_body(request, client_id=self.client_id),
            headers={"x-routing-id": request.customer_id},
            auth=self.auth,
        )
        return parsing.session(accepted(answer).text)

    def fetch_order(self, order: OrderAt) -> GatewayOrder:
        """`GET /orders/{order_id}`: the truth. An order Juspay has never heard of is ABSENT, not an error."""
        answer = self.call("GET", f"/orders/{order.order_id}", operation="order_status", customer_id=order.customer_id)
        if answer.status == 404:
            return absent(answer, order_id=order.order_id)
        return parsing.order(accepted(answer).json, order_id=order.order_id)

    def refund(self, order: OrderAt, *, unique_request_id: str, amount: Money, transaction_id: str = "") -> GatewayOrder:
        """Give money back by `unique_request_id`, so that a repeat finds the first one; then return the order's truth.

        An order with several charges is refunded by transaction, which answers with the refund alone.
        """
        form = {"unique_request_id": unique_request_id, "amount": amount.as_rupees()}
        if not transaction_id:
            path = f"/orders/{order.order_id}/refunds"
            answer = self.call("POST", path, operation="refund", customer_id=order.customer_id, form=form)
            return parsing.order(accepted(answer).json, order_id=order.order_id)
        body = {**form, "txn_id": transaction_id, "order_id": order.order_id}
        accepted(self.call("POST", "/refunds", operation="txn_refund", customer_id=order.customer_id, json=body))
        return self.fetch_order(order)

    def call(
        self,
        method: str,
        path: str,
        *,
        operation: str,
        customer_id: str,
        form: Mapping[str, str] | None = None,
        json: Mapping[str, Any] | None = None,
    ) -> PartnerAnswer:
        """One call about one customer: every call of theirs must carry the same routing id."""
        headers = {"x-routing-id": customer_id}
        return self.http.request(
            method, path, operation=operation, form=form, json=json, headers=headers, auth=self.auth, idempotent=True
        )


def session_body(request: SessionRequest, *, client_id: str) -> dict[str, str]:
    """Return Juspay's flat document: dotted names are literal keys, the amount is a text with two decimals."""
    return {
        "order_id": request.order_id,
        "amount": request.amount.as_rupees(),
        "currency": request.currency,
        "customer_id": request.customer_id,
        "customer_phone": request.customer_phone,
        "customer_email": request.customer_email,
        "payment_page_client_id": client_id,
        "action": "paymentPage",
        "return_url": request.return_url,
        "description": request.description,
        "metadata.expiryInMins": str(request.expires_in_min),
        **mandate_fields(request.mandate),
    }


def mandate_fields(terms: MandateTerms | None) -> dict[str, str]:
    """Return what makes a session register a mandate too."""
    if terms is None:
        return {}
    return {
        "options.create_mandate": "REQUIRED",
        "mandate.max_amount": terms.max_amount.as_rupees(),
        "mandate.frequency": terms.frequency,
        "mandate.amount_rule": "VARIABLE",
        "mandate.revokable_by_customer": "true",
    }


def accepted(answer: PartnerAnswer) -> PartnerAnswer:
    """Return a 2xx answer; GatewayRefused for a 4xx."""
    if not answer.ok:
        raise refusal(answer)
    return answer


def absent(answer: PartnerAnswer, *, order_id: str) -> GatewayOrder:
    """A 404 counts as "no such order" only where Juspay says so; a wrong path in our settings must not pass for one."""
    body = answer.json if isinstance(answer.json, Mapping) else {}
    found = parsing.order(body, order_id=order_id)
    if found.state is not GatewayState.ABSENT and body.get("error_code") != "RESOURCE_NOT_FOUND":
        error: GatewayRefused = refusal(answer)
        raise error
    return GatewayOrder(order_id=order_id, state=GatewayState.ABSENT, gateway_status="NOT_FOUND")
