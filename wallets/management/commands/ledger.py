"""`ledger verify`: judge the invariants and show every difference; exit status 1 when there is one.
`ledger reconcile`: compare balances with the issuer; may be interrupted, the next run goes on with those longest ago."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import track
from rich.table import Table

from aarokya.common import clock
from wallets.gateways import issuer
from wallets.services import reconciling, verification
from wallets.services.invariants import INVARIANTS


class Command(BaseCommand):
    help = "Verify the ledger's invariants"

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        verify = actions.add_parser("verify", help="count what does not hold: every invariant must show 0")
        verify.add_argument("--sample", type=int, metavar="N", help="judge N random wallets instead of all")

        reconcile = actions.add_parser("reconcile", help="compare wallets with the issuer's books")
        reconcile.add_argument("--all", action="store_true", help="also those compared within the last day")
        reconcile.add_argument("--limit", type=int, metavar="N", help="at most N wallets")
        reconcile.add_argument("--dry-run", action="store_true", help="keep nothing of what is found")

    def handle(self, *_: Any, **options: Any) -> None:
        if options["action"] == "verify":
            self.verify(options)
        else:
            self.reconcile(options)

    def reconcile(self, options: dict[str, Any]) -> None:
        console = Console()
        wallets = reconciling.due(now=clock.now(), limit=options["limit"], everything=options["all"])
        compared = [
            reconciling.compare(wallet_id=wallet_id, issuer=issuer(), now=clock.now(), dry_run=options["dry_run"])
            for wallet_id in track(wallets, "Asking the issuer", console=console, transient=True)
        ]
        differing = [one for one in compared if one.verdict == reconciling.Verdict.DIFFERS]
        if differing:
            console.print(unequal(differing))
        counts = Counter(one.verdict.value for one in compared)
        console.print(
            f"{len(compared)} wallets: " + (", ".join(f"{counts[word]} {word}" for word in sorted(counts)) or "none due")
        )

    def verify(self, options: dict[str, Any]) -> None:
        console = Console()
        running = verification.findings(now=clock.now(), sample=options["sample"])
        found = list(track(running, "Verifying the ledger", total=len(INVARIANTS), console=console, transient=True))
        console.print(overview(found))
        if any(finding.count for finding in found):
            console.print(differences(found))
            raise CommandError("the ledger does not hold", returncode=1)
        console.print("The ledger holds.")


def unequal(differing: list[reconciling.Compared]) -> Table:
    table = Table("wallet", "ours", "the issuer's", title="Wallets that differ")
    for one in differing:
        table.add_row(str(one.wallet_id), str(one.ours), "unknown there" if one.theirs is None else str(one.theirs))
    return table


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
