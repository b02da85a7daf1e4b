"""What each app holds about a person: how it is shown, why it must stay, and how it goes. Apps are named in `events`."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, Protocol, cast
from uuid import UUID

from django.utils.module_loading import import_string

from aarokya import events


@dataclass(frozen=True, slots=True)
class Kept:
    """A record that the law keeps until a day; `people` are the members of the family whose identity belongs to it."""

    what: str
    because: str
    until: date
    people: frozenset[UUID] = field(default_factory=frozenset)


class Holder(Protocol):
    """One app's answer, an object named in `events.PERSONAL_DATA`."""

    name: str

    def export(self, user_id: UUID) -> dict[str, Any]:
        """Return everything held about a user, in JSON types."""

    def waits_for(self, user_id: UUID) -> list[str]:
        """Return in words what must be ended first: money in a wallet, cover that runs."""

    def kept(self, user_id: UUID, *, today: date) -> list[Kept]:
        """Return what must stay although the user wants it gone."""

    def erase(self, user_id: UUID, *, spare: frozenset[UUID], now: datetime) -> None:
        """Remove or blank everything that is not kept, in the caller's transaction; `spare` are people who must stay."""


@cache
def holders() -> tuple[Holder, ...]:
    """Return the holders from the top app down, so that references go before what they refer to."""
    return tuple(cast("Holder", import_string(dotted)) for dotted in events.PERSONAL_DATA)
