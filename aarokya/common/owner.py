"""Working as the role that owns the schema: migrations only. The application's own role may not."""

import contextlib
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

IDENTITY = ("HOST", "PORT", "USER", "PASSWORD")


@contextlib.contextmanager
def as_owner() -> Iterator[None]:
    """Let the default connection log in as the owner inside the block; the database stays the same."""
    application = {key: connection.settings_dict[key] for key in IDENTITY}
    options = connection.settings_dict["OPTIONS"]
    # Building an index may take longer than any request is given.
    _login_as({key: settings.DATABASE_OWNER.get(key, "") for key in IDENTITY}, {**options, "options": ""})
    try:
        yield
    finally:
        _login_as(application, options)


def has_pending_migrations() -> bool:
    """Whether `migrate` has anything to do; asks the database."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _login_as(identity: dict[str, Any], options: dict[str, Any]) -> None:
    connection.close()
    connection.settings_dict.update(identity, OPTIONS=options)
