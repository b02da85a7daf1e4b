"""Exports take two people, readable ones another limit than masked ones."""

from datetime import datetime
from typing import Any

from approvals.kinds import Act
from approvals.models import Request
from backoffice.models import Export
from backoffice.services import exporting


def lock(export_id: str) -> None:
    Export.objects.select_for_update().filter(pk=export_id).first()


def execute(request: Request, *, actor: str, given: dict[str, Any], now: datetime) -> str:  # noqa: ARG001 (an act's signature)
    export = exporting.agreed(export_id=request.subject_id, now=now)
    return f"{export} is being made"


def let_go(request: Request, *, actor: str, reason: str, now: datetime) -> None:  # noqa: ARG001 (an act's signature)
    exporting.declined(export_id=request.subject_id)


EXPORT = Act(lock=lock, execute=execute, let_go=let_go)
UNMASK = EXPORT
