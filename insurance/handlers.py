"""What insurance does about what happened; named in `aarokya.events`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from insurance.services import eligibility, giving_back, terms


def require_reissuance(payload: dict[str, Any], *, now: datetime) -> None:
    """`person.changed` {"dependant_id"}: active policies that cover this person must be issued anew."""
    terms.require_reissuance(UUID(payload["dependant_id"]), now=now)


def recalculate_eligibility(payload: dict[str, Any], *, now: datetime) -> None:
    """`person.changed` {"user_id"}: the family may buy other plans now."""
    eligibility.recalculate(UUID(payload["user_id"]), now=now)


def give_back(payload: dict[str, Any], *, now: datetime) -> None:
    """`policy.rejected` {"policy_id"}: what was paid goes back."""
    giving_back.give_back(UUID(payload["policy_id"]), now=now)
