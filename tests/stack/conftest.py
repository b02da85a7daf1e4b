from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.stack import product
from tests.stack.product import Rider, RunningProduct, temporary_folder

UNLIMITED = {"RATE_PER_USER": "1000000", "RATE_PER_ADDRESS": "1000000"}  # all customers of a test share one address


@pytest.fixture(scope="session")
def running() -> Iterator[RunningProduct]:
    """One product for all tests of this folder: each uses riders of its own."""
    with temporary_folder() as folder:
        started = product.start(folder / "local", UNLIMITED)
        yield started
        started.stop()


@pytest.fixture
def healthy(running: RunningProduct) -> Iterator[RunningProduct]:
    """The product with well-behaved partners, before and after."""
    running.control("DELETE", "faults")
    yield running
    running.control("DELETE", "faults")


@pytest.fixture
def log_in(healthy: RunningProduct) -> Iterator[Callable[[str], Rider]]:
    """Log in a phone number; its connection is closed after the test, and the gateways' books are compared with ours."""
    with ExitStack() as connections:

        def by_phone(phone: str) -> Rider:
            rider = product.rider(healthy, phone)
            connections.push(rider.api)
            return rider

        yield by_phone
        healthy.await_equal_books()
