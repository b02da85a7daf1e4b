"""Refunds that take two people: what the engine calls once somebody agreed, or nobody did."""

from datetime import datetime
from typing import Any

from approvals.kinds import Act
from approvals.models import Request
from payments.services import approving


def execute(request: Request, *, actor: str, given: dict[str, Any], now: datetime) -> str:  # noqa: ARG001 (an act's signature)
    refund = approving.agreed(refund_id=request.subject_id, actor=actor, now=now)
    return f"{refund.amount} goes back"


def let_go(request: Request, *, actor: str, reason: str, now: datetime) -> None:
    approving.refused(refund_id=request.subject_id, actor=actor, reason=reason, now=now)


REFUND = Act(lock=approving.lock, execute=execute, let_go=let_go)
