"""How control views are made: JSON in, one transaction, JSON out. Never faulted, never logged."""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from sandbox import clock, store, wire
from sandbox.wire import Answer, Refusal


@dataclass(frozen=True, slots=True)
class Control:
    """What a control handler gets: body and query string in one dict, the books, the present."""

    given: dict[str, Any]
    book: sqlite3.Connection
    now: datetime

    def text(self, name: str) -> str:
        """A field as text, empty when absent."""
        return str(self.given.get(name) or "")


def refusal(message: str, *, status: int = 400) -> Refusal:
    """The control API's one error shape."""
    return Refusal({"error": "NOT_FOUND" if status == 404 else "INVALID", "message": message}, status=status)


def control(handler: Callable[..., Answer]) -> wire.View:
    """Make a Django view of a handler `(Control, **path) -> Answer`."""

    @wraps(handler)
    def view(request: HttpRequest, **path: str) -> HttpResponse:
        try:
            given = wire.query(request) | wire.json_body(request)
            with store.transaction() as book:
                answer = handler(Control(given, book, clock.now(book)), **path)
        except Refusal as refused:
            answer = refused.answer
        except wire.UnreadableBody as error:
            answer = refusal(str(error)).answer
        return wire.response(answer)

    return view


def number(value: object, name: str, *, minimum: float = 0) -> float:
    """A number of the body, at least `minimum`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not minimum <= value < 2**53:
        raise refusal(f"{name} must be a number from {minimum} on")
    return value


def choice(value: object, name: str, allowed: Iterable[str]) -> str:
    """One of a few words, in any letter case."""
    words = {word.upper(): word for word in allowed}
    chosen = words.get(str(value).upper())
    if chosen is None:
        raise refusal(f"{name} must be one of {', '.join(sorted(words.values()))}")
    return chosen
