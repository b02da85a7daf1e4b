"""Showing personal data to staff: for a reason, for minutes, and the customer may read who did."""

from collections.abc import MutableMapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from aarokya.common import audit
from aarokya.common.clock import epoch_s
from accounts.models import User
from accounts.services import accesses

SHOWN_FOR = timedelta(minutes=5)
VISIT = timedelta(minutes=30)  # one look, however often the page is loaded
REVEALED = "revealed"  # in the session: user id → Unix seconds until which
VISITED = "visited"


@transaction.atomic
def reveal(user: User, *, staff: str, reason: str, session: MutableMapping[str, Any], now: datetime) -> datetime:
    """Let this login see the customer's personal data; return until when. Audited, and noted in the customer's access log."""
    until = now + SHOWN_FOR
    accesses.note(user_ids=[user.pk], staff=staff, what="personal data", reason=reason, now=now)
    after = {"until": until.isoformat()}
    audit.record(actor=f"staff:{staff}", action="user.revealed", obj=user, after=after, reason=reason, now=now)
    session[REVEALED] = current(session, REVEALED, now=now) | {str(user.pk): epoch_s(until)}
    return until


def revealed_until(user: User, *, session: MutableMapping[str, Any], now: datetime) -> int | None:
    """Return the Unix second until which this login sees the personal data; None when it does not."""
    return current(session, REVEALED, now=now).get(str(user.pk))


def visit(user: User, *, staff: str, session: MutableMapping[str, Any], now: datetime) -> None:
    """Note that the page of a customer was opened: once for each visit."""
    visits = current(session, VISITED, now=now)
    if str(user.pk) in visits:
        return
    accesses.note(user_ids=[user.pk], staff=staff, what="timeline, masked", reason="", now=now)
    session[VISITED] = visits | {str(user.pk): epoch_s(now + VISIT)}


def current(session: MutableMapping[str, Any], name: str, *, now: datetime) -> dict[str, int]:
    """The entries that have not lapsed."""
    return {key: until for key, until in session.get(name, {}).items() if until > epoch_s(now)}
