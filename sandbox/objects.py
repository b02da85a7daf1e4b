"""The books of Razorpay and Stripe: each object as it shows itself, and the answers that idempotency keys stand for."""

import hashlib
import json
import secrets
import sqlite3
import string
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox import clock
from sandbox.wire import Answer

LETTERS = string.ascii_letters + string.digits
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The objects of one kind of one provider."""

    provider: str
    kind: str

    def add(self, book: sqlite3.Connection, body: Body, *, parent: str = "", ours: str = "") -> Body:
        """Keep a new object; `ours` is the merchant's id of it."""
        row = [body["id"], self.provider, self.kind, parent, ours, json.dumps(body)]
        book.execute("INSERT INTO objects (id, provider, kind, parent, ours, body) VALUES (?,?,?,?,?,?)", row)
        return body

    def get(self, book: sqlite3.Connection, id: str) -> Body | None:  # noqa: A002
        """The object of this id."""
        return self._first(book, "id = ?", id)

    def by_ours(self, book: sqlite3.Connection, ours: str) -> Body | None:
        """The object that the merchant calls so."""
        return self._first(book, "ours = ?", ours)

    def of(self, book: sqlite3.Connection, parent: str) -> list[Body]:
        """The objects that belong to another one, oldest first."""
        return self._all(book, "parent = ?", parent)

    def all(self, book: sqlite3.Connection) -> list[Body]:
        """Every object, oldest first."""
        return self._all(book, "? = ''", "")

    def change(self, book: sqlite3.Connection, id: str, **fields: Any) -> Body:  # noqa: A002
        """Write fields of an object that exists."""
        body = (self.get(book, id) or {}) | fields
        book.execute("UPDATE objects SET body = ? WHERE id = ?", [json.dumps(body), id])
        return body

    def _first(self, book: sqlite3.Connection, condition: str, value: str) -> Body | None:
        return next(iter(self._all(book, condition, value)), None)

    def _all(self, book: sqlite3.Connection, condition: str, value: str) -> list[Body]:
        query = f"SELECT body FROM objects WHERE provider = ? AND kind = ? AND {condition} ORDER BY number"  # noqa: S608
        return [json.loads(row["body"]) for row in book.execute(query, [self.provider, self.kind, value])]


def new_id(prefix: str, length: int) -> str:
    """An id as the provider makes them: nobody can guess it."""
    return prefix + "".join(secrets.choice(LETTERS) for _ in range(length))


def remembered(book: sqlite3.Connection, *, provider: str, key: str, request: Any) -> Answer | None:
    """The answer that the key stands for; LookupError when it was another request's."""
    row = book.execute("SELECT * FROM idempotent_answers WHERE provider = ? AND key = ?", [provider, key]).fetchone()
    if row is None:
        return None
    if row["fingerprint"] != fingerprint(request):
        raise LookupError(key)
    return Answer(json.loads(row["body"]), row["status"])


def remember(book: sqlite3.Connection, answer: Answer, *, provider: str, key: str, request: Any) -> Answer:
    """Let the key stand for the answer."""
    row = [provider, key, fingerprint(request), answer.status, json.dumps(answer.body)]
    book.execute("INSERT INTO idempotent_answers VALUES (?,?,?,?,?)", row)
    return answer


def fingerprint(request: Any) -> str:
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()


def announce(
    book: sqlite3.Connection, *, provider: str, event: str, subject: str, body: Body, options: Body, url: str, now: datetime
) -> None:
    """Queue an event: `options` are `copies` (1), `suppress` (false) and `url` (the configured one)."""
    if options.get("suppress"):
        return
    due = clock.text(now)
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    row = [secrets.token_hex(8), f"{provider}.{event}", subject, options.get("url") or url, text, due, due]
    for _copy in range(int(options.get("copies", 1))):
        book.execute(
            "INSERT INTO deliveries (event_id, event_name, subject, url, body, first_at, due_at) VALUES (?,?,?,?,?,?,?)", row
        )


def options_of(book: sqlite3.Connection, id: str) -> Body:  # noqa: A002
    """How the events about an object are sent."""
    row = book.execute("SELECT webhooks FROM objects WHERE id = ?", [id]).fetchone()
    found: Body = json.loads(row["webhooks"]) if row else {}
    return found


def set_options(book: sqlite3.Connection, id: str, options: Body) -> None:  # noqa: A002
    """Change how the events about an object are sent."""
    book.execute("UPDATE objects SET webhooks = ? WHERE id = ?", [json.dumps(options), id])
