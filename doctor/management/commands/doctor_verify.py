"""`manage.py doctor_verify`: is every sealed session still what was sealed?"""

from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console

from doctor.models import SEALED, Session
from doctor.services import sealing


class Command(BaseCommand):
    help = "Recompute the seal of every submitted session and compare; exit status 1 when one does not hold."

    def handle(self, *_: Any, **__: Any) -> None:
        console = Console()
        broken = list(sealing.broken())
        for each in broken:
            console.print(f"[red]{each.session_id}[/red] {each.problem}")
        count = Session.objects.filter(status__in=SEALED).count()
        console.print(f"{count} sealed sessions, {len(broken)} broken")
        if broken:
            raise SystemExit(1)
