import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aarokya.embedded import ports, processes
from aarokya.embedded.errors import EmbeddedError

PROJECT = Path(__file__).resolve().parents[3]
Starter = Callable[[], subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Starter]:
    """Start the supervised pair on `tmp_path`; whatever is left of it ends with the test."""
    started: list[subprocess.Popen[str]] = []

    def start_one() -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "aarokya.embedded.tests.two_programs", str(tmp_path)]
        pipe = subprocess.PIPE
        started.append(subprocess.Popen(command, cwd=PROJECT, stdout=pipe, stderr=subprocess.STDOUT, text=True))
        return started[-1]

    yield start_one
    for process in started:
        process.terminate()
        process.communicate(timeout=30)
    left = [pid for pid in map(processes.read_pid, (tmp_path / "run").glob("*.pid")) if pid is not None]
    processes.end(left, ask_with=signal.SIGTERM)


def pid_of(tmp_path: Path, name: str, *, other_than: int | None = None) -> int:
    """The pid in the program's file, once it runs."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        pid = processes.read_pid(tmp_path / "run" / f"{name}.pid")
        if pid is not None and pid != other_than and processes.is_alive(pid):
            return pid
        time.sleep(0.05)
    raise AssertionError(f"{name} does not run")


def test_a_killed_program_is_started_again(tmp_path: Path, start: Starter) -> None:
    supervisor = start()
    first, second = pid_of(tmp_path, "first"), pid_of(tmp_path, "second")

    os.kill(first, signal.SIGKILL)

    again = pid_of(tmp_path, "first", other_than=first)
    assert again != first
    assert pid_of(tmp_path, "second") == second
    supervisor.send_signal(signal.SIGINT)
    assert "first │ ended with SIGKILL; starting it again in 0.2 s" in supervisor.communicate(timeout=20)[0]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all_in_reverse_order(tmp_path: Path, start: Starter, number: signal.Signals) -> None:
    supervisor = start()
    pids = [pid_of(tmp_path, "first"), pid_of(tmp_path, "second")]
    time.sleep(0.3)  # the shells need a moment to set their traps

    supervisor.send_signal(number)
    said = supervisor.communicate(timeout=20)[0]

    assert supervisor.returncode == 0
    assert not any(processes.is_alive(pid) for pid in pids)
    assert said.index("second │ stopping") < said.index("first │ stopping")
    assert said.count("│ hello") == said.count("│ bye") == 2
    assert not list((tmp_path / "run").glob("*.pid"))


def test_a_second_supervisor_of_one_folder_is_refused(tmp_path: Path, start: Starter) -> None:
    start()
    pid = pid_of(tmp_path, "second")

    refused = start()

    said = refused.communicate(timeout=20)[0]
    assert refused.returncode == 1
    assert said.startswith(f"already running on {tmp_path}")
    assert said.count("\n") == 1
    assert processes.is_alive(pid)


def test_what_a_killed_supervisor_left_is_ended_by_the_next(tmp_path: Path, start: Starter) -> None:
    killed = start()
    orphan = pid_of(tmp_path, "first")
    pid_of(tmp_path, "second")
    killed.kill()
    killed.wait()
    assert processes.is_alive(orphan)

    start()

    assert pid_of(tmp_path, "first", other_than=orphan) != orphan
    assert not processes.is_alive(orphan)


def test_a_stale_pid_file_never_ends_a_stranger(tmp_path: Path, start: Starter) -> None:
    stranger = subprocess.Popen(["sleep", "60"])
    run_dir = tmp_path / "run"
    run_dir.mkdir(mode=0o700)
    (run_dir / "first.pid").write_text(f"{stranger.pid}\n")

    start()

    try:
        pid_of(tmp_path, "first", other_than=stranger.pid)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_taken_port_is_named_with_its_variable() -> None:
    with socket.create_server((ports.HOST, 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(EmbeddedError, match=f"port {port} is taken: choose another with PORT="):
            ports.refuse_taken(port, variable="PORT")

    ports.refuse_taken(ports.free_port(), variable="PORT")
