"""The engine's own kind: a limit changes only when two people agree."""

from datetime import datetime
from typing import Any

from approvals.kinds import Act
from approvals.models import Limit, Request


def lock(limit_id: str) -> None:
    Limit.objects.select_for_update().filter(pk=limit_id).first()


def execute(request: Request, *, actor: str, given: dict[str, Any], now: datetime) -> str:  # noqa: ARG001 (an act's signature)
    Limit.objects.filter(pk=request.subject_id).update(**request.payload)
    return "The limit is changed"


LIMIT = Act(lock=lock, execute=execute)
