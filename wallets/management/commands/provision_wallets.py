"""`provision_wallets`: open due wallets at the issuer now instead of waiting for the sweep. May be interrupted at any time."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.progress import track

from aarokya.common import clock
from wallets.gateways import issuer
from wallets.models import ProvisioningStatus, Wallet
from wallets.services import opening


class Command(BaseCommand):
    help = "Open due wallets at the issuer"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how many are due")
        parser.add_argument("--limit", type=int, default=10_000)

    def handle(self, *_: Any, **options: Any) -> None:
        console = Console()
        ids = opening.due(now=clock.now(), limit=options["limit"])
        console.print(f"{len(ids)} wallets are due")
        if options["dry_run"]:
            return
        for wallet_id in track(ids, "Opening wallets", console=console, transient=True):
            opening.provision(wallet_id=wallet_id, issuer=issuer(), now=clock.now())
        completed = Wallet.objects.filter(pk__in=ids, status=ProvisioningStatus.COMPLETED).count()
        console.print(f"{completed} opened, {len(ids) - completed} wait for another try or for a person")
