"""`manage.py doctor_golden`: how the red flags do on the golden set, written to docs/doctor-golden.md."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console

from doctor.safety import judging

REPORT = Path(settings.BASE_DIR) / "docs" / "doctor-golden.md"
PRECISION_MIN = 0.90


class Command(BaseCommand):
    help = "Judge the red-flag rules, write the report; exit status 1 when an emergency is missed or precision is below 0.90."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how they do")

    def handle(self, *_: Any, **options: Any) -> None:
        console = Console()
        score = judging.judge(judging.golden())
        if not options["dry_run"]:
            REPORT.write_text(judging.report(), encoding="utf-8")
        console.print(f"golden set: recall {score.recall:.3f}, precision {score.precision:.3f}")
        for text in score.missed:
            console.print(f"[red]missed[/red] {text}")
        if score.missed or score.precision < PRECISION_MIN:
            raise SystemExit(1)
