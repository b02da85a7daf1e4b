"""`manage.py up` as a person runs it: everything comes up, survives the loss of any process, and goes away on Ctrl-C."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aarokya.embedded import folders, ports, processes

PROJECT = Path(__file__).resolve().parents[1]
PROGRAMS = ("sandbox", "valkey", "postgres", "web", "worker", "relay", "beat")
PATIENCE_S = 60
UNSET = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SANDBOX_STATE_DIR")


class Running:
    """One `up` on a LOCAL_DIR and two ports of its own."""

    def __init__(self, local_dir: Path) -> None:
        self.local_dir = local_dir
        self.port, self.sandbox_port = ports.free_port(), ports.free_port()
        self.log = local_dir.with_suffix(".log")
        own = {"LOCAL_DIR": str(local_dir), "PORT": str(self.port), "SANDBOX_PORT": str(self.sandbox_port)}
        environment = {name: value for name, value in os.environ.items() if name not in UNSET} | own
        with self.log.open("wb") as output:
            command = [sys.executable, "manage.py", "up"]
            self.process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=output, stderr=subprocess.STDOUT)

    def wait_until(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            is_in_time = self.process.poll() is None and time.monotonic() < deadline
            assert is_in_time, self.log.read_text(errors="replace")[-3000:]
            time.sleep(0.1)

    def is_ready(self) -> bool:
        return ports.answers(self.port, "/health/ready") and ports.answers(self.sandbox_port, "/health")

    def said_ready(self) -> bool:
        return "Aarokya is ready" in self.log.read_text(errors="replace")

    def pid(self, name: str) -> int | None:
        return processes.read_pid(self.local_dir / "run" / f"{name}.pid")

    def is_replaced(self, name: str, old: int) -> bool:
        return self.pid(name) not in {None, old} and self.is_ready()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=PATIENCE_S)


@pytest.fixture
def running() -> Iterator[Running]:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o711)
        up = Running(Path(folder) / "local")
        yield up
        if up.process.poll() is None:
            up.stop()
        folders.remove(up.local_dir)


@pytest.mark.timeout(240)
def test_everything_comes_up_survives_and_goes_away(running: Running) -> None:
    running.wait_until(running.said_ready)
    assert running.is_ready()

    for name in PROGRAMS:
        old = running.pid(name)
        assert old is not None
        os.kill(old, signal.SIGKILL)
        running.wait_until(lambda name=name, old=old: running.is_replaced(name, old))  # type: ignore[misc]

    pids = [running.pid(name) for name in PROGRAMS]
    assert running.stop() == 0
    assert not any(processes.is_alive(pid) for pid in pids if pid is not None)


@pytest.mark.timeout(240)
def test_a_second_up_on_the_same_port_says_so_in_one_line(running: Running) -> None:
    running.wait_until(running.said_ready)

    other = {"LOCAL_DIR": f"{running.local_dir}-other", "PORT": str(running.port), "SANDBOX_PORT": str(ports.free_port())}
    command = [sys.executable, "manage.py", "up"]
    second = subprocess.run(
        command, cwd=PROJECT, env={**os.environ, **other}, capture_output=True, text=True, check=False, timeout=PATIENCE_S
    )

    assert second.returncode == 1
    assert f"port {running.port} is taken: choose another with PORT=" in second.stderr
    assert second.stderr.count("\n") == 1
    folders.remove(Path(other["LOCAL_DIR"]))
