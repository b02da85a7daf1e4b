"""The databases of a test run: migrated once into a template, copied for each process, used with the application's rights."""

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql
from psycopg.sql import Identifier

from aarokya.embedded import locations, postgres

RESET = Path(__file__).with_name("reset.sql")
BUILDING = 7_310_001  # advisory lock: one process builds or copies at a time


def create() -> None:
    """Make this process's database anew from the template of the present migrations."""
    name = settings.DATABASES["default"]["NAME"]
    with superuser("postgres") as server:
        server.execute("SELECT pg_advisory_lock(%s)", [BUILDING])
        template = f"template_{_fingerprint()}"
        if not _exists(server, template):
            _drop_templates(server)
            _build(server, template)
        _drop(server, name)
        _copy(server, name, template)


def drop() -> None:
    connection.close()
    with superuser("postgres") as server:
        _drop(server, settings.DATABASES["default"]["NAME"])


@contextlib.contextmanager
def superuser(database: str) -> Iterator[psycopg.Connection]:
    """May do everything, on the embedded server of this run."""
    with postgres.superuser(locations.socket_directory(settings.LOCAL_DIR), database) as server:
        yield server


def _build(server: psycopg.Connection, template: str) -> None:
    """Migrate under another name and rename, so that an interrupted build is never mistaken for a template."""
    building = f"{template}_building"
    _copy(server, building, "template0")
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = building
    try:
        call_command("migrate", verbosity=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
    with superuser(building) as inside:
        inside.execute(RESET.read_text(encoding="utf-8"))
    server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(building), Identifier(template)))


def _fingerprint() -> str:
    """Changes with any migration of ours and with any package that brings its own."""
    files = [path for folder in settings.BASE_DIR.glob("*/") for path in _migration_files(folder)]
    digest = hashlib.sha256()
    for file in sorted([*files, RESET, settings.BASE_DIR / "requirements.txt"]):
        digest.update(str(file).encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _migration_files(folder: Path) -> Iterator[Path]:
    if not folder.name.startswith("."):
        for suffix in ("py", "sql"):
            yield from folder.glob(f"**/migrations/**/*.{suffix}")


def _exists(server: psycopg.Connection, name: str) -> bool:
    return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _drop_templates(server: psycopg.Connection) -> None:
    for (name,) in server.execute("SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%'").fetchall():
        _drop(server, name)


def _drop(server: psycopg.Connection, name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def _copy(server: psycopg.Connection, name: str, template: str) -> None:
    statement = "CREATE DATABASE {} OWNER {} TEMPLATE {}"
    server.execute(sql.SQL(statement).format(Identifier(name), Identifier(locations.OWNER_ROLE), Identifier(template)))
