"""Consultations in the books: made once for each id, changed by the doctor's side, announced by signed webhooks."""

import json
import secrets
import sqlite3
from datetime import datetime, timedelta
from typing import Any

from sandbox import clock
from sandbox.config import configuration
from sandbox.juspay import webhooks

# Made up; the registration numbers have the shape of a state council's.
DOCTORS = (
    ("Dr. Kavya Shetty", "KMC-84211"),
    ("Dr. Arjun Menon", "TNMC-112045"),
    ("Dr. Farah Qureshi", "MMC-2015/07/3311"),
    ("Dr. Ritu Bansal", "DMC-60918"),
)
OUTCOMES = ("REQUESTED", "ASSIGNED", "REASSIGNED", "CANCELLED", "DOCTOR_NO_SHOW", "PATIENT_NO_SHOW", "COMPLETED")
SLOT_AFTER = timedelta(minutes=15)
ASSIGN_LATER = "aathma_assign_later"  # in `meta`: consultations wait for the control API


def create(book: sqlite3.Connection, *, consultation_id: str, body: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Make a consultation, with a doctor at once unless told to wait; the same id gets the one that is there."""
    if row := find(book, consultation_id):
        return shown(row)
    book.execute(
        "INSERT INTO consultations (id, reference, body, status, version, created_at) VALUES (?,?,?,'REQUESTED',1,?)",
        [consultation_id, f"ATH-{secrets.token_hex(5).upper()}", json.dumps(body, ensure_ascii=False), clock.text(now)],
    )
    waits = book.execute("SELECT 1 FROM meta WHERE name = ?", [ASSIGN_LATER]).fetchone()
    if not waits:
        change(book, consultation_id=consultation_id, outcome="ASSIGNED", now=now, options={"suppress": True})
    return shown(found(book, consultation_id))


def find(book: sqlite3.Connection, consultation_id: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = book.execute("SELECT * FROM consultations WHERE id = ?", [consultation_id]).fetchone()
    return row


def found(book: sqlite3.Connection, consultation_id: str) -> sqlite3.Row:
    row = find(book, consultation_id)
    if row is None:
        raise LookupError(consultation_id)
    return row


def change(
    book: sqlite3.Connection, *, consultation_id: str, outcome: str, now: datetime, options: dict[str, Any], reason: str = ""
) -> None:
    """Let the doctor's side act, and tell the merchant as often and as late as the options say."""
    row = found(book, consultation_id)
    doctor = row["doctor"]
    if outcome in {"ASSIGNED", "REASSIGNED"}:
        doctor = 0 if doctor is None else (doctor + (outcome == "REASSIGNED")) % len(DOCTORS)
    status = "ASSIGNED" if outcome == "REASSIGNED" else outcome
    slot_at = clock.text(now + SLOT_AFTER) if status == "ASSIGNED" else row["slot_at"]
    book.execute(
        "UPDATE consultations SET status = ?, version = version + 1, doctor = ?, slot_at = ?, reason = ? WHERE id = ?",
        [status, doctor, slot_at, reason, consultation_id],
    )
    announce(book, row=found(book, consultation_id), options=options, now=now)


def announce(book: sqlite3.Connection, *, row: sqlite3.Row, options: dict[str, Any], now: datetime) -> None:
    """Queue the event. Its body is a hint with the state at that time, which may be old when it arrives."""
    if options.get("suppress"):
        return
    body = {"id": f"ath_{secrets.token_hex(10)}", "event_name": "aathma.consultation", "consultation_id": row["id"]}
    for _copy in range(int(options.get("copies", 1))):
        webhooks.enqueue(
            book,
            body=body | {"status": row["status"], "version": row["version"]},
            subject=row["id"],
            url=configuration().aathma_webhook_url,
            due_at=now + timedelta(seconds=float(options.get("delay_s", 0))),
        )


def shown(row: sqlite3.Row) -> dict[str, Any]:
    """The consultation as Aathma answers it."""
    doctor = DOCTORS[row["doctor"]] if row["doctor"] is not None else None
    return {
        "id": row["id"],
        "reference": row["reference"],
        "version": row["version"],
        "status": row["status"],
        "doctor": {"name": doctor[0], "registration_number": doctor[1]} if doctor else None,
        "slot_at": row["slot_at"],
        "link": f"https://call.aathma.example/{row['reference']}" if doctor else None,
        "reason": row["reason"],
    }
