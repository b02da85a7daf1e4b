"""The sandbox's own clock: real time plus an offset that the control API moves."""

import sqlite3
from datetime import UTC, datetime, timedelta

_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


def now(book: sqlite3.Connection) -> datetime:
    """The simulated present, UTC."""
    return datetime.now(UTC) + timedelta(seconds=offset_s(book))  # noqa: TID251  (this is the sandbox's edge)


def offset_s(book: sqlite3.Connection) -> float:
    """Seconds the simulated present runs ahead of the real one."""
    row = book.execute("SELECT value FROM meta WHERE name = 'clock_offset_s'").fetchone()
    return float(row["value"]) if row else 0.0


def advance(book: sqlite3.Connection, *, seconds: float) -> None:
    """Move the simulated present by `seconds`, on top of earlier moves; everything that falls due happens."""
    book.execute("INSERT OR REPLACE INTO meta VALUES ('clock_offset_s', ?)", [str(offset_s(book) + seconds)])


def text(moment: datetime) -> str:
    """RFC 3339 with microseconds: how the books keep time."""
    return moment.astimezone(UTC).strftime(_FORMAT)


def moment(stored: str) -> datetime:
    """The inverse of `text`."""
    return datetime.strptime(stored, _FORMAT).replace(tzinfo=UTC)


def seconds_text(stored: str) -> str:
    """A kept time as Juspay prints it, without a fraction."""
    return moment(stored).strftime("%Y-%m-%dT%H:%M:%SZ")
