"""Reading orders and their transactions."""

import sqlite3


def found(book: sqlite3.Connection, order_id: str) -> sqlite3.Row | None:
    """The order, in whatever letter case its id is given."""
    row: sqlite3.Row | None = book.execute("SELECT * FROM orders WHERE order_key = ?", [order_id.upper()]).fetchone()
    return row


def known(book: sqlite3.Connection, order_key: str) -> sqlite3.Row:
    """The order, which exists."""
    row = found(book, order_key)
    if row is None:
        raise LookupError(f"order {order_key} is not in the books")
    return row


def transactions(book: sqlite3.Connection, order_key: str) -> list[sqlite3.Row]:
    """Attempts to pay, oldest first."""
    return book.execute("SELECT * FROM txns WHERE order_key = ? ORDER BY attempt", [order_key]).fetchall()
