"""What a person is entitled to, told by apps that this kernel does not know: named in `aarokya.events.ENTITLEMENTS`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from django.utils.module_loading import import_string

from aarokya import events


@dataclass(frozen=True, kw_only=True)
class Cover:
    """One policy in force for a person. `mrn`: the provider's number of this patient, None when there is none yet."""

    policy_id: UUID
    policy_number: str | None
    benefit: str
    provider: str
    plan_code: str
    valid_until: date | None
    mrn: dict[str, str] | None
    includes_teleconsultation: bool


def covers(*, user_id: UUID, dependant_id: UUID | None, now: datetime) -> list[Cover]:
    """Return the policies of this user that cover the person now; `dependant_id` None means the user.

    Two queries for each source.
    """
    found: list[Cover] = []
    for dotted in events.ENTITLEMENTS:
        found += resolve(dotted)(user_id=user_id, dependant_id=dependant_id, now=now)
    return found


def consultation_benefit(benefit_id: UUID) -> str | None:
    """Return the name of a consultation benefit on offer; None when there is none by this id."""
    for dotted in events.CONSULTATION_BENEFITS:
        title: str | None = resolve(dotted)(benefit_id)
        if title is not None:
            return title
    return None


@cache
def resolve(dotted: str) -> Callable[..., Any]:
    return cast("Callable[..., Any]", import_string(dotted))
