"""The relay: workers get the messages; without a broker it delivers itself; a lost database comes back."""

import base64
import contextlib
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connection, transaction

from aarokya import events
from aarokya.celery import app
from aarokya.common import clock, outbox, relay
from aarokya.common.models import OutboxMessage
from aarokya.common.tasks import deliver
from aarokya.common.tests.handlers import Memory
from tests import database

QUEUE = "celery"
pytestmark = pytest.mark.django_db(transaction=True)


def emit(*marks: int | str, key: str = "", do: str = "") -> None:
    with transaction.atomic():
        for mark in marks:
            outbox.emit("kernel.tested", payload={"mark": mark, "do": do}, key=key, now=clock.now())


@pytest.fixture
def dead_broker(tmp_path: Path) -> Iterator[None]:
    """A broker address where nobody answers."""
    with broker_at(f"redis+socket://{tmp_path}/nobody"):
        yield


@contextlib.contextmanager
def broker_at(url: str) -> Iterator[None]:
    celery: Any = app  # its stubs say that settings cannot be changed
    before = celery.conf.broker_url
    celery.conf.broker_url = url
    celery.amqp._producer_pool = None  # Celery keeps the connections of the old address otherwise
    try:
        yield
    finally:
        celery.conf.broker_url = before
        celery.amqp._producer_pool = None


def queued(valkey: redis.Redis, queue: str = QUEUE) -> list[int]:
    """Message ids that wait in the broker, oldest first."""
    bodies = [json.loads(raw)["body"] for raw in reversed(valkey.lrange(queue, 0, -1))]
    return [message_id for body in bodies for message_id in json.loads(base64.b64decode(body))[1]["message_ids"]]


def test_due_messages_are_handed_to_workers(memory: Memory, valkey: redis.Redis) -> None:
    emit(1, 2)

    assert relay.relay_once() == 2
    ids = list(OutboxMessage.objects.order_by("id").values_list("id", flat=True))
    assert queued(valkey) == ids
    assert memory.marks == []
    assert relay.relay_once() == 0

    deliver.apply(kwargs={"message_ids": queued(valkey)}, throw=True)
    assert memory.marks == [1, 2]
    assert not OutboxMessage.objects.open().exists()


def test_a_task_that_the_broker_lost_is_handed_over_again(memory: Memory, valkey: redis.Redis) -> None:
    emit(1)
    relay.relay_once()
    valkey.flushdb()
    OutboxMessage.objects.update(claimed_until=clock.now())

    assert relay.relay_once() == 1
    assert len(queued(valkey)) == 1


@pytest.mark.usefixtures("memory")
def test_what_somebody_waits_for_passes_a_backlog_and_the_backlog_still_moves(
    valkey: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    emit(*range(relay.ORDINARY_BATCH + 5))
    backlog = list(OutboxMessage.objects.order_by("id").values_list("id", flat=True))
    monkeypatch.setattr(events, "URGENT", frozenset({"kernel.tested"}))
    emit("code 1", "code 2")
    urgent = list(OutboxMessage.objects.filter(is_urgent=True).order_by("id").values_list("id", flat=True))

    assert relay.relay_once() == 2 + relay.ORDINARY_BATCH
    assert queued(valkey, "urgent") == urgent
    assert queued(valkey) == backlog[: relay.ORDINARY_BATCH]
    assert relay.relay_once() == 5
    assert queued(valkey) == backlog


@pytest.mark.usefixtures("memory")
def test_a_flood_of_urgent_messages_does_not_stop_the_others(valkey: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    emit(1)
    ordinary = OutboxMessage.objects.get().pk
    monkeypatch.setattr(events, "URGENT", frozenset({"kernel.tested"}))
    emit(*range(outbox.BATCH + 10))

    assert relay.relay_once() == outbox.BATCH + 1
    assert queued(valkey) == [ordinary]
    assert len(queued(valkey, "urgent")) == outbox.BATCH


@pytest.mark.usefixtures("memory")
def test_what_nobody_waits_for_shares_tasks_and_the_rest_goes_alone(valkey: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    emit(*range(2 * relay.ORDINARY_AT_ONCE + 1))
    monkeypatch.setattr(events, "URGENT", frozenset({"kernel.tested"}))
    emit("code 1", "code 2")
    relay.relay_once()
    assert (valkey.llen(QUEUE), valkey.llen("urgent")) == (3, 2)


def test_what_waits_behind_a_slow_one_is_let_go(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    emit(1, 2, 3)
    ids = outbox.claim(now=clock.now())
    monkeypatch.setattr(outbox, "PATIENCE_S", -1.0)
    deliver.apply(kwargs={"message_ids": ids}, throw=True)
    assert memory.marks == []
    monkeypatch.undo()
    assert outbox.claim(now=clock.now()) == ids
    deliver.apply(kwargs={"message_ids": ids}, throw=True)
    assert memory.marks == [1, 2, 3]


def test_workers_take_from_both_queues_in_turn() -> None:
    assert [queue.name for queue in app.amqp.queues.values()] == ["urgent", "celery"]
    assert app.conf.broker_transport_options["queue_order_strategy"] == "round_robin"


@pytest.mark.usefixtures("dead_broker")
def test_without_a_broker_the_relay_delivers_itself(memory: Memory) -> None:
    emit("poison", do="fail")
    emit(1, 2)

    started = time.monotonic()
    assert relay.relay_once() == 3
    assert time.monotonic() - started < 4  # Celery's own way is to try again for 6 s
    assert memory.marks == ["poison", 1, 2]
    assert OutboxMessage.objects.open().count() == 1


def test_a_broker_that_comes_back_is_used_again(memory: Memory, valkey: redis.Redis, tmp_path: Path) -> None:
    with broker_at(f"redis+socket://{tmp_path}/nobody"):
        emit(1)
        relay.relay_once()
    emit(2)
    relay.relay_once()

    assert memory.marks == [1]
    assert len(queued(valkey)) == 1


def test_the_wake_up_call_comes_with_the_commit_and_not_before() -> None:
    woken: list[str] = []
    relay.listen()
    with transaction.atomic():
        outbox.wake()
        transaction.set_rollback(True)
    woken += [notice.channel for notice in connection.connection.notifies(timeout=0.2, stop_after=1)]
    assert woken == []

    with transaction.atomic():
        outbox.wake()
    woken += [notice.channel for notice in connection.connection.notifies(timeout=10, stop_after=1)]
    assert woken == [outbox.CHANNEL]


def test_waiting_ends_with_the_call_and_not_with_the_time() -> None:
    relay.listen()
    outbox.wake()

    started = time.monotonic()
    relay.wait_for_work(timeout_s=60)
    assert time.monotonic() - started < 30


class Running:
    """A relay in a thread, and the database backends that it has used."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self.backends: list[int] = []
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        try:
            relay.run(self.stopped, step=self.step)
        finally:
            connection.close()

    def step(self) -> int:
        with connection.cursor():
            backend = connection.connection.info.backend_pid
        if backend not in self.backends:
            self.backends.append(backend)
        return relay.relay_once()


@pytest.fixture
def running() -> Iterator[Running]:
    relay_thread = Running()
    relay_thread.thread.start()
    yield relay_thread
    relay_thread.stopped.set()
    relay_thread.thread.join(timeout=20)
    assert not relay_thread.thread.is_alive()


@pytest.mark.usefixtures("dead_broker")
def test_the_running_relay_delivers_what_is_committed(memory: Memory, running: Running) -> None:
    emit(1)
    memory.wait(1)
    emit(2)
    memory.wait(2)

    assert memory.marks == [1, 2]


@pytest.mark.usefixtures("dead_broker")
def test_the_relay_survives_the_loss_of_its_database_connection(memory: Memory, running: Running) -> None:
    emit(1)
    memory.wait(1)
    with database.superuser(settings.DATABASES["default"]["NAME"]) as superuser:
        superuser.execute("SELECT pg_terminate_backend(%s, 5000)", [running.backends[0]])

    emit(2)
    memory.wait(2)

    assert memory.marks == [1, 2]
    assert len(running.backends) == 2
