"""What differs between Razorpay's payment page and Stripe's: what a payer enters, and how the browser is sent back."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from sandbox.objects import Body, Shelf
from sandbox.razorpay import books as razorpay
from sandbox.razorpay import signature
from sandbox.stripe import books as stripe

STRIPE_RESULTS = {"succeeded": "succeeded", "processing": "pending"}  # any other state: failed


@dataclass(frozen=True, slots=True)
class Landing:
    """The way back: `url` to go to, or to post `fields` to. No url: the payer stays on the page."""

    url: str = ""
    fields: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Gateway:
    """One provider's page. `magic` says what an entry stands for; any other pays."""

    title: str
    label: str
    magic: Mapping[str, str]
    pending: str
    shelf: Shelf
    play: Callable[..., Body]
    shown: Callable[[sqlite3.Connection, Body], Body]
    landing: Callable[[sqlite3.Connection, Body, str], Landing]

    def find(self, book: sqlite3.Connection, name: str) -> Body | None:
        """By the provider's id or by the merchant's."""
        return self.shelf.get(book, name) or self.shelf.by_ours(book, name)


def razorpay_shown(book: sqlite3.Connection, order: Body) -> Body:
    payments = razorpay.PAYMENTS.of(book, order["id"])
    last = payments[-1]["status"] if payments else ""
    return {
        "order": {"order_id": order["receipt"] or order["id"], "amount": order["amount"]},
        "is_paid": order["status"] == "paid",
        "is_payable": order["status"] != "paid",
        "is_failed": last == "failed",
        "is_pending": last == "authorized",
        "description": "",
    }


def razorpay_landing(book: sqlite3.Connection, order: Body, url: str) -> Landing:
    """A payment that took or holds money is posted with its signature; after a failed one the page stays, to try again."""
    held = [payment for payment in razorpay.PAYMENTS.of(book, order["id"]) if payment["status"] != "failed"]
    return Landing(url, signature.landing(order["id"], held[-1]["id"])) if held else Landing()


def stripe_shown(book: sqlite3.Connection, intent: Body) -> Body:  # noqa: ARG001  (the other needs it)
    return {
        "order": {"order_id": intent["metadata"].get("order_id") or intent["id"], "amount": intent["amount"]},
        "is_paid": intent["status"] == "succeeded",
        "is_payable": intent["status"] not in stripe.FINAL,
        "is_failed": intent["last_payment_error"] is not None,
        "is_pending": intent["status"] == "processing",
        "description": intent["description"] or "",
    }


def stripe_landing(book: sqlite3.Connection, intent: Body, url: str) -> Landing:  # noqa: ARG001  (the other needs it)
    result = STRIPE_RESULTS.get(intent["status"], "failed")
    told = {"payment_intent": intent["id"], "payment_intent_client_secret": intent["client_secret"], "redirect_status": result}
    return Landing(f"{url}{'&' if '?' in url else '?'}{urlencode(told)}")


GATEWAYS: Mapping[str, Gateway] = {
    "razorpay": Gateway(
        title="Razorpay",
        label="UPI ID",
        magic={"success@razorpay": "CHARGED", "failure@razorpay": "FAILED"},
        pending="AUTHORIZED",
        shelf=razorpay.ORDERS,
        play=razorpay.play,
        shown=razorpay_shown,
        landing=razorpay_landing,
    ),
    "stripe": Gateway(
        title="Stripe",
        label="Card number",
        magic={"4242 4242 4242 4242": "CHARGED", "4000 0000 0000 0002": "FAILED"},
        pending="PENDING",
        shelf=stripe.INTENTS,
        play=stripe.play,
        shown=stripe_shown,
        landing=stripe_landing,
    ),
}


def outcome_of(gateway: Gateway, *, button: str, entry: str) -> str | None:
    """What the pressed button stands for; None for *Close*, which leaves everything as it is."""
    if button == "pay":
        meant = {name.replace(" ", ""): outcome for name, outcome in gateway.magic.items()}
        return meant.get(entry.replace(" ", "").lower(), "CHARGED")
    return {"decline": "FAILED", "pending": gateway.pending}.get(button)
