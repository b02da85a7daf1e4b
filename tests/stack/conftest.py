import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack import product
from tests.stack.product import RunningProduct


@pytest.fixture(scope="session")
def running() -> Iterator[RunningProduct]:
    """One product for all tests of this folder: each uses riders of its own."""
    folder = Path(tempfile.mkdtemp(prefix="aarokya-stack-"))
    started = product.start(folder)
    yield started
    started.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def healthy(running: RunningProduct) -> Iterator[RunningProduct]:
    """The product with well-behaved partners, before and after."""
    running.control("DELETE", "faults")
    yield running
    running.control("DELETE", "faults")
