"""The payment page in a customer's browser: pay, decline, wait, leave and come back, pay twice in two tabs."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from aarokya.demo.api import wait_until
from tests.browser.conftest import Desk
from tests.stack import product
from tests.stack.product import Rider, RunningProduct

AMOUNT = 50_000
RENEWED_MS = 12_000
keys = count(1)


class Payment:
    """One top-up of the rider, and the windows in which it is paid."""

    def __init__(self, desk: Desk, running: RunningProduct, rider: Rider) -> None:
        self.desk, self.running, self.rider = desk, running, rider
        self.before = rider.balance()
        order = rider.order(AMOUNT, key=f"checkout-{next(keys)}")
        self.order_id, self.link = order["order_id"], order["payload"]["payment_links"]["web"]

    def open(self) -> Page:
        """The page as the customer's phone shows it."""
        page = self.desk(None, phone=True)
        page.goto(self.link)
        expect(page.get_by_text("Aarokya", exact=True)).to_be_visible()
        expect(page.get_by_text("₹500.00", exact=True)).to_be_visible()
        return page

    def ends_as(self, status: str, *, added: int) -> None:
        """What the app sees, soon, and what the wallet has more than before."""
        path = f"/payments/{self.order_id}/status"
        wait_until(lambda: self.rider.api.get(path)["status"], lambda seen: seen == status, f"{status} of {self.order_id}")
        wait_until(self.rider.balance, lambda balance: balance == self.before + added, f"a balance that has {added} more")

    def at_bank(self) -> dict[str, int]:
        found: dict[str, int] = self.running.control("GET", "books")["orders"][self.order_id]
        return found


@pytest.fixture(scope="module")
def payer(running: RunningProduct) -> Iterator[Rider]:
    """A rider of these tests alone: others count on an empty wallet."""
    someone = product.rider(running, "9845054321")
    with someone.api:
        yield someone


@pytest.fixture
def payment(desk: Desk, running: RunningProduct, payer: Rider) -> Callable[[], Payment]:
    """Begin a payment."""
    return lambda: Payment(desk, running, payer)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def reads(page: Page, heading: str, *more: str) -> None:
    """The page to which the customer comes back says this, perhaps after it has renewed itself."""
    expect(page.get_by_role("heading", name=heading)).to_be_visible(timeout=RENEWED_MS)
    for words in ("₹500", *more):
        expect(page.get_by_text(words).first).to_be_visible()


def test_pay(payment: Callable[[], Payment]) -> None:
    one = payment()
    page = one.open()
    press(page, "Pay ₹500")

    reads(page, "Payment received", "go back to the app")
    one.ends_as("SUCCESS", added=AMOUNT)
    assert one.at_bank()["charged"] == AMOUNT

    page.goto(one.link)
    expect(page.get_by_text("This order has been paid.")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)


def test_decline_and_try_again(payment: Callable[[], Payment]) -> None:
    one = payment()
    page = one.open()
    press(page, "Decline")

    reads(page, "Payment not completed", "You can try again in the app")
    one.ends_as("FAILED", added=0)

    page.goto(one.link)
    expect(page.get_by_text("The last attempt failed.")).to_be_visible()
    page.get_by_label("UPI ID").fill("failure@upi")
    press(page, "Pay ₹500")
    reads(page, "Payment not completed")
    page.goto(one.link)
    page.get_by_label("UPI ID").fill("asha@bank")
    press(page, "Pay ₹500")
    reads(page, "Payment received")
    one.ends_as("SUCCESS", added=AMOUNT)


def test_leave_it_to_the_bank(payment: Callable[[], Payment], running: RunningProduct) -> None:
    one = payment()
    page = one.open()
    press(page, "Leave pending")

    reads(page, "Waiting for your bank")
    one.ends_as("PENDING", added=0)
    assert one.at_bank()["charged"] == 0

    running.control("POST", f"orders/{one.order_id}", {"outcome": "CHARGED"})
    one.ends_as("SUCCESS", added=AMOUNT)
    assert one.at_bank()["charged"] == AMOUNT
    page.reload()
    reads(page, "Payment received")


def test_close_and_come_back(payment: Callable[[], Payment]) -> None:
    one = payment()
    page = one.open()
    press(page, "Close without paying")

    reads(page, "You left before paying", "Nothing was taken")
    one.ends_as("PENDING", added=0)
    assert one.at_bank()["charged"] == 0

    page.goto(one.link)
    press(page, "Pay ₹500")
    reads(page, "Payment received")
    one.ends_as("SUCCESS", added=AMOUNT)


def test_pay_twice_in_two_tabs(payment: Callable[[], Payment], running: RunningProduct) -> None:
    """The second tab is told of the first; a bank that charges twice all the same gives one of them back."""
    one = payment()
    first, second = one.open(), one.open()
    press(first, "Pay ₹500")
    reads(first, "Payment received")
    press(second, "Pay ₹500")
    reads(second, "Payment received")
    one.ends_as("SUCCESS", added=AMOUNT)
    assert one.at_bank()["charged"] == AMOUNT


def test_a_double_charge_in_two_tabs_goes_back_once(payment: Callable[[], Payment], running: RunningProduct) -> None:
    one = payment()
    first, second = one.open(), one.open()
    running.control("POST", "faults", {"partner": "juspay", "mode": "double_charge", "times": 1, "contains": one.order_id})
    press(first, "Pay ₹500")
    press(second, "Pay ₹500")
    reads(first, "Payment received")
    reads(second, "Payment received")

    one.ends_as("SUCCESS", added=AMOUNT)
    wait_until(
        lambda: one.at_bank()["refunded"] + one.at_bank()["refund_pending"],
        lambda back: back == AMOUNT,
        "the second charge to go back",
    )
    assert one.at_bank()["charged"] == 2 * AMOUNT
