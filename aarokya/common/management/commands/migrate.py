"""Django's `migrate`, run as the role that owns the schema."""

from typing import Any

from django.core.management.commands import migrate

from aarokya.common.owner import as_owner


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> str | None:
        with as_owner():
            return super().handle(*args, **options)
