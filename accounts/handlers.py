"""What this app does about events."""

from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.gateways.sms import sms_gateways
from accounts.services import accesses, codes, liveness, notices


def send_code(payload: dict[str, Any], *, now: datetime) -> None:
    """`otp.requested`: text the code."""
    codes.send(challenge_id=UUID(payload["challenge_id"]), sealed=payload["sealed"], gateways=sms_gateways(), now=now)


def send_notice(payload: dict[str, Any], *, now: datetime) -> None:
    """`notice.owed`: text it."""
    notices.send(notice_id=UUID(payload["notice_id"]), gateways=sms_gateways(), now=now)


def announce_end(payload: dict[str, Any], *, now: datetime) -> None:  # noqa: ARG001 (every handler takes the time)
    """`session.ended`: Redis was away when these sessions ended; fails, and is repeated, until it is told."""
    if not liveness.announce_end(UUID(session_id) for session_id in payload["session_ids"]):
        raise ConnectionError("Redis does not answer")


def note_access(payload: dict[str, Any], *, now: datetime) -> None:
    """`person.seen`, in the transaction that shows it."""
    accesses.note(
        user_ids=[UUID(user_id) for user_id in payload["user_ids"]],
        staff=payload["staff"],
        what=payload["what"],
        reason=payload["reason"],
        now=now,
    )
