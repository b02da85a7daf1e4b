"""F42: ten thousand random steps over the real services and the simulator, and no invariant is violated.

`make mix` runs them; `make mix SEED=… STEPS=…` repeats a run that failed, step for step. The suite runs a fraction.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from random import SystemRandom

import pytest
import time_machine
from django.conf import LazySettings

from approvals.models import Kind, Limit
from payments.tests.builders import Bank
from payments.tests.conftest import bank
from tests import figures
from tests.mix import world as worlds
from tests.mix.run import run
from tests.mix.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(7_200)]
FULL = os.environ.get("FAULT_FIGURES") == "1"
STEPS = int(os.environ.get("MIX_STEPS") or (10_000 if FULL else 80))
SEED = int(os.environ.get("MIX_SEED") or SystemRandom().randrange(1, 10**6))
__all__ = ["bank"]


@pytest.fixture
def world(bank: Bank, settings: LazySettings, tmp_path: Path) -> Iterator[World]:
    settings.FAILPOINTS = str(tmp_path)
    Limit.objects.filter(kind=Kind.REFUND).update(alone_up_to=4_000)
    settings.RATE_PER_USER = settings.RATE_PER_ADDRESS = 10**6
    travel = time_machine.travel(worlds.START, tick=True)
    traveller = travel.start()
    assert traveller is not None
    try:
        yield worlds.create(bank, seed=SEED, failpoints=tmp_path, traveller=traveller)
    finally:
        travel.stop()


def test_f42_a_random_mix_violates_nothing(world: World) -> None:
    done = run(world, steps=STEPS)

    assert sum(done.kinds.values()) == STEPS
    if STEPS >= 10_000:
        figures.note("F42", f"{done.steps:,} steps of {len(done.kinds)} kinds, {done.deaths} deaths, seed {SEED}: violations 0")
