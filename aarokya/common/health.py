"""Whether this process can serve: what `/health/ready` and `preflight` ask."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from celery import current_app
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min

from aarokya.celery import QUEUES
from aarokya.common.documents import pango_missing
from aarokya.common.models import OutboxMessage

BROKER_LAG_MAX = 10_000  # waiting tasks


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: `ok`, or what is wrong in words."""

    name: str
    ok: bool
    words: str


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "answers"


def cache_server() -> str:
    cache.set("health", 1, timeout=5)
    if cache.get("health") != 1:
        raise RuntimeError("does not keep what it is given")
    return "answers"


def broker() -> str:
    """How many tasks wait; many mean that no worker takes them."""
    with current_app.connection_for_read() as broker_connection:
        broker_connection.ensure_connection(max_retries=1, timeout=1)
        channel: Any = broker_connection.default_channel  # the Redis transport's channel has the client
        waiting = sum(int(channel.client.llen(queue)) for queue in QUEUES)
    if waiting > BROKER_LAG_MAX:
        raise RuntimeError(f"{waiting} tasks wait")
    return f"{waiting} tasks wait"


def migrations() -> str:
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if missing:
        raise RuntimeError(f"{missing} migrations are not applied; run manage.py migrate")
    return "applied"


def documents() -> str:
    problem = pango_missing()
    if problem:
        raise RuntimeError(problem)
    return "Pango and fonts are there"


CHECKS: dict[str, Callable[[], str]] = {
    "database": database,
    "cache": cache_server,
    "broker": broker,
    "migrations": migrations,
    "documents": documents,
}


def run_checks() -> list[Check]:
    """Run every check; a failure becomes its words."""
    return [run(name, check) for name, check in CHECKS.items()]


def run(name: str, check: Callable[[], str]) -> Check:
    try:
        return Check(name, ok=True, words=check())
    except Exception as error:  # noqa: BLE001 (whatever is broken is the finding)
        return Check(name, ok=False, words=f"{type(error).__name__}: {error}"[:300])


@dataclass(frozen=True, slots=True)
class OutboxState:
    """Open and quarantined messages, and the age in seconds of the oldest open one."""

    open: int
    quarantined: int
    oldest_s: float


def outbox_state(now: datetime) -> OutboxState:
    open_messages = OutboxMessage.objects.open()
    oldest = open_messages.aggregate(at=Min("created_at"))["at"]
    return OutboxState(
        open=open_messages.count(),
        quarantined=OutboxMessage.objects.exclude(quarantined_at=None).filter(done_at=None).count(),
        oldest_s=(now - oldest).total_seconds() if oldest else 0.0,
    )
