"""`manage.py sync_plans`: fetch Narayana's catalogue into drafts."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from aarokya.common import clock
from insurance import gateways
from insurance.errors import BenefitInvalid
from insurance.gateways.base import GatewayError
from insurance.models import BenefitProvider
from insurance.services import providers
from insurance.services.synchronise import ACTOR, sync_plans

PROVIDER = "Narayana Health"


class Command(BaseCommand):
    """New benefits become drafts, changed ones get a version that is not on sale; staff publish. Safe to repeat."""

    help = "Fetch Narayana's plans: new benefits as drafts, changed ones as versions that staff publish"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would change and write nothing")

    def handle(self, *_: Any, dry_run: bool, **__: Any) -> None:
        console, now = Console(), clock.now()
        provider = BenefitProvider.objects.filter(name=PROVIDER).first()
        if provider is None and dry_run:
            raise CommandError(f"{PROVIDER} is not a provider yet; run without --dry-run to add it")
        provider = provider or providers.add(name=PROVIDER, actor=ACTOR, now=now)
        try:
            for synced in sync_plans(provider=provider, gateway=gateways.narayana(), now=now, dry_run=dry_run):
                console.print(f"{synced.outcome:8} {synced.name}")
        except (GatewayError, BenefitInvalid) as error:
            raise CommandError(str(error)) from error
