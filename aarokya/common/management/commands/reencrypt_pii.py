"""`reencrypt_pii`: bring all personal data under the newest key of PII_KEYS; interrupted, it goes on where it stopped."""

from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from aarokya.common import crypto, reencryption
from aarokya.common.reencryption import Column


class Command(BaseCommand):
    help = "Write all personal data anew under the newest key of PII_KEYS"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count what is under older keys")
        parser.add_argument("--batch", type=int, default=reencryption.BATCH, help="values a transaction")

    def handle(self, *_: Any, dry_run: bool, batch: int, **__: Any) -> None:
        console = Console(file=cast("IO[str]", self.stdout), highlight=False)
        waiting = {column: reencryption.waiting(column) for column in reencryption.columns()}
        console.print(f"The newest key is {crypto.newest_key_id()}; {sum(waiting.values())} values are under older ones")
        if dry_run:
            console.print(table_of(waiting))
            return
        left = self.write_all(console, waiting, batch=batch)
        if left:
            raise CommandError(f"{left} values did not open or may never change: keep their keys in PII_KEYS")
        console.print("Every value is under the newest key; older ones can leave PII_KEYS")

    def write_all(self, console: Console, waiting: dict[Column, int], *, batch: int) -> int:
        """Return how many values stay under an older key."""
        left = 0
        shown = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*shown, console=console) as progress:
            for column, count in waiting.items():
                task = progress.add_task(str(column), total=count, visible=bool(count))
                for step in reencryption.reencrypt(column, batch=batch):
                    progress.advance(task, step.seen)
                    left += step.unreadable + step.sealed
        return left


def table_of(waiting: dict[Column, int]) -> Table:
    table = Table("Column", "Under older keys")
    for column, count in waiting.items():
        if count:
            table.add_row(str(column), str(count))
    return table
