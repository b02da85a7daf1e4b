"""`ledger verify`: judge the invariants and show every difference; exit status 1 when there is one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import track
from rich.table import Table

from aarokya.common import clock
from wallets.services import verification
from wallets.services.invariants import INVARIANTS


class Command(BaseCommand):
    help = "Verify the ledger's invariants"

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        verify = actions.add_parser("verify", help="count what does not hold: every invariant must show 0")
        verify.add_argument("--sample", type=int, metavar="N", help="judge N random wallets instead of all")

    def handle(self, *_: Any, **options: Any) -> None:
        console = Console()
        running = verification.findings(now=clock.now(), sample=options["sample"])
        found = list(track(running, "Verifying the ledger", total=len(INVARIANTS), console=console, transient=True))
        console.print(overview(found))
        if any(finding.count for finding in found):
            console.print(differences(found))
            raise CommandError("the ledger does not hold", returncode=1)
        console.print("The ledger holds.")


def overview(found: list[verification.Finding]) -> Table:
    table = Table("invariant", "what must hold", "differences", title="Ledger")
    for finding in found:
        table.add_row(finding.code, finding.title, str(finding.count), style="bold red" if finding.count else None)
    return table


def differences(found: list[verification.Finding]) -> Table:
    table = Table("invariant", "subject", "expected", "found", title=f"Differences (the first {verification.SHOWN} of each)")
    for finding in found:
        for one in finding.differences:
            table.add_row(finding.code, one.subject, one.expected, one.found)
    return table
