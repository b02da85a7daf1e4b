"""`manage.py reconcile`: ask the gateway about orders now, instead of waiting for their turn."""

from argparse import ArgumentParser
from collections import Counter
from datetime import timedelta
from typing import Any

from django.core.management import BaseCommand
from rich.console import Console
from rich.progress import track
from rich.table import Table

from aarokya.common import clock
from payments.gateways import gateway
from payments.services import reconciling, watching


class Command(BaseCommand):
    help = "Compare orders with the gateway and settle what differs. Can be interrupted and run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=4, help="how far back (default 4)")
        parser.add_argument("--all", action="store_true", help="also orders that are paid or reversed")
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")

    def handle(self, *_: Any, days: int, dry_run: bool, **options: Any) -> None:
        console = Console()
        now = clock.now()
        order_ids = reconciling.candidates(since=now - timedelta(days=days), with_paid=options["all"])
        found: list[reconciling.Finding] = []
        for order_id in track(order_ids, description="Asking", console=console, transient=True):
            found.append(reconciling.reconcile(order_id=order_id, gateway=gateway(), dry_run=dry_run, now=clock.now()))  # noqa: PERF401
        show(console, found, dry_run=dry_run)
        for figure in watching.figures(now=clock.now()):
            console.print(f"{figure.code} {figure.title}: {figure.count}")


def show(console: Console, found: list[reconciling.Finding], *, dry_run: bool) -> None:
    """Print a line for each order that moved or differs, and the totals."""
    table = Table("Order", "Was", "Would be" if dry_run else "Is", "Remark", title="Orders that do not agree")
    for finding in found:
        if finding.is_news:
            table.add_row(finding.order_id, finding.before, finding.after, finding.remark)
    if table.row_count:
        console.print(table)
    counts = Counter(finding.kind for finding in found)
    console.print(
        f"{len(found)} orders: " + (", ".join(f"{number} {kind}" for kind, number in sorted(counts.items())) or "nothing to ask")
    )
