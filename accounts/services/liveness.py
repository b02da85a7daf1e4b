"""Whether a session still lives, without asking the database on every request.

Three places, each allowed to say less than the one after it: this process remembers "live" for as long as a feed in Redis,
looked at twice a second, does not name the session; Redis holds "live" (up to five minutes, never over "revoked") or "revoked";
PostgreSQL decides whenever Redis is silent.
"""

import threading
import time
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError

from aarokya.common import cache as shared
from accounts.models import UserSession

LOCAL_S = 0.5  # how long a process believes itself without looking at Redis
FOLLOWED_S = 30.0  # the same while it follows the feed
LIVE_S = 300
REVOKED_S = 24 * 3600  # as long as an access token lives
LOCAL_MAX = 20_000  # sessions a process remembers before it starts afresh
LIVE, REVOKED = "live", "revoked"
FEED, FEED_KEEPS = "sessions:ended", 1_000
START = "0-0"
logger = structlog.get_logger(__name__)


class Recent:
    """The sessions that this process found alive, less those that the feed has named since."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.until: dict[UUID, float] = {}
        self.looked_at = 0.0
        self.follows = False
        self.added, self.last = 0, START
        self.changes = 0

    def has(self, session_id: UUID) -> bool:
        now_s = time.monotonic()
        if now_s - self.looked_at >= LOCAL_S:
            self.look(now_s)
        return self.until.get(session_id, 0.0) > now_s

    def look(self, now_s: float) -> None:
        """Read the feed. Whatever leaves a doubt that all of it was read makes the process forget what it knew."""
        with self.lock:
            if now_s - self.looked_at < LOCAL_S:
                return
            try:
                added, entries = shared.read(FEED, after=self.last)
            except (RedisError, OSError):
                self.forget(follows=False)
            else:
                if added != self.added + len(entries) or not self.follows:
                    self.forget(follows=True)
                self.added = added
                for entry_id, text in entries:
                    self.last = entry_id
                    self.drop(*map(UUID, text.split()))
                if not added:
                    self.last = START
            self.looked_at = time.monotonic()

    def add(self, session_id: UUID, *, changes: int) -> None:
        """Remember it; briefly, when something ended since `changes` was read: it may have been this one."""
        if len(self.until) >= LOCAL_MAX:
            self.until.clear()
        certain = self.follows and changes == self.changes
        self.until[session_id] = time.monotonic() + (FOLLOWED_S if certain else LOCAL_S)

    def drop(self, *session_ids: UUID) -> None:
        self.changes += 1
        for session_id in session_ids:
            self.until.pop(session_id, None)

    def forget(self, *, follows: bool) -> None:
        self.changes += 1
        self.until.clear()
        self.follows = follows


RECENT = Recent()


def is_live(session_id: UUID, *, now: datetime) -> bool:
    """Whether tokens of this session are good. A revocation is known to every process within a second."""
    if RECENT.has(session_id):
        return True
    changes = RECENT.changes
    verdict = shared_verdict(session_id) or stored_verdict(session_id, now=now)
    if verdict == LIVE:
        RECENT.add(session_id, changes=changes)
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
    RECENT.drop(*ended)
    if not ended:
        return True
    try:
        cache.set_many({key(session_id): REVOKED for session_id in ended}, keep_s)
        shared.append(FEED, " ".join(map(str, ended)), keep=FEED_KEEPS)  # the second: who reads it finds the first
    except (RedisError, OSError):
        return False
    return True


def key(session_id: UUID) -> str:
    return f"session:{session_id}"
