"""Playing Razorpay and Stripe: outcomes of payments and refunds, and their money."""

from sandbox import objects
from sandbox.control.desk import Control, choice, control, refusal
from sandbox.juspay import courier
from sandbox.razorpay import books as razorpay
from sandbox.razorpay import signature
from sandbox.stripe import books as stripe
from sandbox.wire import Answer

REFUND_STATES = {
    "SUCCESS": {"razorpay": "processed", "stripe": "succeeded"},
    "FAILURE": {"razorpay": "failed", "stripe": "failed"},
}


@control
def set_payment(call: Control, *, provider: str, order_id: str) -> Answer:
    """`POST /_control/gateways/{provider}/{order_id}` `{outcome?, webhooks?}`, the order by the merchant's id.

    `webhooks` `{copies?, suppress?, url?}` counts from here on. The answer says what was sent, and how a landing is signed.
    """
    shelf = {"razorpay": razorpay.ORDERS, "stripe": stripe.INTENTS}[choice(provider, "provider", ("razorpay", "stripe"))]
    found = shelf.by_ours(call.book, order_id)
    if found is None:
        raise refusal("no such order", status=404)
    if "webhooks" in call.given:
        objects.set_options(call.book, found["id"], call.given["webhooks"])
    if outcome := call.given.get("outcome"):
        if provider == "razorpay":
            wished = choice(outcome, "outcome", razorpay.PAYMENT_STATES)
            found = razorpay.play(call.book, found, outcome=wished, now=call.now)
        else:
            wished = choice(outcome, "outcome", stripe.RESULTS)
            found = stripe.play(call.book, found, outcome=wished, now=call.now)
    payments = razorpay.PAYMENTS.of(call.book, found["id"])
    landing = signature.landing(found["id"], payments[-1]["id"]) if payments else {}
    return Answer({"object": found, "landing": landing, "deliveries": courier.history(call.book, subject=order_id)})


@control
def set_refund(call: Control, *, provider: str, unique_request_id: str) -> Answer:
    """`POST /_control/gateways/{provider}/refunds/{unique_request_id}` `{outcome: SUCCESS|FAILURE}`."""
    name = choice(provider, "provider", ("razorpay", "stripe"))
    status = REFUND_STATES[choice(call.given.get("outcome"), "outcome", REFUND_STATES)][name]
    shelf = {"razorpay": razorpay.REFUNDS, "stripe": stripe.REFUNDS}[name]
    found = shelf.by_ours(call.book, unique_request_id)
    if found is None:
        raise refusal("no such refund", status=404)
    settle = {"razorpay": razorpay.settle, "stripe": stripe.settle}[name]
    return Answer(settle(call.book, found, status=status, now=call.now))


@control
def money(call: Control) -> Answer:
    """`GET /_control/gateways`: their books, in paise."""
    return Answer({"razorpay": razorpay.money(call.book), "stripe": stripe.money(call.book)})
