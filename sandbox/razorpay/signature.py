"""Razorpay's two signatures: of webhooks, and of the checkout's result."""

import hmac
from hashlib import sha256

from sandbox.config import configuration


def headers(body: bytes) -> dict[str, str]:
    """The headers that go with a webhook's `body`; a repetition of the event has the same event id."""
    digest = hmac.new(configuration().razorpay_webhook_secret.encode(), body, sha256).hexdigest()
    return {"X-Razorpay-Signature": digest, "x-razorpay-event-id": sha256(body).hexdigest()[:14]}


def landing(order_id: str, payment_id: str) -> dict[str, str]:
    """What the checkout posts to the merchant's return address."""
    message = f"{order_id}|{payment_id}".encode()
    digest = hmac.new(configuration().razorpay_key_secret.encode(), message, sha256).hexdigest()
    return {"razorpay_order_id": order_id, "razorpay_payment_id": payment_id, "razorpay_signature": digest}
