"""Reading JSON that somebody else wrote: whatever it is, nothing here raises."""

from collections.abc import Mapping
from typing import Any

from aarokya.common.money import PAISE_MAX, Money


def within(value: Any, *names: str) -> Any:
    """Return `value[name][name]…`; None where the way ends."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def text(value: Any) -> str:
    """Return a text that any column takes, at most 80 characters; empty otherwise."""
    return value[:80] if isinstance(value, str) and value.isascii() and value.isprintable() else ""


def items(value: Any, name: str) -> list[Mapping[str, Any]]:
    """Return the objects of the list `value[name]`; empty when there is none."""
    found = within(value, name)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def paise(value: Any) -> Money | None:
    """Return a whole number of paise as money; None for anything else, a bool included."""
    return Money(value) if type(value) is int and abs(value) <= PAISE_MAX else None
