"""Things that happen later by the sandbox's clock: a refund settles, a late success arrives, a mandate is debited."""

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta

from sandbox import clock, store

Handler = Callable[[sqlite3.Connection, str, datetime], None]


def schedule(book: sqlite3.Connection, *, kind: str, subject: str, now: datetime, delay_s: float) -> None:
    """Have `kind` happen to `subject` after `delay_s`."""
    due_at = clock.text(now + timedelta(seconds=delay_s))
    book.execute("INSERT INTO timers (due_at, kind, subject) VALUES (?,?,?)", [due_at, kind, subject])


def run_due(handlers: dict[str, Handler]) -> int:
    """Run what has fallen due, each in its own transaction; the count."""
    reader = store.connection()
    due = reader.execute(
        "SELECT id FROM timers WHERE due_at <= ? ORDER BY due_at, id", [clock.text(clock.now(reader))]
    ).fetchall()
    for row in due:
        _run(row["id"], handlers)
    return len(due)


def _run(timer_id: int, handlers: dict[str, Handler]) -> None:
    with store.transaction() as book:
        timer = book.execute("DELETE FROM timers WHERE id = ? RETURNING *", [timer_id]).fetchone()
        if timer is not None:  # a reset may have taken it
            handlers[timer["kind"]](book, timer["subject"], clock.now(book))
