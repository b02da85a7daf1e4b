"""The patient register: found by name and date of birth, entered once for each request id."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox import clock

SHOWN = "temp_number, mrn, first_name, last_name, date_of_birth, gender, phone"


@dataclass(frozen=True, slots=True)
class Person:
    """Who is to be registered; `date_of_birth` as YYYY-MM-DD."""

    first_name: str
    last_name: str
    date_of_birth: str
    gender: str
    phone: str


def search(book: sqlite3.Connection, *, first_name: str, last_name: str, date_of_birth: str) -> list[dict[str, Any]]:
    """Patients of this name and birthday, letter case aside, oldest first."""
    rows = book.execute(
        f"SELECT {SHOWN} FROM patients WHERE lower(first_name) = lower(?) AND lower(last_name) = lower(?)"  # noqa: S608
        " AND date_of_birth = ? ORDER BY id",
        [first_name, last_name, date_of_birth],
    )
    return [dict(row) for row in rows]


def registered(book: sqlite3.Connection, request_id: str) -> dict[str, Any] | None:
    """The numbers given to an earlier request of this id."""
    row = book.execute("SELECT temp_number, mrn FROM patients WHERE request_id = ?", [request_id]).fetchone()
    return dict(row) if row else None


def enter(book: sqlite3.Connection, *, person: Person, request_id: str | None, mrn: str | None, now: datetime) -> dict[str, Any]:
    """Enter a patient, also one who is there already: preventing that is the caller's business, as in the hospital."""
    row_id = book.execute(
        "INSERT INTO patients (request_id, mrn, first_name, last_name, date_of_birth, gender, phone, created_at)"
        " VALUES (?,?,?,?,?,?,?,?)",
        [
            request_id,
            mrn,
            person.first_name,
            person.last_name,
            person.date_of_birth,
            person.gender,
            person.phone,
            clock.text(now),
        ],
    ).lastrowid
    temp_number = f"T{10_000_000 + (row_id or 0)}"
    book.execute("UPDATE patients SET temp_number = ? WHERE id = ?", [temp_number, row_id])
    return {"temp_number": temp_number, "mrn": mrn}


def give_mrn(book: sqlite3.Connection, *, temp_number: str, mrn: str) -> bool:
    """Replace a temporary number's missing medical record number, as a first visit does; False if it is unknown."""
    return book.execute("UPDATE patients SET mrn = ? WHERE temp_number = ?", [mrn, temp_number]).rowcount == 1
