"""A step whose process dies in the middle: it runs in a child that ends as if killed at a named point."""

import os
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

from django.db import connections

from aarokya.common.failpoints import KILLED
from doctor.gateways import aathma
from insurance.gateways import narayana
from payments.gateways import gateway
from tests.mix.world import Step, World
from wallets.gateways import issuer

CLIENTS: tuple[Callable[[], None], ...] = (
    gateway.cache_clear,
    issuer.cache_clear,
    narayana.cache_clear,
    aathma.cache_clear,
)


def dies_within(step: Step, world: World, point: str) -> bool:
    """Run the step where it dies at this point, if it comes by there; whether it did."""
    return dies(partial(step, world), point, failpoints=world.failpoints)


def dies(work: Callable[[], object], point: str, *, failpoints: Path) -> bool:
    """The same for any work."""
    armed = failpoints / point
    armed.touch()
    code = in_child(work)
    died = not armed.exists()
    armed.unlink(missing_ok=True)
    if code != (KILLED if died else 0):
        raise AssertionError(f"a child that was to die at {point} ended with {code}")
    return died


def in_child(work: Callable[[], object]) -> int:
    """Run `work` in a process of its own, with connections of its own; return its exit code."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        run_and_end(work)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def run_and_end(work: Callable[[], object]) -> None:
    code = 1
    try:
        for forget in CLIENTS:  # two processes must not talk over one connection
            forget()
        work()
        code = 0
    except BaseException:  # noqa: BLE001 (the edge of the process: whatever it is, the parent hears of it)
        traceback.print_exc()
    finally:
        connections.close_all()
        os._exit(code)
