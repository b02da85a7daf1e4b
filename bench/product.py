"""The whole product by `make run`: how soon it is ready, and how much memory its web takes after a storm of webhooks."""

import contextlib
import os
import signal
import subprocess
import tempfile
import time
import venv
from collections.abc import Iterator
from pathlib import Path

from aarokya.embedded import folders, locations, ports, postgres
from bench import frame, webhooks
from bench.frame import Row
from bench.processors import MB, children, resident_bytes
from tests.stack.product import NOT_INHERITED, READY_TIMEOUT_S, ROOT, RunningProduct

RUNTIME = ROOT / ".local" / "bench-runtime"
STARTS = 3
START_S_MAX, RESIDENT_MB_MAX = 10.0, 180.0


def rows() -> list[Row]:
    folder = Path(tempfile.mkdtemp(prefix="aarokya-bench-"))
    try:
        install()
        keep_commit_times(folder)
        seconds = frame.median("start", lambda: seconds_to_ready(folder), rounds=STARTS)
        with running(folder) as started:
            return [start_row(seconds), *webhooks.rows(started), memory_row(started)]
    finally:
        folders.remove(folder)


def install() -> None:
    """Make the environment of somebody who only runs it: what tests need changes what the libraries load."""
    if (RUNTIME / "bin" / "python").exists():
        return
    venv.create(RUNTIME, with_pip=True)
    command = [RUNTIME / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    subprocess.run([*command, "-r", ROOT / "requirements.txt"], check=True)


def keep_commit_times(folder: Path) -> None:
    """Have PostgreSQL write down when each transaction was committed; takes effect with the next start."""
    with running(folder), postgres.superuser(locations.socket_directory(folder)) as connection:
        connection.execute("ALTER SYSTEM SET track_commit_timestamp = on")


@contextlib.contextmanager
def running(folder: Path) -> Iterator[RunningProduct]:
    """`make run` in a folder and on ports of its own, stopped as Ctrl-C would."""
    environment = {name: value for name, value in os.environ.items() if name not in {*NOT_INHERITED, "LOG_LEVEL"}}
    port, sandbox_port = ports.free_port(), ports.free_port()
    environment |= {"LOCAL_DIR": str(folder), "PORT": str(port), "SANDBOX_PORT": str(sandbox_port)}
    log = folder / "up.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["make", "run", f"BIN={RUNTIME / 'bin'}"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        await_ready(process, log)
        yield RunningProduct(folder, port, sandbox_port, process, environment)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=60)


def await_ready(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_S
    while b"Aarokya is ready" not in log.read_bytes():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(log.read_text(errors="replace")[-4000:])
        time.sleep(0.02)


def seconds_to_ready(folder: Path) -> float:
    started = time.monotonic()
    with running(folder):
        return time.monotonic() - started


def start_row(seconds: float) -> Row:
    must = f"≤ {START_S_MAX:.0f} s"
    return Row(
        "`make run` until ready, warm environment",
        f"{seconds:.1f} s (median of {STARTS})",
        must=must,
        holds=seconds <= START_S_MAX,
    )


def memory_row(started: RunningProduct) -> Row:
    """The processes that answer requests, after all the webhooks; granian's own parent only watches them."""
    resident = max(resident_bytes(pid) for pid in children(started.pid("web"))) / MB
    must = f"≤ {RESIDENT_MB_MAX:.0f} MB"
    return Row("web process RSS, after all this", f"{resident:.0f} MB", must=must, holds=resident <= RESIDENT_MB_MAX)
