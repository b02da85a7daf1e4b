"""The claims desk: claims and documents taken once for each id, decided by the control API, told by signed notice."""

import json
import secrets
import sqlite3
from datetime import datetime
from typing import Any

from sandbox import clock
from sandbox.config import configuration
from sandbox.juspay import webhooks

DECISIONS = ("APPROVED", "PART_APPROVED", "REJECTED")
OUTCOMES = ("QUERIED", *DECISIONS, "SETTLED")
EVENT = "narayana.claim_status_changed"


def enter(book: sqlite3.Connection, *, request_id: str, body: dict[str, Any], now: datetime) -> tuple[dict[str, Any], bool]:
    """Take a claim, once for each request id; the row, and whether it is new."""
    found = book.execute("SELECT * FROM claims WHERE request_id = ?", [request_id]).fetchone()
    if found is not None:
        return shown(book, found), False
    claim_id = f"NHC{secrets.randbelow(10**9):09d}"
    book.execute(
        "INSERT INTO claims (claim_id, request_id, status, body, created_at) VALUES (?,?,?,?,?)",
        [claim_id, request_id, "RECEIVED", json.dumps(body), clock.text(now)],
    )
    return shown(book, row(book, claim_id)), True


def row(book: sqlite3.Connection, claim_id: str) -> Any:
    """The claim, or None."""
    return book.execute("SELECT * FROM claims WHERE claim_id = ?", [claim_id]).fetchone()


def shown(book: sqlite3.Connection, claim: Any) -> dict[str, Any]:
    """The claim as `GET /claims/{claim_id}` answers it."""
    queries = book.execute("SELECT query_id, text FROM claim_queries WHERE claim_id = ? ORDER BY rowid", [claim["claim_id"]])
    return {
        "claim_id": claim["claim_id"],
        "request_id": claim["request_id"],
        "status": claim["status"],
        "decision": claim["decision"],
        "approved_amount": claim["approved_amount"],
        "reason": claim["reason"],
        "settlement_reference": claim["settlement_reference"],
        "queries": [dict(query) for query in queries],
        "documents": count(book, "claim_documents", claim["claim_id"]),
        "answers": count(book, "claim_answers", claim["claim_id"]),
    }


def count(book: sqlite3.Connection, table: str, claim_id: str) -> int:
    """How many rows of a claim a table has."""
    found = book.execute(f"SELECT count(*) AS n FROM {table} WHERE claim_id = ?", [claim_id])  # noqa: S608  (our own names)
    return int(found.fetchone()["n"])


def attach(book: sqlite3.Connection, *, claim_id: str, document_id: str, sha256: str) -> None:
    """Take a document, once for each id."""
    book.execute(
        "INSERT OR IGNORE INTO claim_documents (document_id, claim_id, sha256) VALUES (?,?,?)", [document_id, claim_id, sha256]
    )


def answer(book: sqlite3.Connection, *, claim_id: str, answer_id: str, text: str) -> None:
    """Take an answer, once for each id."""
    book.execute("INSERT OR IGNORE INTO claim_answers (answer_id, claim_id, text) VALUES (?,?,?)", [answer_id, claim_id, text])


def decide(book: sqlite3.Connection, claim_id: str, *, outcome: str, amount: int, text: str) -> None:
    """Ask, decide or pay."""
    if outcome == "QUERIED":
        query_id = f"Q{secrets.token_hex(6)}"
        book.execute("INSERT INTO claim_queries (query_id, claim_id, text) VALUES (?,?,?)", [query_id, claim_id, text])
        book.execute("UPDATE claims SET status = 'QUERIED' WHERE claim_id = ?", [claim_id])
    elif outcome == "SETTLED":
        reference = f"UTR{secrets.randbelow(10**12):012d}"
        fields = [reference, claim_id]
        book.execute("UPDATE claims SET status = 'SETTLED', settlement_reference = ? WHERE claim_id = ?", fields)
    else:
        book.execute(
            "UPDATE claims SET status = ?, decision = ?, approved_amount = ?, reason = ? WHERE claim_id = ?",
            [outcome, outcome, amount, text, claim_id],
        )


def announce(book: sqlite3.Connection, claim_id: str, *, copies: int, now: datetime) -> None:
    """Queue a notice: it says which claim, not what."""
    body = {"id": f"nh_{secrets.token_hex(12)}", "event_name": EVENT, "claim_id": claim_id}
    body["event_id"] = body["id"]
    for _copy in range(copies):
        webhooks.enqueue(book, body=body, subject=claim_id, url=configuration().narayana_webhook_url, due_at=now)
