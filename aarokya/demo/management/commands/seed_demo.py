"""`seed_demo`: what a sandbox needs to be tried: staff, payees, a platform, the plan catalogue. Safe to run again."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console

from aarokya.common import clock
from aarokya.demo import seed


class Command(BaseCommand):
    help = "Install the demo data (sandbox only)"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="say nothing")

    def handle(self, *_: Any, **options: Any) -> None:
        if not settings.SANDBOX:
            raise CommandError("seed_demo makes accounts with known passwords: it needs SANDBOX=1")
        seed.install(now=clock.now())
        if not options["quiet"]:
            Console().print("Demo data is in place.")
