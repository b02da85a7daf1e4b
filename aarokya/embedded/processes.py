"""Looking at processes that this one did not start: a pid alone may belong to anybody by now."""

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from aarokya.embedded import programs

MARK = "AAROKYA_SUPERVISED"  # in the environment of every supervised process: the LOCAL_DIR it belongs to


def environment(local_dir: Path) -> dict[str, str]:
    return {MARK: str(local_dir.resolve())}


def read_pid(file: Path) -> int | None:
    try:
        return int(file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def is_alive(pid: int) -> bool:
    """Whether the process runs; a zombie has ended."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def belongs_to(pid: int, local_dir: Path) -> bool:
    """Whether the process was started by a supervisor of this LOCAL_DIR."""
    try:
        variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return f"{MARK}={local_dir.resolve()}".encode() in variables


def end(pids: Sequence[int], *, ask_with: signal.Signals, grace_s: float = 10) -> None:
    """Ask all of them, wait for all of them, then insist."""
    for pid in pids:
        _send(pid, ask_with)
    deadline = time.monotonic() + grace_s
    while any(is_alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in pids:
        _send(pid, signal.SIGKILL)
        programs.kill_group(pid)


def end_recorded(run_dir: Path, local_dir: Path) -> None:
    """End what the pid files in `run_dir` still rightly name, and forget them."""
    files = {file: read_pid(file) for file in run_dir.glob("*.pid")}
    ours = [pid for pid in files.values() if pid is not None and belongs_to(pid, local_dir)]
    end(ours, ask_with=signal.SIGINT, grace_s=20)  # "fast" to PostgreSQL, "stop" to the others
    for file in files:
        file.unlink(missing_ok=True)


def _send(pid: int, number: signal.Signals) -> None:
    if is_alive(pid):
        os.kill(pid, number)
