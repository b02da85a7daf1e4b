"""An answer of the API as a person reads it: single values, small tables, and cards for what is nested."""

from dataclasses import dataclass, field
from typing import Any

from aarokya.common.office.differences import leaves, shown

ROWS_MAX = 50
COLUMNS_MAX = 8
Facts = list[tuple[str, str]]


@dataclass(slots=True)
class Table:
    """A list of flat objects: their keys as columns."""

    title: str
    headers: list[str]
    rows: list[list[str]]


@dataclass(slots=True)
class Shape:
    """Single values by their path, the lists of flat objects, and each nested object by itself."""

    facts: Facts = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    cards: list[tuple[str, Facts]] = field(default_factory=list)


def shape(data: Any) -> Shape:
    """Return what the answer holds."""
    made = Shape()
    whole = data if isinstance(data, dict) else {"data": data}
    for name, value in whole.items():
        if not (isinstance(value, list) and value and all(isinstance(one, dict) for one in value)):
            made.facts += facts({name: value})
        elif is_flat(value):
            made.tables.append(table(name, value[:ROWS_MAX]))
        else:
            made.cards += [(f"{name} {number}", facts(one)) for number, one in enumerate(value[:ROWS_MAX], start=1)]
    return made


def facts(value: Any) -> Facts:
    return [(path, "" if leaf is None else shown(leaf)) for path, leaf in leaves(value)]


def is_flat(rows: list[dict[str, Any]]) -> bool:
    return all(len(row) <= COLUMNS_MAX and not any(isinstance(value, dict | list) for value in row.values()) for row in rows)


def table(title: str, rows: list[dict[str, Any]]) -> Table:
    headers = list(dict.fromkeys(name for row in rows for name in row))
    return Table(title, headers, [["" if row.get(name) is None else shown(row[name]) for name in headers] for row in rows])
