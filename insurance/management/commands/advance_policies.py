"""`manage.py advance_policies`: what the nightly task does, by hand."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import track

from aarokya.common import clock
from insurance.models import Policy
from insurance.services import lapses, terms


class Command(BaseCommand):
    """Moves policies whose term or grace has ended, and lapses unpaid ones. Can be interrupted and run again."""

    help = "Move policies whose term or grace has ended (grace, renewal due, expired), or whose daily premiums stayed away"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--day", type=date.fromisoformat, help="the day to count from, YYYY-MM-DD; today (IST) when left out")
        parser.add_argument("--dry-run", action="store_true", help="say what would move and change nothing")

    def handle(self, *_: Any, day: date | None, dry_run: bool, **__: Any) -> None:
        console = Console()
        now = clock.now()
        asked = day or clock.ist_day(now)
        if dry_run:
            forecast(console, asked)
            return
        moved = list(track(terms.advance_all(day=asked, now=now), description="Advancing policies", console=console))
        for policy_id, status in moved:
            console.print(f"{policy_id} → {status}")
        lapsed = list(lapses.lapse_all(day=asked, now=now))
        for policy_id in lapsed:
            console.print(f"{policy_id} → lapsed")
        console.print(f"{len(moved) + len(lapsed)} moved")


def forecast(console: Console, day: date) -> None:
    rows = Policy.objects.issued_and_over(day).select_related("variant").order_by("pk")
    due = [(policy, to) for policy in rows.iterator() if (to := terms.status_on(policy, day)) != policy.status]
    for policy, to in due:
        console.print(f"{policy.pk}: {policy.status} → {to}")
    unpaid = lapses.lapsing(day)
    for policy in unpaid:
        console.print(f"{policy.pk}: {policy.status} → lapsed")
    console.print(f"{len(due) + len(unpaid)} would move")
