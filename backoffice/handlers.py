"""What the back office does in the background, told by the outbox."""

from datetime import datetime
from typing import Any
from uuid import UUID

from backoffice.services import activating, exporting


def apply_activations(payload: dict[str, Any], *, now: datetime) -> None:
    """Rows of an insurer's file."""
    activating.work(batch_id=UUID(payload["batch_id"]), now=now)


def make_export(payload: dict[str, Any], *, now: datetime) -> None:
    """The file of an export that two people want."""
    exporting.make(export_id=UUID(payload["export_id"]), now=now)
