"""The frame: two measurements in turn, A B A B …, and a row that says the ratio of their medians."""

import platform
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROUNDS = 5
RESULTS = Path(__file__).parent / "results.md"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the results. `holds` is None for a figure that has no bound."""

    what: str
    ours: str
    baseline: str
    ratio: str
    must: str
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Medians of a comparison and its ratio ours/baseline, computed pair by pair so that a drifting machine cancels out."""

    ours: float
    baseline: float
    ratio: float


def compare(ours: Callable[[], float], baseline: Callable[[], float], *, rounds: int = ROUNDS) -> Pair:
    """Measure both in turn after one warm-up each and return the medians."""
    ours(), baseline()
    pairs = [(ours(), baseline()) for _ in range(rounds)]
    return Pair(
        statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs), statistics.median(a / b for a, b in pairs)
    )


def median(measure: Callable[[], float], *, rounds: int = ROUNDS) -> float:
    measure()
    return statistics.median(measure() for _ in range(rounds))


def write(rows: list[Row], *, notes: list[str]) -> None:
    """Write `bench/results.md`."""
    marks = {True: "yes", False: "**no**", None: "—"}
    table = "\n".join(f"| {row.what} | {row.ours} | {row.baseline} | {row.ratio} | {row.must} | {marks[row.holds]} |" for row in rows)
    moment = datetime.now(tz=UTC)  # noqa: TID251 (the date of a report)
    text = f"""# Benchmark results

Made by `make bench` on {moment:%d %B %Y}: {platform.machine()}, {cpus()} cores, Python {platform.python_version()}; client, server and PostgreSQL share them.
Each comparison ran side by side in one run; figures are medians of {ROUNDS}, ratios are medians of pairs. Trust the ratios.

| What | Ours | Beside it | Ratio | Must | Holds |
|---|---|---|---|---|---|
{table}

{chr(10).join(f"- {note}" for note in notes)}
"""
    RESULTS.write_text(text, encoding="utf-8")


def cpus() -> int:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return sum(line.startswith("processor") for line in lines)
