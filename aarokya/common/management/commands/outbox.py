"""`outbox relay|list|replay`: run the relay, look at messages, try quarantined ones again."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.table import Table

from aarokya.common import clock, outbox, relay
from aarokya.common.models import OutboxMessage


class Command(BaseCommand):
    help = "Relay, list or replay outbox messages"

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("relay", help="hand due messages to workers until stopped")
        listing = actions.add_parser("list", help="show messages that are not done")
        listing.add_argument("--quarantined", action="store_true", help="only those set aside")
        listing.add_argument("--limit", type=int, default=50)
        again = actions.add_parser("replay", help="give quarantined messages a fresh set of tries")
        again.add_argument(
            "ids",
            nargs="*",
            type=int,
            help="message ids; none means every quarantined one",
        )
        again.add_argument("--dry-run", action="store_true")

    def handle(self, *_: Any, **options: Any) -> None:
        match options["action"]:
            case "relay":
                self.relay()
            case "list":
                self.list_open(quarantined=options["quarantined"], limit=options["limit"])
            case _:
                self.replay(options["ids"], dry_run=options["dry_run"])

    def relay(self) -> None:
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        relay.run(stopped)

    def list_open(self, *, quarantined: bool, limit: int) -> None:
        rows = OutboxMessage.objects.filter(done_at=None).order_by("id")
        if quarantined:
            rows = rows.exclude(quarantined_at=None)
        table = Table(
            "id",
            "topic",
            "handler",
            "key",
            "attempts",
            "age",
            "last error",
            title="Outbox",
        )
        now = clock.now()
        for row in rows[:limit]:
            age = f"{(now - row.created_at).total_seconds():.0f} s"
            table.add_row(
                str(row.id),
                row.topic,
                row.handler,
                row.key,
                str(row.attempts),
                age,
                row.last_error,
            )
        Console().print(table)

    def replay(self, ids: list[int], *, dry_run: bool) -> None:
        rows = OutboxMessage.objects.filter(done_at=None).exclude(quarantined_at=None)
        chosen = list((rows.filter(id__in=ids) if ids else rows).values_list("id", flat=True))
        if not dry_run:
            for message_id in chosen:
                outbox.replay(message_id, now=clock.now())
        Console().print(f"{'would replay' if dry_run else 'replayed'} {len(chosen)} messages")
