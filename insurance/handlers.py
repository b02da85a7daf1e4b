"""What insurance does about what happened elsewhere; named in `aarokya.events`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from insurance.services import terms


def require_reissuance(payload: dict[str, Any], *, now: datetime) -> None:
    """`person.changed` {"dependant_id"}: active policies that cover this person must be issued anew."""
    terms.require_reissuance(UUID(payload["dependant_id"]), now=now)
