"""What an act changed, value by value."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """One value before and after, as JSON text; empty where it was not there. `kind` is added, removed, changed or same."""

    path: str
    before: str
    after: str
    kind: str


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """Return every value of both sides by its path, in order."""
    old, new = dict(leaves(before)), dict(leaves(after))
    return [change(path, old, new) for path in sorted(old.keys() | new.keys())]


def change(path: str, old: dict[str, Any], new: dict[str, Any]) -> Change:
    if path not in new:
        return Change(path, shown(old[path]), "", "removed")
    if path not in old:
        return Change(path, "", shown(new[path]), "added")
    # Compared as JSON: in Python, true equals 1.
    before, after = shown(old[path]), shown(new[path])
    return Change(path, before, after, "same" if before == after else "changed")


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (`a.b.0`, value) of everything that is not a filled object or list."""
    if isinstance(value, dict | list) and value:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for name, inner in pairs:
            yield from leaves(inner, f"{path}.{name}" if path else str(name))
    elif path:
        yield path, value


def shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
