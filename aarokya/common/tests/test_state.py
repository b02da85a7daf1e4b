"""One function moves rows, only along the table, and only one process wins."""

import itertools
import threading
from datetime import UTC, datetime
from typing import ClassVar

import pytest
from django.db import connection, models
from django.db.models import TextChoices

from aarokya.common.errors import InvalidTransition
from aarokya.common.models import Record
from aarokya.common.state import move

NOW = datetime(2026, 11, 20, tzinfo=UTC)


class Light(TextChoices):
    RED = "RED"
    GREEN = "GREEN"
    AMBER = "AMBER"
    BROKEN = "BROKEN"


class Signal(Record):
    """A traffic light in columns of the idempotency table: the kernel has no state machine of its own."""

    MOVES = {
        Light.RED: {Light.GREEN, Light.BROKEN},
        Light.GREEN: {Light.AMBER, Light.BROKEN},
        Light.AMBER: {Light.RED, Light.BROKEN},
        Light.BROKEN: set(),
    }

    status = models.CharField(max_length=80, choices=Light.choices, db_column="actor")
    note = models.CharField(max_length=255, db_column="path", default="")
    key = models.CharField(max_length=255, default="signal")
    fingerprint = models.CharField(max_length=64, default="")
    lease_until = models.DateTimeField(default=NOW)

    objects: ClassVar[models.Manager["Signal"]] = models.Manager()

    class Meta:
        app_label = "kernel_tests"  # not installed: migrations never see it
        managed = False
        db_table = "common_idempotency_key"

    def __str__(self) -> str:
        return self.status


@pytest.mark.django_db
@pytest.mark.parametrize(("old", "new"), list(itertools.product(Light, Light)))
def test_every_pair_of_states(old: Light, new: Light) -> None:
    signal = Signal.objects.create(status=old)

    if new in Signal.MOVES[old]:
        move(signal, new, note="changed")
        expected = (new, "changed")
    else:
        with pytest.raises(InvalidTransition, match=f"Signal cannot go from {old} to {new}"):
            move(signal, new, note="changed")
        expected = (old, "")

    assert (signal.status, signal.note) == expected
    assert Signal.objects.values_list("status", "note").get(pk=signal.pk) == expected


@pytest.mark.django_db
def test_a_stale_row_does_not_move() -> None:
    signal = Signal.objects.create(status=Light.RED)
    stale = Signal.objects.get(pk=signal.pk)
    move(signal, Light.GREEN)

    with pytest.raises(InvalidTransition, match="no longer RED"):
        move(stale, Light.BROKEN, note="late")

    assert (stale.status, stale.note) == (Light.RED, "")
    signal.refresh_from_db()
    assert (signal.status, signal.note) == (Light.GREEN, "")


@pytest.mark.django_db
def test_a_deleted_row_does_not_move() -> None:
    signal = Signal.objects.create(status=Light.RED)
    Signal.objects.filter(pk=signal.pk).delete()

    with pytest.raises(InvalidTransition):
        move(signal, Light.GREEN)


@pytest.mark.django_db(transaction=True)
def test_one_of_many_racing_processes_wins() -> None:
    signal = Signal.objects.create(status=Light.RED)
    start = threading.Barrier(8)
    outcomes: list[str] = []

    def race(number: int) -> None:
        mine = Signal.objects.get(pk=signal.pk)
        start.wait(timeout=10)
        try:
            move(mine, Light.GREEN, note=str(number))
            outcomes.append(str(number))
        except InvalidTransition:
            outcomes.append("lost")
        finally:
            connection.close()

    for thread in (threads := [threading.Thread(target=race, args=(number,)) for number in range(8)]):
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    winners = [outcome for outcome in outcomes if outcome != "lost"]
    assert len(outcomes) == 8
    assert len(winners) == 1
    signal.refresh_from_db()
    assert (signal.status, signal.note) == (Light.GREEN, winners[0])
