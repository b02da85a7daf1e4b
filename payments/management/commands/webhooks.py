"""`manage.py webhooks replay`: stored webhooks that led to nothing are processed again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand
from rich.console import Console
from rich.progress import track

from aarokya.common import clock
from payments.models import WebhookInbox
from payments.services import inbox


class Command(BaseCommand):
    help = "Announce stored webhooks again: those that led to nothing, or the ones named by --id."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["replay"])
        parser.add_argument("--id", type=int, action="append", dest="ids", help="inbox row; may be repeated")
        parser.add_argument("--dry-run", action="store_true", help="only say how many")

    def handle(self, *_: Any, ids: list[int] | None, dry_run: bool, **__: Any) -> None:
        console = Console()
        rows = WebhookInbox.objects.filter(pk__in=ids) if ids else WebhookInbox.objects.unprocessed()
        found = list(rows.exclude(order_id="").order_by("id").values_list("id", flat=True))
        if dry_run:
            console.print(f"{len(found)} webhooks would be announced again")
            return
        for inbox_id in track(found, description="Announcing", console=console, transient=True):
            inbox.replay(inbox_id=inbox_id, now=clock.now())
        console.print(f"{len(found)} webhooks were announced again")
