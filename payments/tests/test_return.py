"""The customer's browser comes back."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from django.conf import settings
from rest_framework.test import APIClient

from accounts.models import User
from payments.models import Order
from payments.tests.builders import NOW, Bank, balance, client_of, topup
from sandbox.juspay.signature import landing_url

pytestmark = pytest.mark.django_db


def landing(order: Order, *, status: str = "CHARGED", key: str | None = None) -> str:
    """The address Juspay sends the browser to, signed by the simulator's own code."""
    url = landing_url(
        f"{settings.PUBLIC_URL}/payments/return",
        order_id=order.order_id,
        status=status,
        status_id=21,
        key=key or settings.JUSPAY_RESPONSE_KEY,
    )
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def test_coming_back_settles_and_says_so(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "CHARGED")

    page = APIClient().get(landing(order), headers={"Accept": "text/html"})

    assert (page.status_code, page["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "Payment received" in page.content.decode()
    assert "₹500" in page.content.decode()
    assert balance(customer) == 50_000


def test_a_page_that_claims_success_is_not_believed(bank: Bank, customer: User) -> None:
    order = topup(customer)

    page = APIClient().get(landing(order, status="CHARGED"))

    assert "Waiting for your bank" in page.content.decode()
    assert balance(customer) == 0


def test_who_left_before_paying_reads_that_nothing_was_taken(bank: Bank, customer: User) -> None:
    order = topup(customer)

    page = APIClient().get(landing(order, status="NEW")).content.decode()

    assert "You left before paying" in page
    assert "Nothing was taken" in page


def test_who_left_and_paid_elsewhere_reads_that(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "CHARGED")

    assert "Payment received" in APIClient().get(landing(order, status="NEW")).content.decode()


def test_who_comes_back_when_the_time_is_over_reads_that(bank: Bank, customer: User) -> None:
    order = topup(customer, now=NOW - timedelta(hours=1))

    page = APIClient().get(landing(order, status="NEW"))

    assert "The time to pay has run out" in page.content.decode()


def test_an_answer_older_than_the_second_attempt_is_not_shown_as_its_result(bank: Bank, customer: User) -> None:
    """The app has asked a moment ago, so the gateway is not asked again now: the page renews itself."""
    order = topup(customer)
    bank.outcome(order, "FAILED")
    client_of(customer).get(f"/payments/{order.order_id}/status")
    bank.outcome(order, "CHARGED")

    at_once = APIClient().get(landing(order)).content.decode()
    Order.objects.filter(pk=order.pk).update(last_polled_at=None)
    renewed = APIClient().get(landing(order)).content.decode()

    assert ("Waiting for your bank" in at_once, 'http-equiv="refresh"' in at_once) == (True, True)
    assert ("Payment received" in renewed, 'http-equiv="refresh"' in renewed) == (True, False)


def test_a_failed_payment_says_so(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "FAILED")

    page = APIClient().get(landing(order, status="AUTHORIZATION_FAILED"))

    assert "Payment not completed" in page.content.decode()


def test_a_forged_landing_is_refused_and_asks_nobody(bank: Bank, customer: User) -> None:
    order = topup(customer)

    answer = APIClient().get(landing(order, key="another key"))

    assert (answer.status_code, answer.json()["error"]) == (403, "FORBIDDEN")
    assert not bank.calls("order_status")


def test_a_landing_may_be_posted(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "CHARGED")
    fields = {name: values[0] for name, values in parse_qs(urlsplit(landing(order)).query).items()}

    page = APIClient().post("/payments/return", fields, format=None, content_type=None)

    assert page.status_code == 200
    assert balance(customer) == 50_000


def test_the_simulators_own_checkout_sends_the_browser_back_signed(bank: Bank, customer: User) -> None:
    order = topup(customer)
    checkout = (order.payload or {})["payment_links"]["web"]

    with httpx2.Client(trust_env=False) as browser:
        sent_back = browser.post(checkout, data={"action": "pay", "vpa": "success@upi"})
    assert sent_back.status_code in {302, 303}, sent_back.text
    target = urlsplit(sent_back.headers["Location"])
    page = APIClient().get(f"{target.path}?{target.query}")

    assert "Payment received" in page.content.decode()
