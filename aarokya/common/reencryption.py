"""Bringing stored personal data under the newest key, a batch at a time, while everything goes on running."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import IntegrityError, InternalError, ProgrammingError, connection, models, transaction
from psycopg import sql

from aarokya.common import crypto
from aarokya.common.crypto import EncryptedTextField, Undecryptable

BATCH = 500
NEVER_CHANGES = (IntegrityError, InternalError, ProgrammingError)  # what a trigger or a missing right says: sealed rows


@dataclass(frozen=True, slots=True)
class Column:
    """One encrypted column."""

    table: str
    key: str  # the primary key's column
    name: str
    context: str

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"


@dataclass(frozen=True, slots=True)
class Step:
    """What one batch did: values looked at, written anew, and left because they did not open or may not be changed."""

    seen: int
    changed: int
    unreadable: int = 0
    sealed: int = 0


def columns() -> list[Column]:
    """Return every encrypted column of every app."""
    return [
        Column(model._meta.db_table, str(model._meta.pk.column), str(field.column), field.context())
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField) and isinstance(model._meta.pk, models.Field)
    ]


def waiting(column: Column) -> int:
    """Count the values under an older key: none, once the work is done, so that an interrupted run just starts again."""
    with connection.cursor() as cursor:
        cursor.execute(query("SELECT count(*) FROM {table} WHERE {old}", column), [pattern()])
        return int(cursor.fetchone()[0])


def reencrypt(column: Column, *, batch: int = BATCH) -> Iterator[Step]:
    """Write every value of a column under the newest key, yielding after each committed batch.

    A value that somebody changes meanwhile is left: it is under the newest key already.
    """
    after: Any = None
    while True:
        rows = next_rows(column, after=after, limit=batch)
        if not rows:
            return
        after = rows[-1][0]
        yield write(column, rows)


def next_rows(column: Column, *, after: Any, limit: int) -> list[tuple[Any, str]]:
    text = "SELECT {key}, {name} FROM {table} WHERE {old} AND (%s OR {key} > %s) ORDER BY {key} LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(query(text, column), [pattern(), after is None, after, limit])
        return list(cursor.fetchall())


def write(column: Column, rows: list[tuple[Any, str]]) -> Step:
    changed = unreadable = sealed = 0
    with transaction.atomic():
        for key, value in rows:
            try:
                fresh = crypto.encrypt(crypto.decrypt(value, context=column.context), context=column.context)
            except Undecryptable:
                unreadable += 1
                continue
            try:
                changed += swap(column, key=key, old=value, new=fresh)
            except NEVER_CHANGES:
                sealed += 1
    return Step(len(rows), changed, unreadable, sealed)


def swap(column: Column, *, key: Any, old: str, new: str) -> int:
    """Replace a value if it still is what it was; return 1 or 0."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(query("UPDATE {table} SET {name} = %s WHERE {key} = %s AND {name} = %s", column), [new, key, old])
        return int(cursor.rowcount)


def query(text: str, column: Column) -> sql.Composed:
    names = {"table": sql.Identifier(column.table), "key": sql.Identifier(column.key), "name": sql.Identifier(column.name)}
    return sql.SQL(text.replace("{old}", "{name} <> '' AND {name} NOT LIKE %s")).format(**names)


def pattern() -> str:
    """What the values of the newest key start with, for LIKE."""
    escaped = crypto.newest_key_id().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{escaped}.%"
