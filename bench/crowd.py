"""Many database clients at once: processes with threads, told over their pipes when to start and for how long.

`python -m bench.crowd <module:maker> <threads>`: the maker gives each thread its own piece of work to repeat.
"""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from typing import Self

import django
from django.db import OperationalError

PROCESSES, THREADS = 4, 4  # fewer threads wait for one interpreter lock; more processes only fight for the cores
CLIENTS = PROCESSES * THREADS
PATIENCE_S = 60
Maker = Callable[[], Callable[[], object]]


class Crowd:
    """16 clients that repeat one piece of work, a context manager. `settings` is their Django settings module."""

    def __init__(self, maker: str, *, settings: str = "aarokya.settings", environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "bench.crowd", maker, str(THREADS)]
        variables = environment | {"DJANGO_SETTINGS_MODULE": settings}
        self.processes = [
            subprocess.Popen(command, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(PROCESSES)
        ]
        self.failures: Counter[str] = Counter()

    def __enter__(self) -> Self:
        for process in self.processes:
            self._answer(process)
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.communicate(timeout=PATIENCE_S)  # the end of its input ends it

    def per_second(self, seconds: float) -> float:
        """How many pieces all clients together finish in a second. Failures are counted in `failures`, not here."""
        for process in self.processes:
            assert process.stdin is not None
            process.stdin.write(f"{seconds}\n")
            process.stdin.flush()
        return sum(self._rate(process) for process in self.processes)

    def _rate(self, process: subprocess.Popen[str]) -> float:
        rate, *failures = self._answer(process).split()
        self.failures.update(failures)
        return float(rate)

    def _answer(self, process: subprocess.Popen[str]) -> str:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("a client of the crowd died; its own words are above")
        return line


def serve(maker: Maker, threads: int) -> None:
    """Say `ready`; for each number of seconds read, work that long and answer the rate and the names of failures.

    The threads live as long as the process, and with them their connections, as those of a web server do.
    """
    with ThreadPoolExecutor(threads) as crew:
        works = [maker() for _ in range(threads)]
        _say("ready")
        for line in sys.stdin:
            seconds = float(line)
            done, failures = work_together(crew, works, seconds=seconds)
            _say(" ".join([f"{done / seconds:.3f}", *failures]))


def work_together(crew: ThreadPoolExecutor, works: list[Callable[[], object]], *, seconds: float) -> tuple[int, list[str]]:
    """Repeat each piece on a thread of its own; return how many were finished and what went wrong."""
    deadline = time.monotonic() + seconds
    told = list(crew.map(partial(repeat, deadline), works))
    return sum(count for count, _ in told), [name for _, names in told for name in names]


def repeat(deadline: float, work: Callable[[], object]) -> tuple[int, list[str]]:
    """Do it until the deadline; return how often it was done, and the names of what went wrong."""
    count, failures = 0, list[str]()
    while time.monotonic() < deadline:
        try:
            work()
        except OperationalError as error:  # deadlocks, locks not granted: they count, and others go on
            failures.append(type(error.__cause__ or error).__name__)
        else:
            count += 1
    return count, failures


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    django.setup()
    module, _, name = sys.argv[1].partition(":")
    serve(getattr(import_module(module), name), int(sys.argv[2]))
