"""`manage.py verify_card CODE`: check an e-card's code without database or network."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from aarokya.common.clock import ist_day, now
from aarokya.common.display import indian_date
from insurance import cards


class Command(BaseCommand):
    help = "Say what an e-card's QR says, if we signed it; without CODE, print the public keys that verifiers need"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", nargs="?", help="the QR's text: the address or the code alone")

    def handle(self, *, code: str | None = None, **_options: Any) -> None:
        console = Console(soft_wrap=True, highlight=False)
        if code is None:
            for key_id, key in cards.published_keys().items():
                console.print(f"{key_id}  {key}")
            return
        try:
            card = cards.read(cards.code_in(code))
        except cards.CardForged as error:
            raise CommandError(f"Not genuine: {error}") from error
        is_current = card.start_date <= ist_day(now()) <= card.end_date
        console.print(f"Genuine, {'valid today' if is_current else 'not valid today'}")
        console.print(f"Policy {card.number} ({card.policy_id}), plan {card.plan_code}, {card.members} covered")
        console.print(f"{indian_date(card.start_date)} to {indian_date(card.end_date)}")
