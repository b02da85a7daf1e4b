"""`manage.py up`: the whole product on this machine, until Ctrl-C."""

import os
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from rich.console import Console

from aarokya.common import config, owner
from aarokya.embedded import locations, ports, postgres, valkey
from aarokya.embedded.errors import EmbeddedError
from aarokya.embedded.product import Product
from aarokya.embedded.supervisor import Supervisor

READY_TIMEOUT_S = 60
# Everybody on one machine shares one address.
SHARED_ADDRESS_FACTOR = 100

LOGINS = """
  [bold]Back office[/]   {web}/admin/        admin / admin, or ops, finance, support, auditor (password = name)
  [bold]API[/]           {web}/api_docs/ui   any Indian mobile, e.g. 9876543210, code 123456
  [bold]Partners[/]      {sandbox}/          the simulators of gateway, insurer, SMS and doctors
  [bold]Platform[/]      00000000-0000-7000-8000-000000000001 / sandbox

  Try [bold]make demo[/] in another terminal, or:
    curl -s {web}/auth/otp/trigger -H 'Content-Type: application/json' -d '{{"phone": "9876543210"}}'
"""
EMBEDDED_NOTE = (
    "  Embedded PostgreSQL and Valkey trust whoever reaches their socket: for one person's machine, never for a server."
)


class Command(BaseCommand):
    help = "Start PostgreSQL and Valkey (unless DATABASE_URL and REDIS_URL are set), web, worker, beat, relay and sandbox."
    requires_system_checks = ()  # some ask the database, which is not there yet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="say what would be started, and start nothing")
        parser.add_argument("--no-seed", action="store_true", help="leave out the demo data")

    def handle(self, *_args: Any, check: bool, no_seed: bool, **_options: Any) -> None:
        console = Console()
        if check:
            console.print(_intention(), highlight=False)
            return
        os.umask(0o077)  # whatever is written below LOCAL_DIR is its owner's alone
        try:
            _run(console, seed=not no_seed)
        except EmbeddedError as error:
            raise CommandError(str(error)) from None


def embeds_postgres() -> bool:
    return settings.EMBEDDED_URLS[0] == settings.DATABASE_URL


def embeds_valkey() -> bool:
    return locations.redis_url(settings.LOCAL_DIR) == settings.REDIS_URL


def _run(console: Console, *, seed: bool) -> None:
    started_at = time.monotonic()
    product = _product()
    with Supervisor(settings.LOCAL_DIR, console) as supervisor:
        ports.refuse_taken(settings.PORT, variable="PORT")
        if settings.SANDBOX:
            ports.refuse_taken(settings.SANDBOX_PORT, variable="SANDBOX_PORT")
            supervisor.start(product.sandbox())
        _start_servers(supervisor)
        _prepare_database(console, seed=seed)
        for program in (product.web(), product.worker(), product.relay(), product.beat()):
            supervisor.start(program)
        _wait_until_ready(supervisor)
        _welcome(console, seconds=time.monotonic() - started_at)
        supervisor.wait()


def _start_servers(supervisor: Supervisor) -> None:
    if embeds_valkey():
        supervisor.start(valkey.program(settings.LOCAL_DIR))
    if embeds_postgres():
        cluster = postgres.prepare(settings.LOCAL_DIR, durable=True)
        if cluster.running_pid() is not None:
            raise EmbeddedError(f"a PostgreSQL that another command started uses {cluster.data}: end that command first")
        supervisor.start(cluster.program())
        supervisor.wait_until(cluster.is_ready, what="PostgreSQL", timeout_s=READY_TIMEOUT_S)
        postgres.ensure_roles(cluster.sockets)
    if embeds_valkey():
        supervisor.wait_until(lambda: valkey.is_ready(settings.LOCAL_DIR), what="Valkey", timeout_s=READY_TIMEOUT_S)


def _prepare_database(console: Console, *, seed: bool) -> None:
    if owner.has_pending_migrations():
        console.print("applying migrations")
        call_command("migrate", verbosity=0)
    if seed and settings.SANDBOX and "seed_demo" in get_commands():
        call_command("seed_demo")
    connection.close()  # nothing of this process shall hold the database open while it only watches


def _wait_until_ready(supervisor: Supervisor) -> None:
    supervisor.wait_until(lambda: ports.answers(settings.PORT, "/health/ready"), what="web", timeout_s=READY_TIMEOUT_S)
    if settings.SANDBOX:
        supervisor.wait_until(lambda: ports.answers(settings.SANDBOX_PORT, "/health"), what="sandbox", timeout_s=READY_TIMEOUT_S)


def _welcome(console: Console, *, seconds: float) -> None:
    lines = [f"\n[bold green]Aarokya is ready[/] after {seconds:.1f} s; Ctrl-C stops everything."]
    if settings.SANDBOX:
        lines.append(LOGINS.format(web=settings.PUBLIC_URL, sandbox=settings.SANDBOX_URL))
    if embeds_postgres():
        lines.append(EMBEDDED_NOTE)
    console.print("\n".join(lines), highlight=False, soft_wrap=True)


def _product() -> Product:
    return Product(
        base_dir=Path(settings.BASE_DIR),
        local_dir=settings.LOCAL_DIR,
        port=settings.PORT,
        sandbox_port=settings.SANDBOX_PORT,
        web_workers=config.number("WEB_WORKERS", 1),
        environment=_environment(),
    )


def _environment() -> dict[str, str]:
    """What every process is told; what a person has set stays."""
    told = {
        "SANDBOX": "1" if settings.SANDBOX else "0",
        "LOCAL_DIR": str(settings.LOCAL_DIR),
        "DATABASE_URL": settings.DATABASE_URL,
        "DATABASE_OWNER_URL": settings.DATABASE_OWNER_URL,
        "REDIS_URL": settings.REDIS_URL,
        "PORT": str(settings.PORT),
        "SANDBOX_PORT": str(settings.SANDBOX_PORT),
    }
    if not settings.SANDBOX:
        return told
    limits = {name: getattr(settings, name) * SHARED_ADDRESS_FACTOR for name in ("RATE_PER_ADDRESS", "OTP_PER_ADDRESS_MINUTE")}
    raised = {name: str(value) for name, value in limits.items() if name not in os.environ}
    return told | raised | {"SANDBOX_STATE_DIR": os.environ.get("SANDBOX_STATE_DIR", str(settings.LOCAL_DIR / "sandbox"))}


def _intention() -> str:
    sandbox = f"port {settings.SANDBOX_PORT}" if settings.SANDBOX else "no, SANDBOX=0"
    return "\n".join(
        [
            f"PostgreSQL  {f'embedded, data under {settings.LOCAL_DIR}' if embeds_postgres() else 'DATABASE_URL'}",
            f"Valkey      {'embedded' if embeds_valkey() else 'REDIS_URL'}",
            f"web         port {settings.PORT}",
            f"sandbox     {sandbox}",
            "worker, relay, beat",
        ]
    )
