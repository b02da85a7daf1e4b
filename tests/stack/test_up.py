"""`manage.py up` as a person meets it: it goes away on Ctrl-C, leaves nothing, and says in one line when a port is taken."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aarokya.demo.api import wait_until
from aarokya.embedded import ports, processes
from tests.stack import product
from tests.stack.product import ROOT, RunningProduct

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("stack")]
PROGRAMS = ("sandbox", "valkey", "postgres", "web", "worker", "relay", "beat")


def test_ctrl_c_stops_everything() -> None:
    with product.temporary_folder() as folder:
        running = product.start(folder / "local")
        pids = [running.pid(name) for name in PROGRAMS]

        assert running.stop() == 0
        assert not any(processes.is_alive(pid) for pid in pids)
        assert list((running.folder / "run").glob("*.pid")) == []


def test_the_sandbox_comes_back_too(healthy: RunningProduct) -> None:
    dead = healthy.kill("sandbox")

    wait_until(lambda: healthy.pid("sandbox") != dead and ports.answers(healthy.sandbox_port, "/health"), bool, "a new sandbox")
    assert healthy.control("GET", "clock")


def test_a_taken_port_is_named_in_one_line(healthy: RunningProduct, tmp_path: Path) -> None:
    other = {"LOCAL_DIR": str(tmp_path / "local"), "PORT": str(healthy.port), "SANDBOX_PORT": str(ports.free_port())}
    command = [sys.executable, "manage.py", "up"]
    second = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **other}, capture_output=True, text=True, check=False, timeout=60
    )

    assert second.returncode == 1
    assert f"port {healthy.port} is taken: choose another with PORT=" in second.stderr
    assert second.stderr.count("\n") == 1
