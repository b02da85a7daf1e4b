from collections.abc import Iterator

import pytest

from wallets.tests.issuers import Desk


@pytest.fixture
def desk(sandbox_url: str) -> Iterator[Desk]:
    """The simulated issuer with empty books and no faults."""
    desk = Desk(sandbox_url)
    desk.control("POST", "reset")
    yield desk
    desk.control("DELETE", "faults")
    desk.close()
