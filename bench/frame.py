"""The frame: measurements in turn, A B A B …, medians, and ratios taken turn by turn."""

import platform
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

ROUNDS = 5
RESULTS = Path(__file__).parent / "results.md"
MARKS = {True: "yes", False: "**no**", None: "—"}
console = Console()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the results. `holds` is None for a figure that has no bound or could not be taken."""

    what: str
    ours: str
    baseline: str = ""
    ratio: str = ""
    must: str = ""
    holds: bool | None = None


@dataclass(frozen=True, slots=True)
class Turns:
    """What each side did in each round."""

    figures: Mapping[str, list[float]]

    def median(self, side: str) -> float:
        return statistics.median(self.figures[side])

    def ratio(self, side: str, other: str) -> float:
        """Median of `side`/`other` round by round, so that a drifting machine cancels out."""
        return statistics.median(a / b for a, b in zip(self.figures[side], self.figures[other], strict=True))


def take_turns(sides: Mapping[str, Callable[[], float]], *, rounds: int = ROUNDS) -> Turns:
    """Measure every side in each round, after one round to warm up that does not count."""
    figures: dict[str, list[float]] = {name: [] for name in sides}
    with console.status("warming up") as status:
        for number in range(rounds + 1):
            for name, measure in sides.items():
                status.update(f"{name}, round {number} of {rounds}")
                found = measure()
                if number:
                    figures[name].append(found)
    return Turns(figures)


def median(name: str, measure: Callable[[], float], *, rounds: int = ROUNDS) -> float:
    return take_turns({name: measure}, rounds=rounds).median(name)


def write(rows: list[Row], *, notes: str, seconds: float, load: float) -> None:
    """Write `bench/results.md`. `load` is the machine's load average before the run: what others were doing."""
    table = "\n".join(
        f"| {row.what} | {row.ours} | {row.baseline or '—'} | {row.ratio or '—'} | {row.must or '—'} | {MARKS[row.holds]} |"
        for row in rows
    )
    moment = datetime.now(tz=UTC)  # noqa: TID251 (the date of a report)
    machine = f"{platform.machine()}, {cpus()} cores, Python {platform.python_version()}"
    text = f"""# Benchmark results

Made by `make bench` on {moment:%d %B %Y} in {seconds:.0f} s: {machine}, load average {load:.1f} before the run.
Clients, servers and PostgreSQL (fsync on) share the cores. What is compared was measured in turn in one run; figures
are medians of {ROUNDS}, ratios are medians of the ratios of each round. Trust the ratios: the rest belongs to this machine.

| What | Ours | Beside it | Ratio | Must | Holds |
|---|---|---|---|---|---|
{table}

{notes}"""
    RESULTS.write_text(text, encoding="utf-8")


def cpus() -> int:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return sum(line.startswith("processor") for line in lines)


def wall_ms(work: Callable[[], object]) -> float:
    """Milliseconds that `work` took."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000
