"""Logins that end: on this device, on another, everywhere."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from aarokya.common import outbox
from aarokya.common.errors import NotFound
from accounts.models import RevocationReason, UserSession
from accounts.services import liveness

KNOWN_DEVICE_FOR = timedelta(days=180)
BEFORE_COMMIT_S = 60  # long enough for any commit; short, because the transaction may still roll back


@transaction.atomic
def end(rows: QuerySet[UserSession], *, because: RevocationReason, now: datetime) -> int:
    """End these sessions at once, access tokens included; return how many were open.

    Every process is told before and after the commit: before, so that nobody reads "live" from the database in between and
    keeps it; after, for as long as an access token lives. While Redis is away a message repeats it later.
    """
    open_rows = rows.filter(revoked_at=None)
    ended = list(open_rows.order_by("id").select_for_update(of=("self",)).values_list("id", flat=True))
    UserSession.objects.filter(id__in=ended).update(revoked_at=now, revoked_because=because, last_modified_at=now)
    if not liveness.announce_end(ended, keep_s=BEFORE_COMMIT_S):
        outbox.emit("session.ended", payload={"session_ids": [str(session_id) for session_id in ended]}, now=now)
    transaction.on_commit(lambda: liveness.announce_end(ended))
    return len(ended)


def log_out(*, session_id: UUID, now: datetime) -> None:
    """End the session that asks."""
    end(UserSession.objects.filter(pk=session_id), because=RevocationReason.LOGOUT, now=now)


def log_out_everywhere(*, user_id: UUID, now: datetime) -> int:
    """End all sessions of a user; return how many were open."""
    return end(UserSession.objects.filter(user=user_id), because=RevocationReason.LOGOUT, now=now)


def forget_old(*, now: datetime) -> int:
    """Delete sessions that ended half a year ago: until then they show which devices a number knows. Return how many."""
    deleted, _ = UserSession.objects.filter(expires_at__lt=now - KNOWN_DEVICE_FOR).delete()
    return deleted


def revoke(*, user_id: UUID, session_id: UUID, now: datetime) -> None:
    """End one of the user's own sessions; NotFound for anybody else's, and for one that has ended."""
    rows = UserSession.objects.live(now).filter(user=user_id, pk=session_id)
    if end(rows, because=RevocationReason.REVOKED, now=now) == 0:
        raise NotFound
