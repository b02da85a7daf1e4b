from collections.abc import Iterator

import httpx2
import pytest

from aarokya import events
from accounts.models import User
from payments.tests.builders import Bank, make_customer
from payments.tests.mandates import Autopay
from payments.tests.premiums import PURPOSE, Premiums

PREMIUMS = "payments.tests.premiums.PURPOSE"


@pytest.fixture
def bank(sandbox_url: str) -> Iterator[Bank]:
    """The simulated gateway with empty books and no faults."""
    with httpx2.Client(base_url=sandbox_url, timeout=30, trust_env=False) as http:
        bank = Bank(http)
        bank.control("POST", "reset")
        yield bank
        bank.heal()


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
