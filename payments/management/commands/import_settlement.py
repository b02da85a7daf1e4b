"""`manage.py import_settlement report.csv`: the gateway's daily report against our books."""

from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db.models import Count
from rich.console import Console
from rich.progress import Progress

from aarokya.common import clock
from aarokya.common.errors import InvalidInput
from payments.models import SettlementFile
from payments.services import settlements

SETTLED_WITHIN = timedelta(days=1)


class Command(BaseCommand):
    help = (
        "Import a settlement report of the gateway (CSV with type, order_id, reference, amount in rupees, fee, utr). "
        "The same file again goes on where it stopped. Exit status 1 when anything differs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only say how much of the file is new")

    def handle(self, *_: Any, file: Path, dry_run: bool, **__: Any) -> None:
        console, now = Console(), clock.now()
        content = file.read_bytes()
        if dry_run:
            console.print(f"{len(settlements.parse(content)[1])} lines in {file.name}; nothing was imported")
            return
        try:
            report = settlements.begin(name=file.name, content=content, now=now)
        except InvalidInput as refused:
            raise CommandError(refused.text) from refused
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("Importing", total=report.lines, completed=report.rows.count())
            for count in settlements.carry_on(file=report, content=content, now=now):
                progress.advance(task, count)
        if show(console, report):
            raise SystemExit(1)


def show(console: Console, report: SettlementFile) -> int:
    """Print the totals and what is missing; return how many things differ."""
    outcomes: dict[str, int] = dict(report.rows.values_list("outcome").annotate(Count("id")).order_by())
    console.print(f"{report.name}: " + (", ".join(f"{count} {name}" for name, count in sorted(outcomes.items())) or "no lines"))
    before = clock.now() - SETTLED_WITHIN
    charges, refunds = settlements.unsettled_charges(before=before).count(), settlements.unsettled_refunds(before=before).count()
    console.print(f"older than a day and in no report: {charges} charges, {refunds} refunds")
    return sum(count for name, count in outcomes.items() if name != "MATCHED") + charges + refunds
