"""The seal: one hash over everything the doctor is given, so that nobody can change it unseen."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aarokya.common.clock import rfc3339
from aarokya.common.crypto import Undecryptable
from aarokya.common.models import AuditEntry
from doctor.models import SEALED, Message, Session


@dataclass(frozen=True, slots=True)
class Broken:
    """A session whose seal does not hold, and why."""

    session_id: UUID
    problem: str


def content(session: Session) -> dict[str, Any]:
    """Return what is sealed, as stored; ids stand for people, so that a corrected name breaks nothing."""
    return {
        "session": str(session.pk),
        "user": str(session.user_id),
        "dependant": str(session.dependant_id) if session.dependant_id else None,
        "language": session.language,
        "consent": [session.consent_version, rfc3339(session.consented_at)],
        "versions": [session.rules_version, session.graph_version],
        "transcript": [line(message) for message in session.messages.order_by("number")],
        "summary": session.summary,
    }


def line(message: Message) -> list[Any]:
    return [message.number, message.role, message.author, message.text, rfc3339(message.said_at)]


def seal_of(session: Session) -> str:
    """Return the SHA-256 of the content as canonical JSON, in 64 hex digits."""
    text = json.dumps(content(session), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def broken() -> Iterator[Broken]:
    """Recompute every seal and compare it with the row and with the audit log, which is chained by itself."""
    for session in Session.objects.filter(status__in=SEALED).order_by("pk").iterator(chunk_size=200):
        problem = problem_of(session)
        if problem:
            yield Broken(session.pk, problem)


def problem_of(session: Session) -> str:
    try:
        computed = seal_of(session)
    except Undecryptable as error:
        return f"cannot be read: {error}"
    if computed != session.seal:
        return "transcript or summary is not what was sealed"
    entries = AuditEntry.objects.filter(action="doctor.session_sealed", object_id=str(session.pk))
    if [entry.after.get("seal") for entry in entries] != [session.seal]:
        return "the audit log knows another seal"
    return ""
