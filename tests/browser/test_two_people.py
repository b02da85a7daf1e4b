"""What takes two people: a plan is put on sale, a large refund goes back; who asked cannot agree."""

import httpx2
import pytest
from playwright.sync_api import Page, expect

from aarokya.demo.api import Api, wait_until
from tests.browser.conftest import Desk
from tests.browser.desk import Authenticator, act, find, foresee, press
from tests.stack.product import Rider, RunningProduct

TOP_UP = 600_000  # paise; finance refunds up to ₹5,000 alone


def test_a_plan_is_edited_and_published_by_two(desk: Desk) -> None:
    page = desk("ops")
    page.goto("/admin/insurance/benefit/?status__exact=ACTIVE&benefit_type__exact=INSURANCE_POLICY")
    page.locator("#result_list tbody a").first.click()
    benefit = page.url
    press(page, "Edit what is sold")
    price = page.locator("input[name=plans-0-annual_premium]")
    price.fill("1,234.50")
    expect(page.get_by_text("1,23,450 paise")).to_be_visible()
    page.get_by_label("Reason").fill("The insurer's new tariff")
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_role("heading", name="What families would pay")).to_be_visible()
    page.get_by_role("button", name="Keep as a new version").click()
    press(page, "Publish")
    act(page, "Publish", {"Reason": "The insurer's new tariff"})
    expect(page.get_by_text("waits for a second person").first).to_be_visible()

    refused_to_oneself(page)
    second = desk("meera")
    open_request(second)
    act(second, "Approve", {"Reason": "Compared with the tariff"})
    expect(second.get_by_text("is on sale").first).to_be_visible()

    page.goto(benefit)
    expect(page.get_by_text("₹1,234.50").first).to_be_visible()


@pytest.fixture
def paid(running: RunningProduct, rider: Rider) -> str:
    """The id of a top-up above the limit of one person."""
    order = rider.order(TOP_UP, key="browser-top-up")
    with httpx2.Client(timeout=30, trust_env=False) as bank:
        bank.post(order["payload"]["payment_links"]["web"], data={"action": "pay", "upi_id": "success@upi"})
    order_id = str(order["order_id"])
    wait_until(lambda: rider.api.get(f"/payments/{order_id}/status"), lambda one: one["status"] == "SUCCESS", "the top-up")
    return order_id


def test_a_large_refund_takes_two(
    desk: Desk, running: RunningProduct, paid: str, rider: Rider, authenticators: dict[str, Authenticator]
) -> None:
    with Api(running.url) as finance:
        login = {"username": "finance", "password": "finance", "totp": authenticators["finance"].code()}
        finance.token = finance.post("/auth/admin/token", login)["access_token"]
        asked = {"amount": TOP_UP, "note": "Paid by mistake"}
        answer = finance.post(f"/payments/{paid}/refunds", asked, key="browser-refund")
    assert answer["status"] == "AWAITING_APPROVAL"

    first = desk("finance")
    find(first, paid)
    expect(first.get_by_text(paid).first).to_be_visible()
    refused_to_oneself(first)

    second = desk("farid")
    open_request(second)
    act(second, "Approve", {"Reason": "Looked at the order"})
    expect(second.get_by_text("₹6,000.00 goes back").first).to_be_visible()
    assert wait_until(rider.balance, lambda left: left == 0, "the refund") == 0


def open_request(page: Page) -> None:
    """From the first page to the only request that waits, and its question."""
    page.goto("/admin/approvals/request/?state__exact=WAITING")
    page.locator("#result_list tbody a").first.click()
    press(page, "Approve")


def refused_to_oneself(page: Page) -> None:
    open_request(page)
    foresee(page, {"Reason": "I agree with myself"})
    expect(page.get_by_text("Whoever asks for it cannot approve it").first).to_be_visible()
    expect(page.get_by_role("button", name="Approve now")).to_have_count(0)
