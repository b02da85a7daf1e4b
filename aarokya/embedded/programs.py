"""A program that can be started, stopped and, by the supervisor, started again."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from aarokya.embedded.accounts import Account, caller
from aarokya.embedded.errors import EmbeddedError


def nothing() -> None:
    """For programs with nothing to clear away before they start."""


@dataclass(frozen=True, kw_only=True)
class Program:
    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)  # on top of ours
    account: Account = field(default_factory=caller)
    folder: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    before_start: Callable[[], None] = nothing  # also before each restart


def start(program: Program, *, output: int | IO[bytes]) -> subprocess.Popen[bytes]:
    """Start in a session of its own, so that a terminal's Ctrl-C reaches only the supervisor."""
    program.before_start()
    return subprocess.Popen(
        program.command,
        env={**os.environ, **program.environment},
        cwd=program.folder,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        **program.account.identity(),
    )


def detach(program: Program, *, log: Path) -> int:
    """Start something that outlives this process, for whoever comes last to stop; returns its pid."""
    program.before_start()
    with log.open("ab") as output:
        launched = subprocess.run(
            ["sh", "-c", '"$@" >&2 & echo $!', "sh", *program.command],
            env={**os.environ, **program.environment},
            cwd=program.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            start_new_session=True,
            check=True,
            **program.account.identity(),
        )
    return int(launched.stdout)


def stop(program: Program, process: subprocess.Popen[bytes], *, grace_s: float = 10) -> None:
    """Ask, wait, insist; then clear away what the program itself left behind in its group."""
    if process.poll() is None:
        process.send_signal(program.stop_signal)
    try:
        process.wait(timeout=grace_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    kill_group(process.pid)


def kill_group(leader_pid: int) -> None:
    """End the orphans of a program that died without ending its children."""
    try:
        os.killpg(leader_pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return  # nobody is left


def wait_until(ready: Callable[[], bool], *, timeout_s: float, log: Path) -> None:
    """Block until `ready()`; EmbeddedError with the program's last words when that takes too long."""
    deadline = time.monotonic() + timeout_s
    while not ready():
        if time.monotonic() > deadline:
            raise EmbeddedError(f"not ready after {timeout_s:.0f} s: {last_line(log)}")
        time.sleep(0.05)


def last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1] if lines else "it said nothing"
