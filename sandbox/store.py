"""The simulators' books: one SQLite file that survives a restart, one connection for each thread."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.config import configuration

SCHEMA_FILE = Path(__file__).with_name("schema.sql")
_threads = threading.local()


def prepare() -> None:
    """Create the state folder and whatever tables it lacks."""
    configuration().state_dir.mkdir(parents=True, exist_ok=True)
    connection().executescript(SCHEMA_FILE.read_text())


def connection() -> sqlite3.Connection:
    """This thread's connection, in autocommit: transactions are opened by `transaction` alone."""
    existing: sqlite3.Connection | None = getattr(_threads, "connection", None)
    if existing is None:
        existing = _threads.connection = _connected()
    return existing


@contextmanager
def transaction() -> Iterator[sqlite3.Connection]:
    """One write transaction. It takes SQLite's write lock at once, so what it reads cannot go stale before it writes."""
    book = connection()
    book.execute("BEGIN IMMEDIATE")
    try:
        yield book
    except BaseException:
        book.execute("ROLLBACK")
        raise
    book.execute("COMMIT")


def clear() -> None:
    """Forget everything, the moved clock included."""
    with transaction() as book:
        # Row numbers go on: a delivery that is under way must not find a new row of the same number.
        names = [
            row["name"]
            for row in book.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'sqlite_sequence'")
        ]
        for name in names:
            book.execute(f"DELETE FROM {name}")  # noqa: S608  (names come from the schema itself)


def _connected() -> sqlite3.Connection:
    opened = sqlite3.connect(
        configuration().state_dir / "books.sqlite3", timeout=20, isolation_level=None, check_same_thread=False
    )
    opened.row_factory = sqlite3.Row
    opened.execute("PRAGMA journal_mode = WAL")
    opened.execute("PRAGMA synchronous = NORMAL")  # a killed process loses nothing; only a power cut may
    return opened
