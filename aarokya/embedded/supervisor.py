"""Keeps a set of programs running and shows what they say, until it is told to stop."""

import itertools
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Self

from rich.console import Console
from rich.text import Text

from aarokya.embedded import accounts, folders, locks, processes, programs
from aarokya.embedded.errors import EmbeddedError
from aarokya.embedded.programs import Program

COLOURS = itertools.cycle(["cyan", "green", "magenta", "yellow", "blue", "bright_cyan", "bright_magenta"])
LOCK = "supervisor.lock"
LOOK_EVERY_S = 0.1
LAST_WORDS_S = 2  # for what a stopped program wrote at the end
BACK_OFF_S = (0.2, 0.5, 1.0, 2.0, 5.0)  # before the first, second, … restart in a row
SETTLED_AFTER_S = 15  # a child that lived this long has earned a fresh start of the back-off


class Child:
    """One program and its present process."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.colour = next(COLOURS)
        self.restarts = 0
        self.started_at = time.monotonic()
        self.restart_at: float | None = None  # on the monotonic clock; None while it runs
        self.process: subprocess.Popen[bytes]
        self.reader: threading.Thread

    def pause_s(self) -> float:
        """How long to wait before the next restart."""
        if time.monotonic() - self.started_at > SETTLED_AFTER_S:
            self.restarts = 0
        return BACK_OFF_S[min(self.restarts, len(BACK_OFF_S) - 1)]


class Supervisor:
    """Use it as a context manager: leaving the block stops everything in reverse order of starting."""

    def __init__(self, local_dir: Path, console: Console) -> None:
        self.local_dir = folders.make_local_dir(local_dir)
        self.run_dir = folders.make_private(local_dir / "run", accounts.caller())
        self.console = console
        self.children: list[Child] = []
        self.stopping = threading.Event()
        self.watcher = threading.Thread(target=self._watch, daemon=True)
        self.lock: IO[str] | None = None

    def __enter__(self) -> Self:
        """Take LOCAL_DIR (EmbeddedError when taken), end what a killed predecessor left, turn signals into KeyboardInterrupt."""
        self.lock = locks.try_lock(self.run_dir / LOCK)
        if self.lock is None:
            raise EmbeddedError(f"already running on {self.local_dir}: stop that one, or choose LOCAL_DIR, PORT and SANDBOX_PORT")
        processes.end_recorded(self.run_dir, self.local_dir)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupt)
        self.watcher.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        """Stop all; being told to stop is a normal end, any other error goes on."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self.stopping.set()
        self.watcher.join()
        for child in reversed(self.children):
            self.say(child, "stopping")
            programs.stop(child.program, child.process)
            child.reader.join(timeout=LAST_WORDS_S)
            self._pid_file(child).unlink(missing_ok=True)
        if self.lock is not None:
            self.lock.close()
        return kind is not None and issubclass(kind, KeyboardInterrupt)

    def start(self, program: Program) -> None:
        child = Child(program)
        self._launch(child)
        self.children.append(child)

    def wait_until(self, ready: Callable[[], bool], *, what: str, timeout_s: float) -> None:
        """Block until `ready()`; EmbeddedError when it takes longer."""
        deadline = time.monotonic() + timeout_s
        while not ready():
            if time.monotonic() > deadline:
                raise EmbeddedError(f"{what} is not ready after {timeout_s:.0f} s; its own lines above say why")
            time.sleep(0.05)

    def wait(self) -> None:
        """Until a signal comes."""
        while True:
            signal.pause()

    def say(self, child: Child, line: str) -> None:
        prefix = Text(f"{child.program.name:>8} │ ", style=child.colour)
        self.console.print(prefix + Text.from_ansi(line), soft_wrap=True, highlight=False)

    def _launch(self, child: Child) -> None:
        child.process = programs.start(child.program, output=subprocess.PIPE)
        child.started_at = time.monotonic()
        child.restart_at = None
        self._pid_file(child).write_text(f"{child.process.pid}\n")
        child.reader = threading.Thread(target=self._pump, args=(child, child.process.stdout or ()), daemon=True)
        child.reader.start()

    def _pump(self, child: Child, lines: Iterable[bytes]) -> None:
        for line in lines:
            self.say(child, line.decode(errors="replace").rstrip())

    def _watch(self) -> None:
        while not self.stopping.wait(LOOK_EVERY_S):
            for child in list(self.children):
                try:
                    self._look_after(child)
                except OSError as error:  # out of processes or memory for a moment: the next round tries again
                    self.say(child, f"could not be started: {error}")

    def _look_after(self, child: Child) -> None:
        code = child.process.poll()
        if code is None:
            return
        if child.restart_at is None:
            programs.kill_group(child.process.pid)
            pause = child.pause_s()
            child.restart_at = time.monotonic() + pause
            self.say(child, f"ended with {_reason(code)}; starting it again in {pause:g} s")
        elif time.monotonic() >= child.restart_at:
            child.restarts += 1
            self._launch(child)

    def _pid_file(self, child: Child) -> Path:
        return self.run_dir / f"{child.program.name}.pid"


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _reason(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
