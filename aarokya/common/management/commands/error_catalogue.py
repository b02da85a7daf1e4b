"""`error_catalogue [--check]`: write docs/errors.md from the code, or say that it is out of date."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import autodiscover_modules
from rich.console import Console

from aarokya.common.api.system import catalogue

HEAD = """# Errors

Every answer that is not a success is `{error, message, status_code, request_id}`, with `details` and `retry_after` where
they help. Clients switch on `error`; messages are for people and may change. Made by `manage.py error_catalogue`; served as
`/api_docs/errors`.

| error | status | message |
| --- | --- | --- |
"""


def document() -> str:
    """Return docs/errors.md as it must be: every code that any installed app declares."""
    autodiscover_modules("errors")
    rows = [f"| `{row['error']}` | {row['status_code']} | {escaped(row['message'])} |" for row in catalogue()]
    return HEAD + "\n".join(rows) + "\n"


def escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


class Command(BaseCommand):
    help = "Write docs/errors.md from the code; with --check, exit 1 when it differs"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing, exit 1 when the file is out of date")
        parser.add_argument("--path", type=Path, default=settings.BASE_DIR / "docs" / "errors.md")

    def handle(self, *_: Any, check: bool, path: Path, **__: Any) -> None:
        wanted = document()
        current = path.read_text(encoding="utf-8") if path.exists() else None
        if current == wanted:
            Console().print(f"{path.name} is up to date")
        elif check:
            raise CommandError(f"{path} is out of date: run manage.py error_catalogue")
        else:
            path.write_text(wanted, encoding="utf-8")
            Console().print(f"wrote {path}")
