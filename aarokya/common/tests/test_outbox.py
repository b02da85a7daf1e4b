"""The outbox keeps its promises: with the change or not at all, at least once, in order per key."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from aarokya.common import outbox
from aarokya.common.models import OutboxMessage
from aarokya.common.tests.handlers import Memory

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TOPIC = "kernel.tested"


def emit(mark: Any, *, do: str = "", key: str = "", topic: str = TOPIC, not_before: datetime | None = None) -> None:
    with transaction.atomic():
        outbox.emit(topic, payload={"mark": mark, "do": do}, key=key, now=NOW, not_before=not_before)


def the_message() -> OutboxMessage:
    return OutboxMessage.objects.get()


@pytest.mark.django_db(transaction=True)
def test_emitting_outside_a_transaction_is_refused(memory: Memory) -> None:
    with pytest.raises(RuntimeError, match="in the transaction of its change"):
        outbox.emit(TOPIC, payload={}, now=NOW)

    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_change_leaves_no_message(memory: Memory) -> None:
    with transaction.atomic():
        outbox.emit(TOPIC, payload={}, now=NOW)
        transaction.set_rollback(True)

    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_an_immediate_handler_runs_within_the_change(memory: Memory) -> None:
    emit("row", topic="kernel.immediate")
    with pytest.raises(ValueError, match="planted"):
        emit("row", do="fail", topic="kernel.immediate")

    assert memory.marks == ["row", "row"]
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_every_listener_gets_its_own_message(memory: Memory) -> None:
    emit(1, topic="kernel.doubled")
    emit(2, topic="nobody.listens")

    assert outbox.drain(now=NOW) == 2
    assert memory.marks == [1, ("second", 1)]


@pytest.mark.django_db
def test_a_message_is_delivered_once_and_kept_as_the_record(memory: Memory) -> None:
    emit(1)

    assert [outbox.drain(now=NOW) for _ in range(3)] == [1, 0, 0]
    assert memory.marks == [1]
    message = the_message()
    assert (message.done_at, message.claimed_until, message.attempts, message.last_error) == (NOW, None, 0, "")


@pytest.mark.django_db
def test_nothing_is_delivered_before_its_time(memory: Memory) -> None:
    emit(1, not_before=NOW + timedelta(minutes=5))

    assert outbox.drain(now=NOW + timedelta(minutes=5, microseconds=-1)) == 0
    assert outbox.drain(now=NOW + timedelta(minutes=5)) == 1


@pytest.mark.django_db
def test_messages_of_one_key_keep_their_order(memory: Memory) -> None:
    for mark in (1, 2, 3):
        emit(mark, key="wallet:7")

    assert len(outbox.claim(now=NOW)) == 1
    assert outbox.drain(now=NOW + timedelta(minutes=1)) == 3
    assert memory.marks == [1, 2, 3]


@pytest.mark.django_db
def test_a_failing_message_holds_back_its_key_alone(memory: Memory) -> None:
    emit("poison", do="fail", key="wallet:7")
    emit("held back", key="wallet:7")
    emit("other", key="wallet:8")
    emit("keyless")

    assert outbox.drain(now=NOW) == 2
    assert sorted(memory.marks) == ["keyless", "other", "poison"]


@pytest.mark.django_db
def test_one_handlers_failure_does_not_hold_back_another(memory: Memory) -> None:
    emit(1, do="fail", key="k", topic="kernel.doubled")
    emit(2, key="k", topic="kernel.doubled")

    outbox.drain(now=NOW)

    assert memory.marks == [1, ("second", 1), ("second", 2)]


@pytest.mark.django_db
def test_a_poison_message_backs_off_and_is_set_aside_after_ten_tries(memory: Memory) -> None:
    emit("poison", do="fail", key="k")
    emit("next", key="k")
    emit("keyless")
    moment, waits = NOW, []
    while (poison := OutboxMessage.objects.earliest("id")).quarantined_at is None:
        outbox.drain(now=moment)
        poison.refresh_from_db()
        waits.append((poison.not_before - moment).total_seconds())
        moment = poison.not_before

    assert poison.attempts == len(waits) == 10
    for failures, wait in enumerate(waits, start=1):
        assert 0.75 * min(2 ** (failures - 1), 600) <= wait <= 1.25 * min(2 ** (failures - 1), 600)
    assert memory.marks.count("poison") == 10
    assert memory.marks[:2] == ["poison", "keyless"]
    outbox.drain(now=moment + timedelta(days=1))
    assert memory.marks.count("poison") == 10
    assert memory.marks[-1] == "next"


@pytest.mark.django_db
def test_a_failure_is_described_without_secrets(memory: Memory) -> None:
    emit("eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl", do="fail")

    outbox.drain(now=NOW)

    error = the_message().last_error
    assert error.startswith("ValueError: planted failure")
    assert "98765" not in error
    assert "eyJ" not in error


@pytest.mark.django_db
def test_a_replayed_message_gets_fresh_tries(memory: Memory) -> None:
    emit(1, do="fail")
    OutboxMessage.objects.update(attempts=9)
    outbox.drain(now=NOW)
    assert the_message().quarantined_at == NOW
    OutboxMessage.objects.update(payload={"mark": 2})

    outbox.replay(the_message().pk, now=NOW)

    assert outbox.drain(now=NOW) == 1
    assert memory.marks == [1, 2]
    assert the_message().attempts == 0


@pytest.mark.django_db
def test_a_message_that_is_done_is_not_replayed(memory: Memory) -> None:
    emit(1)
    outbox.drain(now=NOW)

    outbox.replay(the_message().pk, now=NOW)

    assert outbox.drain(now=NOW) == 0


@pytest.mark.django_db
def test_a_handler_may_ask_to_be_called_later(memory: Memory) -> None:
    emit(1, do="wait")

    assert outbox.drain(now=NOW) == 0
    assert outbox.drain(now=NOW + timedelta(minutes=59)) == 0
    message = the_message()
    assert (message.not_before, message.attempts, message.done_at) == (NOW + timedelta(hours=1), 0, None)
    assert memory.marks == [1]


@pytest.mark.django_db
def test_a_handler_that_cannot_be_imported_is_a_failure_like_others() -> None:
    OutboxMessage.objects.create(topic=TOPIC, handler="nowhere.to.be.found", payload={}, not_before=NOW)

    assert outbox.drain(now=NOW) == 0
    assert "ModuleNotFoundError" in the_message().last_error


@pytest.mark.django_db
def test_a_claimed_message_is_nobody_elses_until_its_lease_ends(memory: Memory) -> None:
    emit(1)
    claimed = outbox.claim(now=NOW, lease_s=20)

    assert claimed == [the_message().pk]
    assert outbox.claim(now=NOW + timedelta(seconds=19)) == []
    assert outbox.claim(now=NOW + timedelta(seconds=20)) == claimed


@pytest.mark.django_db
def test_delivering_what_is_done_does_nothing(memory: Memory) -> None:
    emit(1)
    outbox.drain(now=NOW)

    assert outbox.deliver(the_message().pk, now=NOW) is True
    assert memory.marks == [1]


@pytest.mark.django_db(transaction=True)
def test_claimers_never_take_the_same_message(memory: Memory) -> None:
    for mark in range(60):
        emit(mark, key=f"k{mark}" if mark % 2 else "")
    start, taken, lock = threading.Barrier(4), [], threading.Lock()

    def claim_until_nothing_is_left() -> None:
        try:
            start.wait(timeout=10)
            while ids := outbox.claim(now=NOW, limit=3):
                with lock:
                    taken.extend(ids)
        finally:
            connection.close()

    run_together(4, claim_until_nothing_is_left)

    # A claimer that finds only rows locked by others stops early, so some may be left for the next poll: none may be doubled.
    taken += outbox.claim(now=NOW)
    assert len(taken) == len(set(taken)) == 60


@pytest.mark.django_db(transaction=True)
def test_draining_together_delivers_once_and_in_order(memory: Memory) -> None:
    for mark in range(40):
        emit([mark % 4, mark], key=f"k{mark % 4}")

    def drain() -> None:
        try:
            outbox.drain(now=NOW)
        finally:
            connection.close()

    run_together(4, drain)
    outbox.drain(now=NOW)

    assert len(memory.marks) == 40
    for key in range(4):
        marks = [mark for owner, mark in memory.marks if owner == key]
        assert marks == sorted(marks)


def run_together(count: int, work: Any) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
