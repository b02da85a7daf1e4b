"""What a panel of the dashboard holds: plain values, ready for the template and the cache."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from aarokya.common.clock import ist_day
from aarokya.common.display import grouped, rupees

INDIA = "AT TIME ZONE 'Asia/Kolkata'"


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure; `tone` is good, warning, danger or empty."""

    label: str
    value: str
    note: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a column: its height in per cent of the chart."""

    name: str
    percent: float
    tone: str


@dataclass(frozen=True, slots=True)
class Column:
    """One day: the words shown on pointing at it, and its pieces from the bottom up."""

    label: str
    words: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns side by side; `summary` says the same to who cannot see them."""

    summary: str
    columns: tuple[Column, ...]
    legend: tuple[tuple[str, str], ...] = ()  # (tone, name)


@dataclass(frozen=True, slots=True)
class Table:
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Panel:
    title: str
    tiles: tuple[Tile, ...] = ()
    chart: Chart | None = None
    table: Table | None = None
    note: str = ""


def query(sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def last_days(count: int, *, now: datetime) -> list[date]:
    """The last `count` days in India, today included, oldest first."""
    today = ist_day(now)
    return [today - timedelta(days=back) for back in range(count - 1, -1, -1)]


def stacked(days: Sequence[date], series: Sequence[tuple[str, str, dict[date, int]]], *, money: bool = False) -> Chart:
    """Return one column per day out of (name, tone, day → value) series, scaled to the highest column."""
    top = max((sum(values.get(day, 0) for _, _, values in series) for day in days), default=0) or 1
    columns = tuple(column(day, series, top, money=money) for day in days)
    totals = ", ".join(f"{shown(sum(values.values()), money=money)} {name}" for name, _, values in series)
    summary = f"{days[0]:%d %b} to {days[-1]:%d %b}: {totals}; most in a day {shown(top, money=money)}"
    return Chart(summary, columns, tuple((tone, name) for name, tone, _ in series))


def column(day: date, series: Sequence[tuple[str, str, dict[date, int]]], top: int, *, money: bool) -> Column:
    words = ", ".join(f"{shown(values.get(day, 0), money=money)} {name}" for name, _, values in series)
    segments = tuple(Segment(name, round(values[day] * 100 / top, 2), tone) for name, tone, values in series if values.get(day))
    return Column(f"{day:%d %b}", f"{day:%d %b}: {words}", segments)


def shown(value: int, *, money: bool) -> str:
    return whole_rupees(value) if money else grouped(value)


def whole_rupees(paise: int) -> str:
    """Return `₹1,23,457`: a dashboard is read at a glance, so without paise."""
    return rupees(round(paise / 100) * 100).removesuffix(".00")
