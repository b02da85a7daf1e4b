"""What processes use: cores to run on, CPU time, resident memory."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

MB, MIB = 1_000_000, 1024 * 1024


@contextlib.contextmanager
def on_core(number: int) -> Iterator[None]:
    """Run on one core inside the block, as do the processes started there, so that client and server do not chase each other.

    A machine with a single core is left alone.
    """
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        yield
        return
    os.sched_setaffinity(0, {allowed[number % len(allowed)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def cpu_ms(work: Callable[[], object]) -> float:
    """Milliseconds of this process's CPU, all threads, that `work` took."""
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def resident_bytes(pid: int) -> int:
    """Memory of one process that is in RAM."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def children(pid: int) -> list[int]:
    """The processes that `pid` started and that still run."""
    return [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]
