"""`demo`: the whole journey over HTTP against a running server, each step printed with what happened."""

import time
from pathlib import Path
from typing import Any

import httpx2
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console

from aarokya.demo.api import Api, StepFailed
from aarokya.demo.journey import Journey


class Command(BaseCommand):
    help = "Walk the main job over HTTP against the running server"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", default=f"http://127.0.0.1:{settings.PORT}")
        parser.add_argument("--folder", type=Path, default=settings.LOCAL_DIR / "demo", help="where the PDFs go")

    def handle(self, *_: Any, **options: Any) -> None:
        console = Console(highlight=False, soft_wrap=True)
        url, started = options["url"], time.monotonic()
        with Api(url) as rider, Api(url) as ops, httpx2.Client(timeout=40.0, trust_env=False) as bank:
            walk(Journey(rider, ops, bank, options["folder"]), console)
        console.print(f"[bold green]All of it worked[/bold green] in {time.monotonic() - started:.1f} s.")


def walk(journey: Journey, console: Console) -> None:
    """Take every step; CommandError at the first that fails."""
    for number, (title, step) in enumerate(journey.steps(), 1):
        begun = time.monotonic()
        try:
            happened = step()
        except StepFailed as failure:
            console.print(f"[red]✗ {number:2}. {title}[/red]")
            raise CommandError(f"step {number} failed: {failure}", returncode=1) from None
        console.print(
            f"[green]✓[/green] {number:2}. {title:32} {happened} [dim]({(time.monotonic() - begun) * 1000:.0f} ms)[/dim]"
        )
