"""Sending what `webhooks` has queued: several at a time, again and again until a 200 or the schedule's end."""

import json
import sqlite3
import threading
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

import httpx2

from sandbox import clock, store
from sandbox.aathma import signature as aathma
from sandbox.config import configuration
from sandbox.narayana import signature as narayana
from sandbox.razorpay import signature as razorpay
from sandbox.stripe import signature as stripe

# Seconds after the first attempt. A longer outage loses the event, so that pollers must not depend on it.
ATTEMPTS_AT_S = (0, 2, 6, 14, 30)
CLAIMED_AT_ONCE = 64
# Events that carry a signature instead of relying on HTTP Basic.
SIGNED = {
    "aathma.": aathma.headers,
    "narayana.": narayana.headers,
    "razorpay.": razorpay.headers,
    "stripe.": stripe.headers,
}


@dataclass(frozen=True, slots=True)
class Result:
    """One attempt: what came back (an HTTP status, or the name of what went wrong) and how long it took."""

    answer: str
    took_ms: float


class UnderWay:
    """Ids of deliveries that are being sent just now."""

    def __init__(self) -> None:
        self._ids: set[int] = set()
        self._changed = threading.Condition()

    def ids(self) -> set[int]:
        """A copy."""
        with self._changed:
            return set(self._ids)

    def add(self, delivery_id: int) -> None:
        """It starts."""
        with self._changed:
            self._ids.add(delivery_id)

    def remove(self, delivery_id: int) -> None:
        """It has ended."""
        with self._changed:
            self._ids.discard(delivery_id)
            self._changed.notify_all()

    def wait_until_none(self, *, timeout_s: float) -> None:
        """Return when all have ended, or after `timeout_s`."""
        with self._changed:
            self._changed.wait_for(lambda: not self._ids, timeout_s)


UNDER_WAY = UnderWay()


def client() -> httpx2.Client:
    """The sender's connection pool, with the credentials agreed with the merchant."""
    settings = configuration()
    return httpx2.Client(
        auth=(settings.juspay_webhook_username, settings.juspay_webhook_password),
        timeout=10,
        trust_env=False,  # the merchant is on this machine or in this network, never behind a proxy
        limits=httpx2.Limits(max_connections=256, max_keepalive_connections=64),
        headers={"Content-Type": "application/json", "User-Agent": "Juspay-Sandbox"},
    )


def due(book: sqlite3.Connection, *, except_ids: set[int]) -> list[int]:
    """Ids of deliveries that have fallen due and are not under way, oldest first."""
    rows = book.execute(
        "SELECT id FROM deliveries WHERE state = 'PENDING' AND due_at <= ? ORDER BY due_at, id LIMIT ?",
        [clock.text(clock.now(book)), CLAIMED_AT_ONCE + len(except_ids)],
    )
    return [row["id"] for row in rows if row["id"] not in except_ids]


def send(sender: httpx2.Client, delivery_id: int) -> None:
    """Send a delivery that has been added to `UNDER_WAY`, unless a reset has forgotten it since."""
    try:
        row = store.connection().execute("SELECT * FROM deliveries WHERE id = ?", [delivery_id]).fetchone()
        if row is not None:
            deliver(sender, row)
    finally:
        UNDER_WAY.remove(delivery_id)


def deliver(sender: httpx2.Client, delivery: sqlite3.Row) -> Result:
    """Send one delivery once, and write down what came of it."""
    started = monotonic()
    try:
        body = delivery["body"].encode()
        signed = next((sign(body) for prefix, sign in SIGNED.items() if delivery["event_name"].startswith(prefix)), {})
        answer = str(sender.post(delivery["url"], content=body, headers=signed).status_code)
    except httpx2.HTTPError as error:
        answer = type(error).__name__
    result = Result(answer, (monotonic() - started) * 1000)
    _note(delivery, answer=answer)
    return result


def history(book: sqlite3.Connection, *, subject: str) -> list[dict[str, object]]:
    """Deliveries of one order or mandate (or of all, with an empty subject), oldest first."""
    rows = book.execute("SELECT * FROM deliveries WHERE ? IN ('', subject) ORDER BY id", [subject])
    return [dict(row) | {"body": json.loads(row["body"])} for row in rows]


def _note(delivery: sqlite3.Row, *, answer: str) -> None:
    attempts = delivery["attempts"] + 1
    due_at = delivery["due_at"]
    state = "DELIVERED" if answer == "200" else "PENDING"
    if state == "PENDING" and attempts >= len(ATTEMPTS_AT_S):
        state = "GIVEN_UP"
    elif state == "PENDING":
        due_at = clock.text(clock.moment(delivery["first_at"]) + timedelta(seconds=ATTEMPTS_AT_S[attempts]))
    with store.transaction() as book:
        book.execute(
            "UPDATE deliveries SET attempts = ?, state = ?, due_at = ?, last_answer = ? WHERE id = ?",
            [attempts, state, due_at, answer, delivery["id"]],
        )
