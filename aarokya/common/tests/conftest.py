"""Fixtures of the kernel's tests."""

from collections.abc import Iterator

import pytest

from aarokya import events
from aarokya.common.tests import handlers

TOPIC = "kernel.tested"
ACT = "aarokya.common.tests.handlers.act"
SECOND = "aarokya.common.tests.handlers.second"


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[handlers.Memory]:
    """What the test's handlers saw; `kernel.tested` goes to one handler, `kernel.doubled` to two."""
    monkeypatch.setitem(events.EVENTS, TOPIC, (ACT,))
    monkeypatch.setitem(events.EVENTS, "kernel.doubled", (ACT, SECOND))
    monkeypatch.setitem(events.IMMEDIATE, "kernel.immediate", (ACT,))
    handlers.MEMORY.marks.clear()
    yield handlers.MEMORY
    handlers.MEMORY.marks.clear()
