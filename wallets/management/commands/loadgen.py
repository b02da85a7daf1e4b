"""`loadgen`: wallets under load for a while, then `ledger verify`. For the sandbox: it makes people and money.

`loadgen --seed-users 100000 --seed-transfers 1000000` makes people with a history instead, as fast as the ledger writes.
"""

import random
import threading
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from rich.console import Console
from rich.progress import Progress

from aarokya.common import clock
from aarokya.common.errors import DomainError
from aarokya.common.ids import uuid7
from aarokya.common.money import Money
from accounts.models import User
from wallets import services
from wallets.management import seeding
from wallets.models import Tier, Wallet
from wallets.services import ContraRef, opening

FIRST_PHONE = 6_000_000_000  # phones of people made here; the numbers go on where the last run ended
PAYEE = UUID("00000000-0000-7000-8000-0000000000aa")


class Command(BaseCommand):
    help = "Drive wallets with random movements, then verify the ledger"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seconds", type=float, default=60.0)
        parser.add_argument("--wallets", type=int, default=50)
        parser.add_argument("--threads", type=int, default=8)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--seed-users", type=int, metavar="N", help="make N people with a history, and no other load")
        parser.add_argument("--seed-transfers", type=int, default=0, metavar="N", help="movements of those people together")

    def handle(self, *_: Any, **options: Any) -> None:
        if not settings.SANDBOX:
            raise CommandError("loadgen makes people and money: it runs in the sandbox only")
        console = Console()
        payee = services.register_payee(payee_id=PAYEE, name="Load Hospital", city="Bengaluru", merchant_category="8062")
        if options["seed_users"] is not None:
            self.seed(payee, console, people=options["seed_users"], movements=options["seed_transfers"])
        else:
            self.drive(payee, console, options)
        call_command("ledger", "verify")

    def drive(self, payee: ContraRef, console: Console, options: dict[str, Any]) -> None:
        users = [make_user() for _ in range(options["wallets"])]
        counts, seconds = drive(users, payee, console, options)
        words = ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items()))
        console.print(f"{sum(counts.values()):,} movements in {seconds:.1f} s ({sum(counts.values()) / seconds:,.0f}/s): {words}")

    def seed(self, payee: ContraRef, console: Console, *, people: int, movements: int) -> None:
        if people < 1 or movements < 0:
            raise CommandError("--seed-users must be at least 1 and --seed-transfers at least 0")
        source = services.contra("suspense", "loadgen", name="Load")
        wanted: dict[str, Any] = {"people": people, "movements": movements, "first_phone": next_phone(), "source": source}
        started = time.monotonic()
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("Making people", total=people)
            for made in seeding.seed(**wanted, payee=payee, now=clock.now()):
                progress.advance(task, made)
        console.print(f"{people:,} people with {movements:,} movements in {time.monotonic() - started:.1f} s")


def next_phone() -> int:
    return FIRST_PHONE + User.objects.filter(phone__startswith="+9160").count()


def make_user() -> UUID:
    """A person with an empty full-KYC wallet."""
    user = User.objects.create(phone=f"+91{next_phone()}")
    now = clock.now()
    opening.open_wallet(user_id=user.pk, now=now)
    wallet = Wallet.objects.of(user.pk).get()
    services.set_tier(wallet_id=wallet.pk, tier=Tier.FULL_KYC, actor="system:loadgen", reason="load", now=now)
    return user.pk


def drive(users: list[UUID], payee: ContraRef, console: Console, options: dict[str, Any]) -> tuple[Counter[str], float]:
    """Move money on every thread until the time is up or somebody presses Ctrl-C; return outcomes and seconds."""
    stop = threading.Event()
    started = time.monotonic()
    with ThreadPoolExecutor(options["threads"]) as pool, Progress(console=console, transient=True) as progress:
        threads = [pool.submit(worker, users, payee, options["seed"] + number, stop) for number in range(options["threads"])]
        task = progress.add_task("Moving money", total=options["seconds"])
        try:
            while (elapsed := time.monotonic() - started) < options["seconds"] and not any(one.done() for one in threads):
                progress.update(task, completed=elapsed)
                time.sleep(0.2)
        except KeyboardInterrupt:
            console.print("Stopping early.")
        finally:
            stop.set()
        total = sum((one.result() for one in threads), Counter[str]())
    return total, time.monotonic() - started


def worker(users: list[UUID], payee: ContraRef, seed: int, stop: threading.Event) -> Counter[str]:
    """One thread: random movements on random wallets; refusals count, anything else ends the run."""
    chance = random.Random(seed)  # noqa: S311 (repeatable, guards nothing)
    outcomes: Counter[str] = Counter()
    paid: list[UUID] = []
    try:
        while not stop.is_set():
            outcomes[one_movement(chance, chance.choice(users), payee, paid)] += 1
    finally:
        connection.close()
    return outcomes


def one_movement(chance: random.Random, user_id: UUID, payee: ContraRef, paid: list[UUID]) -> str:
    kind = chance.choice(("credit", "pay", "pay", "refund", "hold"))
    try:
        MOVEMENTS[kind](chance, user_id, payee, paid)
    except DomainError as refused:
        return type(refused).__name__
    return kind


def credit(chance: random.Random, user_id: UUID, _: ContraRef, __: list[UUID]) -> None:
    source = services.contra("suspense", "loadgen", name="Load")
    services.credit(source=source, purpose="ADJUSTMENT", **common(chance, user_id))


def pay(chance: random.Random, user_id: UUID, payee: ContraRef, paid: list[UUID]) -> None:
    paid.append(services.pay(payee=payee, purpose="HOSPITAL", **common(chance, user_id)).transfer_id)
    del paid[:-100]


def refund(chance: random.Random, _: UUID, __: ContraRef, paid: list[UUID]) -> None:
    if paid:
        key = f"loadgen:{uuid7()}"
        services.refund(transfer_id=chance.choice(paid), amount=amount(chance, 2_000), business_key=key, now=clock.now())


def hold(chance: random.Random, user_id: UUID, payee: ContraRef, _: list[UUID]) -> None:
    """Held, then captured in part or released."""
    now, key = clock.now(), f"loadgen:{uuid7()}"
    wanted: dict[str, Any] = {"user_id": user_id, "amount": amount(chance), "purpose": "HOSPITAL"}
    hold_id = services.hold(**wanted, business_key=key, expires_at=now + timedelta(minutes=5), now=now)
    if chance.random() < 0.5:
        services.release(hold_id=hold_id, now=now)
        return
    paid: dict[str, Any] = {"payee": payee, "reference_type": "LOAD", "reference_id": "loadgen", "now": now}
    services.capture(hold_id=hold_id, amount=Money(1), **paid)


def common(chance: random.Random, user_id: UUID) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "amount": amount(chance),
        "business_key": f"loadgen:{uuid7()}",
        "reference_type": "LOAD",
        "reference_id": "loadgen",
        "now": clock.now(),
    }


def amount(chance: random.Random, most: int = 20_000) -> Money:
    return Money(chance.randrange(1, most))


MOVEMENTS: dict[str, Callable[..., None]] = {"credit": credit, "pay": pay, "refund": refund, "hold": hold}
