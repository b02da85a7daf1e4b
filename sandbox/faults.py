"""Faults armed through the control API: which request they hit and how long they hold it."""

import sqlite3
import threading
from dataclasses import dataclass
from typing import Any

from sandbox import partners, store

# What happens to a request that the fault matches.
REQUEST_MODES = {
    "slow": "answers properly after delay_s (3)",
    "timeout": "nothing happens and nothing is answered for delay_s (30)",
    "timeout_after": "takes effect, but the answer is lost for delay_s (30)",
    "http_500": "nothing happens; a proxy's HTML error page is the answer",
    "http_429": "nothing happens; too many requests, says a gateway in front",
    "malformed": "takes effect, but the answer's JSON is cut in half",
    "drop": "nothing happens; the connection is closed at once",
    "drop_after": "takes effect, then the connection is closed without the answer",
}
# What happens to the money of an order that the fault matches; `operation` plays no part in these.
ORDER_MODES = {
    "stale_status": "order status shows the state before the last one",
    "late_success": "the payment fails, and succeeds after all delay_s (2) later",
    "double_charge": "the customer is charged twice",
    "wrong_amount": "one rupee too much is charged",
}
DEFAULT_DELAY_S = {"slow": 3.0, "timeout": 30.0, "timeout_after": 30.0, "late_success": 2.0}

_released = threading.Condition()


@dataclass(frozen=True, slots=True)
class Fault:
    """One armed fault that has just been used up by one."""

    mode: str
    delay_s: float


def arm(book: sqlite3.Connection, *, wish: dict[str, Any]) -> dict[str, Any]:
    """Store a validated wish; the answer is what `listed` shows for it."""
    row = book.execute(
        "INSERT INTO faults (partner, operation, mode, remaining, delay_s, contains) VALUES (?,?,?,?,?,?) RETURNING *",
        [wish[name] for name in ("partner", "operation", "mode", "times", "delay_s", "contains")],
    ).fetchone()
    return dict(row)


def listed(book: sqlite3.Connection) -> list[dict[str, Any]]:
    """Armed faults, oldest first."""
    return [dict(row) for row in book.execute("SELECT * FROM faults ORDER BY id")]


def disarm(book: sqlite3.Connection) -> int:
    """Forget every fault; the count."""
    return book.execute("DELETE FROM faults").rowcount


def release() -> None:
    """Let every request that a fault holds go on at once."""
    with _released:
        _released.notify_all()


def hold(seconds: float) -> None:
    """Keep this request waiting for real seconds, or until `release`."""
    with _released:
        _released.wait(timeout=seconds)


def on_request(*, system: partners.System, operation: str, text: str) -> Fault | None:
    """The fault that hits this request, used up by one. `text` is its path, query and body."""
    if store.connection().execute("SELECT 1 FROM faults LIMIT 1").fetchone() is None:
        return None
    with store.transaction() as book:
        return _take(book, modes=REQUEST_MODES, system=system, operation=operation, text=text)


def on_order(book: sqlite3.Connection, *, mode: str, order_id: str) -> Fault | None:
    """The fault of this mode that hits this order, used up by one."""
    juspay = next(system for system in partners.SYSTEMS if system.name == "juspay")
    return _take(book, modes={mode: ""}, system=juspay, operation=None, text=order_id)


def _take(
    book: sqlite3.Connection, *, modes: dict[str, str], system: partners.System, operation: str | None, text: str
) -> Fault | None:
    found = book.execute(
        f"""
        SELECT * FROM faults WHERE mode IN ({",".join("?" * len(modes))}) AND partner IN (?, ?)
           AND (operation IS NULL OR ? IS NULL OR operation = ?)
           AND (contains IS NULL OR instr(?, contains) > 0) AND (remaining IS NULL OR remaining > 0)
        ORDER BY id LIMIT 1
        """,  # noqa: S608  (only question marks are put in)
        [*modes, system.name, system.partner, operation, operation, text],
    ).fetchone()
    if found is None:
        return None
    book.execute("UPDATE faults SET remaining = remaining - 1 WHERE id = ?", [found["id"]])
    delay_s = found["delay_s"] if found["delay_s"] is not None else DEFAULT_DELAY_S.get(found["mode"], 0.0)
    return Fault(found["mode"], delay_s)
