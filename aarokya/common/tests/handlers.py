"""Handlers that tests register: they do what the payload says and remember that they were called."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aarokya.common.outbox import RetryAt


@dataclass
class Memory:
    """What was delivered, in order; `wait` is for tests whose deliveries happen in other threads."""

    marks: list[Any] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def add(self, mark: Any) -> None:
        with self.changed:
            self.marks.append(mark)
            self.changed.notify_all()

    def wait(self, count: int, *, timeout_s: float = 20) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.marks) >= count, timeout=timeout_s), self.marks


MEMORY = Memory()


def act(payload: dict[str, Any], *, now: datetime) -> None:
    """Remember `mark`; fail or ask to be called later when `do` says so."""
    MEMORY.add(payload.get("mark"))
    if payload.get("do") == "fail":
        raise ValueError(f"planted failure for +91 98765 43210, token {payload.get('mark')}")
    if payload.get("do") == "wait":
        raise RetryAt(now + timedelta(hours=1))


def second(payload: dict[str, Any], *, now: datetime) -> None:
    """A second listener of the same topic."""
    MEMORY.add(("second", payload.get("mark")))
