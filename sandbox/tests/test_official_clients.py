"""The providers' own Python packages against our simulators: their calls are understood, our signatures accepted."""

import json
from typing import Any

import pytest
import razorpay
import stripe

from sandbox.tests.people import Merchant, Sandbox

NOTES = {"order_id": "01HZX0W9QK3J5T7V9B2D"}
RAZORPAY_KEY = ("rzp_test_sandbox", "sandbox-razorpay-key")


@pytest.fixture
def official_razorpay(sandbox: Sandbox) -> Any:
    return razorpay.Client(auth=RAZORPAY_KEY, base_url=f"{sandbox.url}/razorpay")


@pytest.fixture
def official_stripe(sandbox: Sandbox) -> stripe.StripeClient:
    return stripe.StripeClient("sk_test_sandbox", base_addresses={"api": f"{sandbox.url}/stripe"})


def play(sandbox: Sandbox, provider: str, **wish: Any) -> dict[str, Any]:
    played: dict[str, Any] = sandbox.control("POST", f"gateways/{provider}/{NOTES['order_id']}", wish)
    return played


def test_razorpays_package_opens_pays_and_refunds(sandbox: Sandbox, official_razorpay: Any) -> None:
    wish = {"amount": 50_000, "currency": "INR", "receipt": NOTES["order_id"], "notes": NOTES}
    order = official_razorpay.order.create(wish)
    played = play(sandbox, "razorpay", outcome="CHARGED", webhooks={"suppress": True})

    assert official_razorpay.order.fetch(order["id"])["status"] == "paid"
    assert official_razorpay.order.all({"receipt": NOTES["order_id"]})["count"] == 1
    payment = official_razorpay.order.payments(order["id"])["items"][0]
    assert official_razorpay.utility.verify_payment_signature(played["landing"])
    refund = official_razorpay.payment.refund(payment["id"], {"amount": 20_000})
    assert (refund["amount"], refund["status"]) == (20_000, "pending")
    with pytest.raises(razorpay.errors.BadRequestError, match="greater than the refund payment amount"):
        official_razorpay.payment.refund(payment["id"], {"amount": 30_001})


def test_razorpays_package_accepts_our_signature_and_no_other(
    sandbox: Sandbox, merchant: Merchant, official_razorpay: Any
) -> None:
    official_razorpay.order.create({"amount": 50_000, "currency": "INR", "receipt": NOTES["order_id"]})
    play(sandbox, "razorpay", outcome="CHARGED", webhooks={"url": merchant.url})
    for webhook in merchant.wait_for(2):
        headers = {name.lower(): value for name, value in webhook.headers.items()}
        signature, body = headers["x-razorpay-signature"], webhook.raw.decode()

        assert headers["x-razorpay-event-id"]
        assert official_razorpay.utility.verify_webhook_signature(body, signature, "sandbox-razorpay-webhook")
        with pytest.raises(razorpay.errors.SignatureVerificationError):
            official_razorpay.utility.verify_webhook_signature(body + " ", signature, "sandbox-razorpay-webhook")


def test_stripes_package_opens_pays_and_refunds(sandbox: Sandbox, official_stripe: stripe.StripeClient) -> None:
    wish: Any = {"amount": 50_000, "currency": "inr", "metadata": NOTES}
    once: Any = {"idempotency_key": "order-1"}
    intent = official_stripe.v1.payment_intents.create(wish, once)
    again = official_stripe.v1.payment_intents.create(wish, once)
    assert again.id == intent.id
    with pytest.raises(stripe.IdempotencyError):
        official_stripe.v1.payment_intents.create(wish | {"amount": 60_000}, once)
    play(sandbox, "stripe", outcome="CHARGED", webhooks={"suppress": True})

    assert official_stripe.v1.payment_intents.retrieve(intent.id).status == "succeeded"
    for amount in (20_000, 10_000):
        refund = official_stripe.v1.refunds.create({"payment_intent": intent.id, "amount": amount})
        assert (refund.amount, refund.status) == (amount, "pending")
    by_page = official_stripe.v1.refunds.list({"payment_intent": intent.id, "limit": 1})
    assert [refund.amount for refund in by_page.auto_paging_iter()] == [10_000, 20_000]
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        official_stripe.v1.refunds.create({"payment_intent": intent.id, "amount": 20_001})


def test_stripes_package_accepts_our_signature_and_no_other(
    sandbox: Sandbox, merchant: Merchant, official_stripe: stripe.StripeClient
) -> None:
    official_stripe.v1.payment_intents.create({"amount": 50_000, "currency": "inr", "metadata": NOTES})
    play(sandbox, "stripe", outcome="CHARGED", webhooks={"url": merchant.url})
    webhook = merchant.wait_for(1)[0]
    signature = webhook.headers["Stripe-Signature"]

    event = official_stripe.construct_event(webhook.raw, signature, "whsec_sandbox")

    assert event.type == "payment_intent.succeeded"
    assert json.loads(webhook.raw)["data"]["object"]["metadata"] == NOTES
    with pytest.raises(stripe.SignatureVerificationError):
        official_stripe.construct_event(webhook.raw + b" ", signature, "whsec_sandbox")


def test_wrong_keys_and_wrong_amounts_are_refused(sandbox: Sandbox, official_razorpay: Any) -> None:
    stranger = razorpay.Client(auth=("rzp_test_sandbox", "wrong"), base_url=f"{sandbox.url}/razorpay")
    with pytest.raises(razorpay.errors.BadRequestError, match="Authentication failed"):
        stranger.order.fetch("order_1")
    with pytest.raises(razorpay.errors.BadRequestError, match="minimum amount"):
        official_razorpay.order.create({"amount": 99, "currency": "INR"})
    other = stripe.StripeClient("sk_test_wrong", base_addresses={"api": f"{sandbox.url}/stripe"})
    with pytest.raises(stripe.AuthenticationError):
        other.v1.payment_intents.retrieve("pi_1")
