"""Servers shared by whoever needs them for a while: the first starts them, the last stops them.

Several test runs in one clone share one PostgreSQL and one Valkey; each holds a numbered slot that keeps their names apart.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from aarokya.embedded import accounts, folders, locks, postgres, processes, programs, valkey
from aarokya.embedded.errors import EmbeddedError
from aarokya.embedded.programs import Program

SLOTS = 32
START_TIMEOUT_S = 20


@dataclass(frozen=True)
class Lease:
    local_dir: Path
    slot: int
    held: IO[str]


def acquire(local_dir: Path, *, durable: bool) -> Lease:
    """A slot on running servers; `durable=False` is faster and may lose everything in a crash. Raises EmbeddedError."""
    folders.make_local_dir(local_dir)
    run_dir = _run_dir(local_dir)
    with locks.lock(run_dir / "door.lock"):
        lease = _free_slot(local_dir)
        try:
            _bring_up_servers(local_dir, run_dir, durable=durable)
        except BaseException:
            lease.held.close()
            raise
    return lease


def release(lease: Lease) -> None:
    """Give the slot back; whoever is last stops the servers."""
    run_dir = _run_dir(lease.local_dir)
    with locks.lock(run_dir / "door.lock"):
        lease.held.close()
        if not any(locks.is_held(file) for file in run_dir.glob("slot-*.lock")):
            processes.end_recorded(run_dir, lease.local_dir)


def _bring_up_servers(local_dir: Path, run_dir: Path, *, durable: bool) -> None:
    cluster = postgres.prepare(local_dir, durable=durable)
    _bring_up(cluster.program(), cluster.is_ready, run_dir)
    _bring_up(valkey.program(local_dir), lambda: valkey.is_ready(local_dir), run_dir)
    postgres.ensure_roles(cluster.sockets)


def _bring_up(program: Program, is_ready: Callable[[], bool], run_dir: Path) -> None:
    """Start unless it already answers; again while an earlier one's children are still going away."""
    deadline = time.monotonic() + START_TIMEOUT_S
    log = run_dir / f"{program.name}.log"
    pid = None
    while not is_ready():
        if time.monotonic() > deadline:
            raise EmbeddedError(f"{program.name} did not start: {programs.last_line(log)}")
        if pid is None or not processes.is_alive(pid):
            pid = programs.detach(program, log=log)
            (run_dir / f"{program.name}.pid").write_text(f"{pid}\n")
        time.sleep(0.1)


def _run_dir(local_dir: Path) -> Path:
    return folders.make_private(local_dir / "run", accounts.caller())


def _free_slot(local_dir: Path) -> Lease:
    for slot in range(SLOTS):
        held = locks.try_lock(_slot_file(_run_dir(local_dir), slot))
        if held is not None:
            return Lease(local_dir, slot, held)
    raise EmbeddedError(f"{SLOTS} runs already use {local_dir}")


def _slot_file(run_dir: Path, slot: int) -> Path:
    return run_dir / f"slot-{slot}.lock"
