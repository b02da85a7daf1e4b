"""The one function that moves a row from state to state."""

from enum import StrEnum
from typing import Any

from django.db.models import Model

from aarokya.common.errors import InvalidTransition


def move(row: Model, to: str, *, field: str = "status", **fields: Any) -> None:
    """Move `row` to state `to` by compare-and-swap, writing `fields` in the same statement.

    The model's `MOVES` maps each state to the states it may go to. InvalidTransition when the table
    forbids it or when another process moved the row first; the row in memory is then left as it was.
    """
    moves: dict[str, set[str]] = getattr(type(row), "MOVES")  # noqa: B009 (each model brings its own table)
    old = getattr(row, field)
    if to not in moves[old]:
        raise InvalidTransition(f"{type(row).__name__} cannot go from {label(old)} to {label(to)}")
    swapped = type(row)._base_manager.filter(pk=row.pk, **{field: old}).update(**{field: to}, **fields)
    if swapped != 1:
        raise InvalidTransition(f"{type(row).__name__} is no longer {label(old)}")
    for name, value in {field: to, **fields}.items():
        setattr(row, name, value)


def label(state: str) -> str:
    return str(state.value if isinstance(state, StrEnum) else state)
