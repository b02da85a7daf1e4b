"""The payment pages of Razorpay and Stripe, and how each sends the browser back."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.tests.people import Sandbox

OURS = "01HZX0W9QK3J5T7V9B2D"
RETURN = "http://127.0.0.1:9/payments/return?from=app"
SECRET = {"razorpay": ("rzp_test_sandbox", "sandbox-razorpay-key"), "stripe": ("sk_test_sandbox", "")}
MAGIC = {"razorpay": ("success@razorpay", "Failure@Razorpay"), "stripe": ("4242 4242 4242 4242", "4000000000000002")}


def opened(sandbox: Sandbox, provider: str) -> dict[str, Any]:
    """An order of 1,234.50 rupees, whose events nobody takes."""
    if provider == "razorpay":
        order = {"amount": 123_450, "currency": "INR", "receipt": OURS}
        answer = sandbox.call("POST", "razorpay/v1/orders", json=order, auth=SECRET[provider])
    else:
        form = {"amount": "123450", "currency": "inr", "description": "<b>Health wallet", "metadata[order_id]": OURS}
        answer = sandbox.call("POST", "stripe/v1/payment_intents", data=form, auth=SECRET[provider])
    made: dict[str, Any] = answer.json()
    sandbox.control("POST", f"gateways/{provider}/{OURS}", {"webhooks": {"suppress": True}})
    return made


def press(sandbox: Sandbox, provider: str, button: str, entry: str = "") -> Any:
    given = {"action": button, "entry": entry}
    return sandbox.call("POST", f"{provider}/checkout/{OURS}", params={"return_url": RETURN}, data=given)


def money(sandbox: Sandbox, provider: str) -> tuple[str, int]:
    found = sandbox.control("GET", "gateways")[provider][OURS]
    return found["status"], found["charged"]


@pytest.mark.parametrize("provider", ["razorpay", "stripe"])
def test_the_page_is_found_by_either_id_and_in_the_index(sandbox: Sandbox, provider: str) -> None:
    theirs = opened(sandbox, provider)["id"]

    for name in (theirs, OURS):
        page = sandbox.call("GET", f"{provider}/checkout/{name}").text
        assert "₹1,234.50" in page
        assert OURS in page
        assert MAGIC[provider][0] in page
        assert "<b>Health" not in page
    assert f'href="/{provider}/checkout/{theirs}"' in sandbox.call("GET", "").text
    assert sandbox.call("GET", f"{provider}/checkout/nobody").status_code == 404
    assert sandbox.call("POST", f"{provider}/checkout/nobody", data={"action": "pay"}).status_code == 404


@pytest.mark.parametrize(
    ("provider", "button", "entry", "status"),
    [
        ("razorpay", "pay", MAGIC["razorpay"][0], ("paid", 123_450)),
        ("razorpay", "pay", "asha@bank", ("paid", 123_450)),
        ("razorpay", "pay", MAGIC["razorpay"][1], ("attempted", 0)),
        ("razorpay", "decline", MAGIC["razorpay"][0], ("attempted", 0)),
        ("razorpay", "pending", "", ("attempted", 0)),
        ("razorpay", "close", "", ("created", 0)),
        ("stripe", "pay", MAGIC["stripe"][0], ("succeeded", 123_450)),
        ("stripe", "pay", MAGIC["stripe"][1], ("requires_payment_method", 0)),
        ("stripe", "decline", MAGIC["stripe"][0], ("requires_payment_method", 0)),
        ("stripe", "pending", "", ("processing", 0)),
        ("stripe", "close", "", ("requires_payment_method", 0)),
        ("stripe", "nonsense", "", ("requires_payment_method", 0)),
    ],
)
def test_buttons(sandbox: Sandbox, provider: str, button: str, entry: str, status: tuple[str, int]) -> None:
    opened(sandbox, provider)

    press(sandbox, provider, button, entry)

    assert money(sandbox, provider) == status


def test_razorpay_has_the_browser_post_what_it_signed(sandbox: Sandbox) -> None:
    order = opened(sandbox, "razorpay")

    declined, closed = press(sandbox, "razorpay", "decline"), press(sandbox, "razorpay", "close")
    page = press(sandbox, "razorpay", "pay").text

    assert (declined.status_code, urlsplit(declined.headers["Location"]).path) == (303, f"/razorpay/checkout/{OURS}")
    assert "nothing was paid" in closed.text
    assert f'action="{RETURN}"' in page
    signed = sandbox.control("POST", f"gateways/razorpay/{OURS}", {})["landing"]
    assert signed["razorpay_order_id"] == order["id"]
    assert all(f'name="{name}" value="{value}"' in page for name, value in signed.items())


@pytest.mark.parametrize(
    ("button", "result"), [("pay", "succeeded"), ("decline", "failed"), ("pending", "pending"), ("close", "failed")]
)
def test_stripe_redirects_with_the_intent_and_its_secret(sandbox: Sandbox, button: str, result: str) -> None:
    intent = opened(sandbox, "stripe")

    landing = urlsplit(press(sandbox, "stripe", button).headers["Location"])

    assert {name: value for name, [value] in parse_qs(landing.query).items()} == {
        "from": "app",
        "payment_intent": intent["id"],
        "payment_intent_client_secret": intent["client_secret"],
        "redirect_status": result,
    }


@pytest.mark.parametrize("provider", ["razorpay", "stripe"])
def test_who_declined_may_try_again_and_who_paid_pays_once(sandbox: Sandbox, provider: str) -> None:
    opened(sandbox, provider)
    page = f"{provider}/checkout/{OURS}"

    press(sandbox, provider, "decline")
    assert "The last attempt failed" in sandbox.call("GET", page).text
    press(sandbox, provider, "pending")
    assert "Waiting for the bank" in sandbox.call("GET", page).text
    press(sandbox, provider, "pay")
    press(sandbox, provider, "pay")

    assert "Payment received" in sandbox.call("GET", page).text
    assert money(sandbox, provider)[1] == 123_450
