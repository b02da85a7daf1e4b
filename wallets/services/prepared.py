"""Prepared statements by libpq's own call, on the connection that Django holds.

One blocking call in C instead of psycopg's cursor: its objects and its generator cost more of the client's time than all the
rest of a movement. Transactions are Django's: this opens one where psycopg would, and never ends one.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import psycopg
from psycopg import pq

Value = UUID | str | int | datetime | None
Connection = psycopg.Connection[Any]
UNKNOWN_NAME = b"26000"  # somebody had the server forget our statement: DISCARD ALL, say
names: WeakKeyDictionary[Connection, dict[bytes, bytes]] = WeakKeyDictionary()


def fetch_value(connection: Connection, statement: bytes, values: Sequence[Value]) -> bytes | None:
    """Run `statement`, with $1, $2 … for `values`, and return its only value as PostgreSQL writes it. psycopg.Error as usual."""
    if not connection.autocommit and connection.pgconn.transaction_status == pq.TransactionStatus.IDLE:
        connection.execute("SELECT 1")  # psycopg sends BEGIN before the first statement that goes through it
    texts: list[Any] = [wire(value) for value in values]  # None is NULL, whatever psycopg's annotation says
    result = connection.pgconn.exec_prepared(name_of(connection, statement), texts)
    if is_forgotten(connection, result):
        result = connection.pgconn.exec_prepared(name_of(connection, statement), texts)
    if result.status != pq.ExecStatus.TUPLES_OK:
        raise error_of(connection.pgconn, result)
    return result.get_value(0, 0)


def is_forgotten(connection: Connection, result: pq.abc.PGresult) -> bool:
    """Whether the server no longer knew the statement, and may be asked again because no transaction was lost by it."""
    if result.error_field(pq.DiagnosticField.SQLSTATE) != UNKNOWN_NAME:
        return False
    del names[connection]
    return connection.pgconn.transaction_status == pq.TransactionStatus.IDLE


def name_of(connection: Connection, statement: bytes) -> bytes:
    """The name under which this connection has prepared `statement`, now or before."""
    known = names.setdefault(connection, {})
    name = known.get(statement)
    if name is None:
        name = b"wallets_%d" % len(known)
        result = connection.pgconn.prepare(name, statement)
        if result.status != pq.ExecStatus.COMMAND_OK:
            raise error_of(connection.pgconn, result)
        known[statement] = name
    return name


def wire(value: Value) -> bytes | None:
    """`value` as PostgreSQL reads it."""
    if value is None:
        return None
    text = value.hex if type(value) is UUID else str(value)
    if "\0" in text:  # libpq would take it for the end
        raise psycopg.DataError("PostgreSQL text cannot contain NUL (0x00) bytes")
    return text.encode()


def error_of(pgconn: pq.abc.PGconn, result: pq.abc.PGresult) -> psycopg.Error:
    if pgconn.status == pq.ConnStatus.BAD:
        return psycopg.OperationalError(result.get_error_message())
    return psycopg.errors.error_from_result(result)
