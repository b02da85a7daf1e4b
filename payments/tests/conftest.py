from collections.abc import Iterator

import httpx2
import pytest

from aarokya import events
from accounts.models import User
from payments.tests import books
from payments.tests.builders import Bank, make_customer
from payments.tests.mandates import Autopay
from payments.tests.premiums import PURPOSE, Premiums

PREMIUMS = "payments.tests.premiums.PURPOSE"


@pytest.fixture
def bank(sandbox_url: str, request: pytest.FixtureRequest) -> Iterator[Bank]:
    """The simulated gateway with empty books and no faults. After the test its books and ours are compared.

    A test that makes them differ on purpose says why: `@pytest.mark.books_differ("…")`.
    """
    request.getfixturevalue("_django_db_helper")  # so that the rows are still there afterwards
    differ = request.node.get_closest_marker("books_differ")
    with httpx2.Client(base_url=sandbox_url, timeout=30, trust_env=False) as http:
        bank = Bank(http)
        bank.control("POST", "reset")
        yield bank
        bank.heal()
        books.judge(bank.all_orders(), differ=differ.args[0] if differ else "")


@pytest.fixture
def customer(db: None) -> User:
    return make_customer()


@pytest.fixture
def premiums(monkeypatch: pytest.MonkeyPatch) -> Premiums:
    """Premiums of a purpose that lives here: payments knows purposes by name only."""
    monkeypatch.setitem(events.PAYMENT_PURPOSES, "INSURANCE_PREMIUM", PREMIUMS)
    PURPOSE.clear()
    return PURPOSE


@pytest.fixture
def autopay(bank: Bank, customer: User, premiums: Premiums) -> Autopay:
    return Autopay.of(bank, customer, premiums)
