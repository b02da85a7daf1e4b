"""The embedded PostgreSQL of the run: what only its superuser may do, and databases for what stands beside us."""

import contextlib
from collections.abc import Iterator

import psycopg
from django.conf import settings
from psycopg import sql

from aarokya.embedded import locations, postgres


@contextlib.contextmanager
def superuser(database: str = locations.DATABASE) -> Iterator[psycopg.Connection]:
    with postgres.superuser(locations.socket_directory(settings.LOCAL_DIR), database) as connection:
        yield connection


def create(name: str) -> str:
    """Make an empty database anew, owned by the owner's role, and return its URL."""
    with superuser() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        owned = sql.SQL("CREATE DATABASE {} OWNER {}")
        connection.execute(owned.format(sql.Identifier(name), sql.Identifier(locations.OWNER_ROLE)))
    return locations.database_url(settings.LOCAL_DIR, role=locations.OWNER_ROLE, database=name)


def deadlocks() -> int:
    """How many the server has met in the product's database since it was made."""
    with superuser() as connection:
        connection.execute("SELECT pg_stat_force_next_flush()")
        row = connection.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone()
    assert row is not None
    return int(row[0])
