"""The relay: hands due outbox messages to Celery workers, or delivers them itself while the broker is down.

Urgent messages have a queue of their own, of which workers take in turn with the other: neither starves. The relay takes
some of both in each round, the urgent ones first, and few of the others, so that it soon looks again.
"""

import threading
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from kombu.exceptions import OperationalError as BrokerDown
from redis.exceptions import RedisError

from aarokya.celery import ORDINARY_QUEUE, URGENT_QUEUE
from aarokya.common import clock, failpoints, outbox
from aarokya.common.tasks import deliver

ORDINARY_BATCH = 25
# A task costs a worker as much as a short message does: what nobody waits for shares one when there is much of it.
ORDINARY_AT_ONCE = 5
POLL_S = 0.5  # the guarantee when a NOTIFY is lost
PAUSE_AFTER_ERROR_S = 1.0
logger = structlog.get_logger(__name__)


def dispatch(message_ids: list[int], *, queue: str = ORDINARY_QUEUE, at_once: int = 1) -> None:
    """Hand the messages over in order, up to `at_once` in one task; from the first that the broker refuses, deliver here."""
    broker_up = True
    for start in range(0, len(message_ids), at_once):
        handful = message_ids[start : start + at_once]
        if broker_up:
            broker_up = handed_over(handful, queue=queue)
        if not broker_up:
            for message_id in handful:
                outbox.deliver(message_id, now=clock.now())


def handed_over(message_ids: list[int], *, queue: str) -> bool:
    try:
        deliver.apply_async(kwargs={"message_ids": message_ids}, queue=queue, retry=False, expires=settings.OUTBOX_LEASE_S)
    except (BrokerDown, RedisError, OSError) as error:
        logger.warning("relay.broker_down", error=type(error).__name__)
        return False
    return True


def relay_once() -> int:
    """Claim and dispatch a batch of each urgency; return how many messages that were."""
    urgent = relay_batch(urgent=True, limit=outbox.BATCH, queue=URGENT_QUEUE)
    return urgent + relay_batch(urgent=False, limit=ORDINARY_BATCH, queue=ORDINARY_QUEUE, at_once=ORDINARY_AT_ONCE)


def relay_batch(*, urgent: bool, limit: int, queue: str, at_once: int = 1) -> int:
    ids = outbox.claim(now=clock.now(), urgent=urgent, limit=limit)
    if ids:
        failpoints.reach("relay.claimed")
    dispatch(ids, queue=queue, at_once=at_once)
    return len(ids)


def listen() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {outbox.CHANNEL}")


def wait_for_work(*, timeout_s: float = POLL_S) -> None:
    """Return at the next NOTIFY, or after the polling interval."""
    with connection.wrap_database_errors:  # the driver's own call: its errors become Django's like any query's
        for _ in connection.connection.notifies(timeout=timeout_s, stop_after=1):
            return


def run(stopped: threading.Event, *, step: Callable[[], int] = relay_once) -> None:
    """Relay until `stopped`; survives a database that goes away and comes back."""
    listening = False
    while not stopped.is_set():
        try:
            if not listening:
                listen()
                listening = True
            if step() < ORDINARY_BATCH:  # more may be due right away otherwise
                wait_for_work()
        except (DatabaseError, InterfaceError, OSError) as error:
            logger.warning("relay.database_down", error=type(error).__name__)
            connection.close()
            listening = False
            stopped.wait(PAUSE_AFTER_ERROR_S)
