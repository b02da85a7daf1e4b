"""What the apps above know about each kind of request: how to lock its subject, carry it out, or let it go."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Protocol, cast

from django.utils.module_loading import import_string

from aarokya import events
from approvals.models import Request


class Execute(Protocol):
    """Carry the act out in the open transaction; return words for the record. DomainError leaves the request waiting."""

    def __call__(self, request: Request, *, actor: str, given: dict[str, Any], now: datetime) -> str: ...


class LetGo(Protocol):
    """Nobody agreed (declined or lapsed): free what was reserved for it."""

    def __call__(self, request: Request, *, actor: str, reason: str, now: datetime) -> None: ...


def nothing(request: Request, *, actor: str, reason: str, now: datetime) -> None:
    """For kinds that reserve nothing."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """One kind. `lock` takes the subject's lock, which comes before the request's, as everywhere."""

    lock: Callable[[str], None]
    execute: Execute
    let_go: LetGo = nothing
    lifetime: timedelta = timedelta(days=3)
    asks: tuple[str, ...] = ()  # what the second person adds, such as the bank's reference
    can_decline: bool = True  # False where the money is out of the book: only its own verb undoes that


@cache
def act_of(kind: str) -> Act:
    return cast("Act", import_string(events.APPROVALS[kind]))
