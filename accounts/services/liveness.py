"""Whether a session still lives, without asking the database on every request.

Three places, each allowed to say less than the one after it: this process remembers "live" for half a second; Redis
holds "live" (up to five minutes, never over "revoked") or "revoked"; PostgreSQL decides whenever Redis is silent.
"""

import time
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError

from accounts.models import UserSession

LOCAL_S = 0.5
LIVE_S = 300
REVOKED_S = 24 * 3600  # as long as an access token lives
LOCAL_MAX = 20_000  # sessions a process remembers before it starts afresh
LIVE, REVOKED = "live", "revoked"
logger = structlog.get_logger(__name__)


class Recent:
    """The sessions that this process found alive a moment ago."""

    def __init__(self) -> None:
        self.until: dict[UUID, float] = {}

    def has(self, session_id: UUID) -> bool:
        return self.until.get(session_id, 0.0) > time.monotonic()

    def add(self, session_id: UUID) -> None:
        if len(self.until) >= LOCAL_MAX:
            self.until.clear()
        self.until[session_id] = time.monotonic() + LOCAL_S

    def drop(self, session_id: UUID) -> None:
        self.until.pop(session_id, None)


RECENT = Recent()


def is_live(session_id: UUID, *, now: datetime) -> bool:
    """Whether tokens of this session are good. A revocation is known to every process within a second."""
    if RECENT.has(session_id):
        return True
    verdict = shared_verdict(session_id) or stored_verdict(session_id, now=now)
    if verdict == LIVE:
        RECENT.add(session_id)
    return verdict == LIVE


def shared_verdict(session_id: UUID) -> str | None:
    try:
        verdict: str | None = cache.get(key(session_id))
    except (RedisError, OSError):
        return None
    return verdict


def stored_verdict(session_id: UUID, *, now: datetime) -> str:
    """Ask PostgreSQL and tell Redis; "live" is only written where nothing stands, so it cannot hide a revocation."""
    live = UserSession.objects.live(now).filter(pk=session_id).exists()
    try:
        if live:
            cache.add(key(session_id), LIVE, LIVE_S)
        else:
            cache.set(key(session_id), REVOKED, REVOKED_S)
    except (RedisError, OSError) as error:
        logger.warning("session.cache_down", error=type(error).__name__)
    return LIVE if live else REVOKED


def announce_end(session_ids: Iterable[UUID], *, keep_s: int = REVOKED_S) -> bool:
    """Tell every process that these sessions have ended; False when Redis could not be told."""
    ended = list(session_ids)
    for session_id in ended:
        RECENT.drop(session_id)
    if not ended:
        return True
    try:
        cache.set_many({key(session_id): REVOKED for session_id in ended}, keep_s)
    except (RedisError, OSError):
        return False
    return True


def key(session_id: UUID) -> str:
    return f"session:{session_id}"
