"""An answer of the API as tables a person can read."""

from dataclasses import dataclass, field
from typing import Any

from aarokya.common.office.differences import leaves, shown

ROWS_MAX = 50


@dataclass(slots=True)
class Table:
    """A list of objects: their keys as columns."""

    title: str
    headers: list[str]
    rows: list[list[str]]


@dataclass(slots=True)
class Shape:
    """Single values by their path, and the lists."""

    facts: list[tuple[str, str]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


def shape(data: Any) -> Shape:
    """Return what the answer holds; lists of objects become tables, everything else a value by its path."""
    made = Shape()
    whole = data if isinstance(data, dict) else {"data": data}
    for name, value in whole.items():
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            made.tables.append(table(name, value[:ROWS_MAX]))
        else:
            made.facts += [(path, shown(leaf)) for path, leaf in leaves({name: value})]
    return made


def table(title: str, rows: list[dict[str, Any]]) -> Table:
    headers = list(dict.fromkeys(name for row in rows for name in row))
    return Table(title, headers, [[cell(row.get(name)) for name in headers] for row in rows])


def cell(value: Any) -> str:
    if isinstance(value, dict | list):
        return ", ".join(f"{path}: {shown(leaf)}" for path, leaf in leaves(value))
    return "" if value is None else shown(value)
