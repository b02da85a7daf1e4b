"""The log of every request partners received, with the answer they gave."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from sandbox import clock, store
from sandbox.wire import Answer

KEPT = 20_000  # rows; older ones go, so that a benchmark does not fill the disk


@dataclass(frozen=True, slots=True)
class Entry:
    """One request and what came of it; `answer` is None when the caller got none."""

    partner: str
    system: str
    operation: str
    path: str
    idempotency_key: str | None
    body: Any
    answer: Answer | None
    fault: str | None


def record(entry: Entry) -> None:
    """Write one row."""
    with store.transaction() as book:
        row_id = book.execute(
            "INSERT INTO requests (at, partner, system, operation, path, idempotency_key, body, status, answer, fault)"
            " VALUES (?,?,?,?,?,?,?,?,?,?)",
            [clock.text(clock.now(book)), *_columns(entry)],
        ).lastrowid
        if row_id and row_id % 1000 == 0:
            book.execute("DELETE FROM requests WHERE id <= ?", [row_id - KEPT])


def listed(book: sqlite3.Connection, *, partner: str, operation: str, after: int) -> list[dict[str, Any]]:
    """Rows oldest first, from row id `after` on; empty filters match everything."""
    rows = book.execute(
        "SELECT * FROM requests WHERE id > ? AND (? IN ('', partner, system)) AND (? IN ('', operation)) ORDER BY id",
        [after, partner, operation],
    )
    return [_entry(row) for row in rows]


def _columns(entry: Entry) -> list[Any]:
    answer = entry.answer
    return [
        entry.partner,
        entry.system,
        entry.operation,
        entry.path,
        entry.idempotency_key,
        json.dumps(entry.body, ensure_ascii=False),
        answer.status if answer else None,
        json.dumps(answer.body, ensure_ascii=False) if answer else None,
        entry.fault,
    ]


def _entry(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "partner": row["partner"],
        "system": row["system"],
        "operation": row["operation"],
        "at": row["at"],
        "path": row["path"],
        "idempotency_key": row["idempotency_key"],
        "body": json.loads(row["body"]),
        "status": row["status"],
        "answer": json.loads(row["answer"]) if row["answer"] is not None else None,
        "fault": row["fault"],
    }
