"""Locks that the kernel gives back when their holder dies, however it dies."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path
from typing import IO


def try_lock(file: Path) -> IO[str] | None:
    """The locked open file, or None when another process holds it. Closing the file gives the lock back."""
    handle = file.open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle


def is_held(file: Path) -> bool:
    """Whether another open file holds the lock."""
    handle = try_lock(file)
    if handle is not None:
        handle.close()
    return handle is None


@contextlib.contextmanager
def lock(file: Path) -> Iterator[None]:
    """Wait for the lock and hold it."""
    with file.open("a+") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
