"""Razorpay's and Stripe's webhooks: only the raw bytes, only our secrets, only while fresh."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from payments.gateways.base import WebhookReader
from payments.gateways.razorpay import RazorpayWebhooks
from payments.gateways.signatures import hex_digest
from payments.gateways.stripe import StripeWebhooks
from tests import figures

ORDER = "01HZX0W9QK3J5T7V9B2D"
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
BODY = json.dumps({"event": "order.paid", "payload": {"order": {"entity": {"receipt": ORDER}}}, "note": "₹ नमस्ते"}).encode()
EVENT = json.dumps(
    {"id": "evt_1", "type": "payment_intent.succeeded", "data": {"object": {"metadata": {"order_id": ORDER}}}}
).encode()


def razorpay(body: bytes, secret: str) -> dict[str, str]:
    return {"X-Razorpay-Signature": hex_digest(secret, body)}


def stripe(body: bytes, *secrets: str, age_s: int = 0) -> dict[str, str]:
    moment = int((NOW - timedelta(seconds=age_s)).timestamp())
    signatures = [f"v1={hex_digest(secret, f'{moment}.'.encode() + body)}" for secret in secrets]
    return {"Stripe-Signature": ",".join([f"t={moment}", *signatures, "v0=ignored"])}


def test_the_hmac_is_the_published_one() -> None:
    """RFC 4231, test case 2."""
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"

    assert hex_digest("Jefe", b"what do ya want for nothing?") == expected


@pytest.mark.parametrize(
    ("sent", "signed", "secret", "accepted"),
    [
        (BODY, BODY, "new", True),
        (BODY, BODY, "old", True),
        (BODY, BODY, "someone's", False),
        (BODY + b"\n", BODY, "new", False),
        (json.dumps(json.loads(BODY), ensure_ascii=False).encode(), BODY, "new", False),
        (BODY.replace(b"paid", b"open"), BODY, "new", False),
        (b"", b"", "new", True),
    ],
)
def test_razorpay_is_verified_on_the_raw_bytes(sent: bytes, signed: bytes, secret: str, accepted: bool) -> None:
    """F35."""
    assert RazorpayWebhooks(("new", "old")).is_authentic(razorpay(signed, secret), sent) is accepted
    figures.note("F35", "written again, escaped otherwise, trailing newline: refused; old secret: accepted")


@pytest.mark.parametrize(
    ("secrets", "age_s", "accepted"),
    [
        (("new",), 0, True),
        (("new",), 300, True),
        (("new",), 301, False),
        (("new",), -301, False),
        (("old",), 0, True),
        (("someone's", "new"), 0, True),
        (("someone's",), 0, False),
        ((), 0, False),
    ],
)
def test_stripe_is_verified_with_its_time(secrets: tuple[str, ...], age_s: int, accepted: bool) -> None:
    """F34."""
    reader = StripeWebhooks(("new", "old"), now=lambda: NOW)

    assert reader.is_authentic(stripe(EVENT, *secrets, age_s=age_s), EVENT) is accepted
    figures.note("F34", "301 s old: refused; rotated secret and two v1: accepted")


@pytest.mark.parametrize("header", ["", "t=,v1=", "t=1,t=2,v1=x", "v1=x", "t=٣,v1=x", "t=99999999999999,v1=é"])
def test_broken_headers_are_refused(header: str) -> None:
    assert not StripeWebhooks(("new",), now=lambda: NOW).is_authentic({"Stripe-Signature": header}, EVENT)
    assert not RazorpayWebhooks(("new",)).is_authentic({"X-Razorpay-Signature": header}, BODY)


def test_what_is_read_is_the_order_to_ask_about() -> None:
    paid = RazorpayWebhooks(()).read(BODY)
    refund = {"event": "refund.processed", "payload": {"refund": {"entity": {"notes": {"order_id": ORDER}}}}}
    refunded = RazorpayWebhooks(()).read(json.dumps(refund).encode())
    succeeded = StripeWebhooks(()).read(EVENT)

    assert [hint and hint.order_id for hint in (paid, refunded, succeeded)] == [ORDER] * 3
    assert succeeded is not None
    assert succeeded.event_id == "evt_1"


@pytest.mark.parametrize("reader", [RazorpayWebhooks(()), StripeWebhooks(())])
@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"[" * 50_000, b'{"payload": [], "data": {"object": null}}'])
def test_unreadable_bodies_name_no_order(reader: WebhookReader, body: bytes) -> None:
    hint = reader.read(body)

    assert hint is None or hint.order_id == ""
