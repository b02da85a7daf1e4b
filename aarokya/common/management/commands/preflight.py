"""`manage.py preflight`: is everything there that a start needs? Exit code 1 names what is not."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from rich.console import Console
from rich.table import Table

from aarokya.common import health
from aarokya.common.health import Check

# What the application's role must not be able to do, as questions to PostgreSQL.
ROLE_IS_TOO_STRONG = """
SELECT rolsuper OR rolcreaterole OR EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user)
FROM pg_roles WHERE rolname = current_user
"""


def application_role() -> str:
    """The web processes must not be able to rewrite balances or past transfers, so their role owns nothing."""
    with connection.cursor() as cursor:
        cursor.execute(ROLE_IS_TOO_STRONG)
        if cursor.fetchone() != (False,):
            raise RuntimeError(f"{connection.settings_dict['USER']} owns tables or is an administrator: use two roles")
    return f"{connection.settings_dict['USER']} owns nothing"


def system_checks() -> str:
    """Django's own and ours, with those for a public server when there are real partners."""
    call_command("check", deploy=not settings.SANDBOX, fail_level="WARNING")
    return "pass"


class Command(BaseCommand):
    help = "Check configuration, database role, servers, migrations and fonts; exit 1 when something is missing."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        checks = [*health.run_checks(), health.run("database role", application_role), health.run("system checks", system_checks)]
        Console().print(_table(checks))
        broken = [check.name for check in checks if not check.ok]
        if broken:
            raise CommandError(f"not ready: {', '.join(broken)}")


def _table(checks: list[Check]) -> Table:
    table = Table("check", "", "finding", title="SANDBOX=1" if settings.SANDBOX else "SANDBOX=0")
    for check in checks:
        table.add_row(check.name, "[green]ok[/]" if check.ok else "[red]missing[/]", check.words)
    return table
