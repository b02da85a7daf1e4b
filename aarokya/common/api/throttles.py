"""General rate limits: counted in the process, agreed between processes through Redis at most once a second.

So reading costs no round trip, and who asks now and then costs none at all: a process tells the others once it has a
fiftieth of the limit to tell, at most ten requests. That much each process may let through over a limit. While Redis is
down each process counts alone: reading stays open. The exact limits of one-time codes are not here; they live in PostgreSQL.
"""

import threading
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from aarokya.common import cache
from aarokya.common.api.address import client_address
from aarokya.common.api.principals import principal_of

WINDOW_S = 60
SYNC_S = 1.0
UNTOLD_SHARE, UNTOLD_MAX = 50, 10  # of a limit, and in all: what a process may keep to itself


@dataclass(slots=True)
class Count:
    """Requests in the present window: everybody's as last agreed, and ours since then."""

    window: int
    agreed: int = 0
    ours: int = 0
    synced_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the response headers say; `wait_s` is None while there is room."""

    limit: int
    remaining: int
    reset_at: int  # Unix seconds
    wait_s: int | None


class Counters:
    """The process's counts by name; old windows are forgotten as new ones begin."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.window = 0
        self.counts: dict[str, Count] = {}

    def hit(self, name: str, limit: int, *, now_s: float) -> Verdict:
        window = int(now_s) // WINDOW_S
        with self.lock:
            if window != self.window:
                self.window, self.counts = window, {}
            count = self.counts.setdefault(name, Count(window))
            count.ours += 1
            due = now_s - count.synced_at >= SYNC_S and count.ours >= min(limit // UNTOLD_SHARE, UNTOLD_MAX)
            if due:
                count.synced_at = now_s
        if due:
            self.agree(name, count)
        return verdict(count, limit, now_s=now_s)

    def agree(self, name: str, count: Count) -> None:
        """Add ours to everybody's and read the sum; the lock is not held while Redis answers."""
        with self.lock:
            ours, count.ours = count.ours, 0
            count.agreed += ours
        try:
            agreed = cache.count(f"rate:{name}:{count.window}", ours, timeout_s=2 * WINDOW_S)
        except (RedisError, OSError):
            return
        with self.lock:
            count.agreed = max(count.agreed, agreed)


def verdict(count: Count, limit: int, *, now_s: float) -> Verdict:
    used = count.agreed + count.ours
    reset_at = (count.window + 1) * WINDOW_S
    wait_s = max(1, reset_at - int(now_s)) if used > limit else None
    return Verdict(limit, max(0, limit - used), reset_at, wait_s)


COUNTERS = Counters()


class GeneralThrottle(BaseThrottle):
    """Per person when the token says who, and per address always; the tighter verdict goes into the headers."""

    timer = staticmethod(time.time)

    def __init__(self) -> None:
        self.verdict: Verdict | None = None

    def allow_request(self, request: Request, view: Any) -> bool:  # noqa: ARG002 (DRF's signature)
        now_s = self.timer()
        verdict = COUNTERS.hit(f"address:{client_address(request._request)}", settings.RATE_PER_ADDRESS, now_s=now_s)
        request._request.rate_verdict = verdict  # type: ignore[attr-defined]  # read by the middleware for the headers
        # Only now the token is looked at: if it is refused, this request was counted all the same.
        if verdict.wait_s is None and (principal := principal_of(request)):
            of_person = COUNTERS.hit(principal.actor, settings.RATE_PER_USER, now_s=now_s)
            verdict = min(verdict, of_person, key=lambda each: (each.wait_s is None, each.remaining))
            request._request.rate_verdict = verdict  # type: ignore[attr-defined]  # as above
        self.verdict = verdict
        return verdict.wait_s is None

    def wait(self) -> float | None:
        return self.verdict.wait_s if self.verdict else None
