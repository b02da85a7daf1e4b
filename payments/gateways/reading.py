"""Reading JSON that somebody else wrote: whatever it is, nothing here raises."""

from collections.abc import Mapping
from typing import Any


def within(value: Any, *names: str) -> Any:
    """Return `value[name][name]…`; None where the way ends."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def text(value: Any) -> str:
    """Return a text that any column takes, at most 80 characters; empty otherwise."""
    return value[:80] if isinstance(value, str) and value.isascii() and value.isprintable() else ""
