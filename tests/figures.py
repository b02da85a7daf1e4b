"""The table of faults in docs/faults.md: tests write what they measured into it when FAULT_FIGURES is set."""

import fcntl
import os
import re
from pathlib import Path

TABLE = Path(__file__).resolve().parents[1] / "docs" / "faults.md"


def note(fault: str, measured: str) -> None:
    """Write the measured figure of one fault. Without FAULT_FIGURES=1 a test run changes no file of the repository."""
    if os.environ.get("FAULT_FIGURES") != "1":
        return
    with TABLE.open("r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # several test processes write
        before = file.read()
        after = with_figure(before, fault, measured)
        file.seek(0)
        file.write(after)
        file.truncate()


def with_figure(text: str, fault: str, measured: str) -> str:
    """Return the table with the third cell of the fault's row replaced; KeyError when it has no row."""
    row = re.compile(rf"^\| {re.escape(fault)} \|([^|]*\|[^|]*)\|[^|]*\|", re.MULTILINE)
    replaced, count = row.subn(lambda found: f"| {fault} |{found[1]}| {measured} |", text)
    if count != 1:
        raise KeyError(f"docs/faults.md has {count} rows for {fault}")
    return replaced
