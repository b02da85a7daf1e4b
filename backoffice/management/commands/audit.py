"""`audit verify|anchor`: prove that the audit log is whole, anchor the days that are over."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from aarokya.common import clock
from aarokya.common.audit import Break
from aarokya.common.models import AuditEntry
from backoffice.services import anchoring


class Command(BaseCommand):
    help = "Verify or anchor the audit log"

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("verify", help="recompute every chain and compare the anchors; exit 1 when one is broken")
        actions.add_parser("anchor", help="anchor the days that are over and print their hashes")

    def handle(self, *_: Any, **options: Any) -> None:
        if options["action"] == "verify":
            self.verify()
        else:
            self.anchor()

    def verify(self) -> None:
        breaks = list(anchoring.find_breaks())
        for found in breaks:
            self.stderr.write(described(found))
        if breaks:
            raise CommandError(f"The audit log is broken in {len(breaks)} places", returncode=1)
        self.stdout.write(f"The audit log is whole: {AuditEntry.objects.count()} entries")

    def anchor(self) -> None:
        for anchor in anchoring.anchor_past_days(now=clock.now()):
            self.stdout.write(f"{anchor.day} {anchor.entries} {anchor.hash}")


def described(found: Break) -> str:
    """Return the exact entry in words: day, number, and what it says now."""
    entry = AuditEntry.objects.filter(day=found.day, number=found.number).first()
    says = f" (row {entry.pk}: {entry.action} by {entry.actor})" if entry else ""
    return f"{found.day} #{found.number}{says} {found.problem}"
