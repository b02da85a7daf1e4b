"""The transactional outbox: events written with the change, delivered at least once after it.

PostgreSQL is the queue of record. A NOTIFY at commit wakes the relay; polling is the guarantee. The relay hands each
message to a Celery worker, or delivers it itself while the broker is down.
"""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

import structlog
from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from aarokya import events
from aarokya.common import clock, failpoints, metrics
from aarokya.common.logging import clean_text
from aarokya.common.models import OutboxMessage

CHANNEL = "aarokya_outbox"
BATCH = 100
PATIENCE_S = 0.5  # for messages that wait behind another in the same hands
BACKOFF_FIRST_S = 1.0
BACKOFF_MAX_S = 600.0

# Open messages whose time has come, that nobody is working on and that are the first of their key. One statement, in SQL:
# the relay asks at every NOTIFY, and building and sending it in parts took most of its time.
CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT id FROM common_outbox message
        WHERE done_at IS NULL AND quarantined_at IS NULL AND not_before <= %(now)s
          AND (claimed_until IS NULL OR claimed_until <= %(now)s)
          AND (%(urgent)s::boolean IS NULL OR is_urgent = %(urgent)s)
          AND (key = '' OR NOT EXISTS (
                SELECT FROM common_outbox earlier
                WHERE earlier.done_at IS NULL AND earlier.quarantined_at IS NULL
                  AND earlier.handler = message.handler AND earlier.key = message.key AND earlier.id < message.id))
        ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    )
    UPDATE common_outbox SET claimed_until = %(until)s FROM due WHERE common_outbox.id = due.id RETURNING common_outbox.id
"""

Handler = Callable[..., None]
logger = structlog.get_logger(__name__)


class RetryAt(Exception):
    """Raised by a handler whose time has not come: the message waits until `moment` without counting as a failure."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment
        super().__init__(moment.isoformat())


@cache
def resolve(dotted: str) -> Handler:
    return cast("Handler", import_string(dotted))


def emit(
    topic: str,
    *,
    payload: dict[str, Any],
    now: datetime,
    key: str = "",
    not_before: datetime | None = None,
) -> None:
    """Announce `topic` inside the open transaction of the change.

    Handlers in `events.IMMEDIATE` run at once in this transaction; each one in `events.EVENTS` gets a message that is
    delivered after the commit, not before `not_before`. `payload` is JSON without secrets. Messages of one handler
    with the same `key` keep their order.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{topic} must be emitted in the transaction of its change")
    for dotted in events.IMMEDIATE.get(topic, ()):
        resolve(dotted)(payload, now=now)
    rows = [
        OutboxMessage(
            topic=topic,
            handler=dotted,
            key=key,
            payload=payload,
            is_urgent=topic in events.URGENT,
            not_before=not_before or now,
        )
        for dotted in events.EVENTS.get(topic, ())
    ]
    if rows:
        OutboxMessage.objects.bulk_create(rows)
        wake()


def announcement(source: str, topics: Iterable[str]) -> str:
    """Return the INSERT that announces the rows of `source` in the very statement that makes the change.

    For changes that are one SQL call: they need no further round trip. `source` is a query that yields (topic, key,
    payload jsonb, not_before); `topics` are those it may yield. It wakes nobody: the relay's next look finds the rows.
    """
    immediate = [topic for topic in topics if events.IMMEDIATE.get(topic)]
    if immediate:
        raise RuntimeError(f"{immediate} have handlers that run in Python, inside the transaction: use emit")
    heard = [
        f"('{topic}', '{handler}', {topic in events.URGENT})" for topic in topics for handler in events.EVENTS.get(topic, ())
    ]
    return f"""
        INSERT INTO common_outbox (topic, handler, key, payload, is_urgent, created_at, not_before, attempts, last_error)
        SELECT said.topic, heard.handler, said.key, said.payload, heard.is_urgent, now(), said.not_before, 0, ''
        FROM ({source}) AS said (topic, key, payload, not_before)
        JOIN (VALUES {", ".join(heard) or "(NULL, NULL, false)"}) AS heard (topic, handler, is_urgent) ON heard.topic = said.topic
    """  # noqa: S608 (names from our own tables of events)


def handlers_in_sql(topic: str) -> tuple[str, ...]:
    """Who hears `topic`, for a SQL function that writes the messages of its change itself, under a plan it keeps.

    It wakes nobody, as `announcement` does not. RuntimeError for topics that have more to them than a message to be relayed.
    """
    if events.IMMEDIATE.get(topic) or topic in events.URGENT:
        raise RuntimeError(f"{topic} has handlers that run inside the transaction, or at once: use emit")
    return events.EVENTS.get(topic, ())


def wake() -> None:
    """Tell listening relays at commit that there is work."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


def claim(*, now: datetime, limit: int = BATCH, lease_s: float | None = None, urgent: bool | None = None) -> list[int]:
    """Take up to `limit` due messages under a lease and return their ids, oldest first; of one urgency if it is named."""
    lease = timedelta(seconds=settings.OUTBOX_LEASE_S if lease_s is None else lease_s)
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "until": now + lease, "urgent": urgent, "limit": limit})
        return sorted(message_id for (message_id,) in cursor.fetchall())


def deliver(message_id: int, *, now: datetime) -> bool:
    """Run the handler of one message and record the outcome; True when it is done. Never raises for a handler's failure."""
    message = OutboxMessage.objects.open().filter(pk=message_id).first()
    if message is None:
        return True
    began_s = time.monotonic()
    try:
        resolve(message.handler)(message.payload, now=now)
    except RetryAt as wait:
        finish(message, not_before=wait.moment)
        return False
    except Exception as error:  # noqa: BLE001 (the outermost edge: a handler may fail in any way)
        fail(message, error, now=now)
        return False
    failpoints.reach(f"message.handled@{message.topic}")
    if time.monotonic() - began_s > settings.OUTBOX_LEASE_S:  # somebody else may have had it meanwhile
        logger.error("outbox.overran_its_lease", message_id=message.pk, topic=message.topic, handler=message.handler)
        metrics.ALERTS.labels("outbox_lease_overrun").inc()
    finish(message, done_at=now)
    return True


def deliver_in_turn(message_ids: Sequence[int]) -> None:
    """Deliver one after the other; what is left after a slow one is let go at once, for whoever is free."""
    began_s = time.monotonic()
    for index, message_id in enumerate(message_ids):
        if time.monotonic() - began_s > PATIENCE_S:
            let_go(message_ids[index:], now=clock.now())
            return
        deliver(message_id, now=clock.now())


def let_go(message_ids: Sequence[int], *, now: datetime) -> None:
    """Give claimed messages back before their lease is over."""
    OutboxMessage.objects.open().filter(pk__in=message_ids).update(claimed_until=now)
    wake()


def finish(message: OutboxMessage, **fields: Any) -> None:
    OutboxMessage.objects.filter(pk=message.pk).update(claimed_until=None, **fields)


def fail(message: OutboxMessage, error: Exception, *, now: datetime) -> None:
    """Count the failure; wait longer after each, and set the message aside after the last."""
    attempts = message.attempts + 1
    last = attempts >= settings.OUTBOX_ATTEMPTS_MAX
    description = clean_text(f"{type(error).__name__}: {error}")[:1000]
    log = logger.error if last else logger.warning
    log(
        "outbox.failed",
        message_id=message.pk,
        topic=message.topic,
        handler=message.handler,
        attempts=attempts,
        exc_info=error,
    )
    finish(
        message,
        attempts=attempts,
        last_error=description,
        not_before=now + timedelta(seconds=backoff_s(attempts)),
        quarantined_at=now if last else None,
    )


def backoff_s(attempts: int) -> float:
    """Seconds to wait after the n-th failure: doubling from 1 s to 10 min, ±25 %."""
    pause = min(BACKOFF_FIRST_S * 2 ** (attempts - 1), BACKOFF_MAX_S)
    return float(pause * random.uniform(0.75, 1.25))  # noqa: S311 (spreads retries; guards nothing)


def drain(*, now: datetime, rounds: int = 50) -> int:
    """Deliver everything due in this process, what deliveries emit included; return how many were done."""
    done = 0
    for _ in range(rounds):
        ids = claim(now=now)
        if not ids:
            return done
        done += sum(deliver(message_id, now=now) for message_id in ids)
    return done


def replay(message_id: int, *, now: datetime) -> None:
    """Give a quarantined message a fresh set of tries."""
    rows = OutboxMessage.objects.filter(pk=message_id, done_at=None)
    rows.update(attempts=0, quarantined_at=None, claimed_until=None, not_before=now)
    wake()
