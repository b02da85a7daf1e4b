"""A ledger transfer through the wallet's service, beside PostgreSQL calling the same function, django-hordak and pgledger."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg

from bench import databases, frame, pgbench
from bench.crowd import CLIENTS, Crowd
from bench.frame import Row, Turns
from wallets.tests.builders import Holder, broken_invariants, hospital, make_holder

WALLETS = 500
PGLEDGER_ACCOUNTS = 1000
START_PAISE = 10_000_000
SECONDS = 2.0
OURS, BENCH, HORDAK, PGLEDGER = "services.pay", "pgbench", "django-hordak", "pgledger"
BOUNDS = {BENCH: 0.40, HORDAK: 3.0, PGLEDGER: 1.2}
NOTES = {
    BENCH: "the same SQL function, prepared, no Python",
    HORDAK: "`transfer_to` in a transaction",
    PGLEDGER: "called from psycopg, prepared",
}


def rows() -> list[Row]:
    holders = [make_holder(own=START_PAISE) for _ in range(WALLETS)]
    before = databases.deadlocks()
    with contextlib.ExitStack() as crowds:
        ours = crowds.enter_context(Crowd("bench.ledger_clients:payment", environment=dict(os.environ)))
        sides = {OURS: lambda: ours.per_second(SECONDS)} | neighbours(crowds, holders)
        turns = frame.take_turns(sides)
    deadlocks = databases.deadlocks() - before
    found = [compared(turns, other) for other in BOUNDS if other in sides]
    return [*found, soundness(ours, deadlocks), *(missing(other) for other in BOUNDS if other not in sides)]


def neighbours(crowds: contextlib.ExitStack, holders: list[Holder]) -> dict[str, Callable[[], float]]:
    """Whoever can be measured beside us on this machine."""
    found: dict[str, Callable[[], float]] = {}
    program = pgbench.program()
    if program is not None:
        pgbench.prepare([holder.wallet_id for holder in holders])
        payee = hospital().id
        found[BENCH] = lambda: pgbench.per_second(program, wallets=WALLETS, payee=payee, clients=CLIENTS, seconds=SECONDS)
    hordak = crowds.enter_context(hordak_crowd())
    found[HORDAK] = lambda: hordak.per_second(SECONDS)
    if os.environ.get("PGLEDGER_SQL"):
        pgledger = crowds.enter_context(pgledger_crowd(os.environ["PGLEDGER_SQL"].split(os.pathsep)))
        found[PGLEDGER] = lambda: pgledger.per_second(SECONDS)
    return found


def hordak_crowd() -> Crowd:
    """django-hordak in a database of its own, with its own migrations and a few hundred accounts."""
    settings = "bench.hordak_settings"
    environment = os.environ | {"HORDAK_URL": databases.create("bench_hordak"), "DJANGO_SETTINGS_MODULE": settings}
    subprocess.run([sys.executable, "-m", "django", "migrate", "--verbosity", "0"], env=environment, check=True)
    command = [sys.executable, "-m", "bench.crowd", "bench.hordak_clients:install", "1"]
    subprocess.run(command, env=environment, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return Crowd("bench.hordak_clients:transfer", settings=settings, environment=environment)


def pgledger_crowd(files: list[str]) -> Crowd:
    """pgledger from the given SQL files, in a database of its own."""
    url = databases.create("bench_pgledger")
    with psycopg.connect(url, autocommit=True) as connection:
        for file in files:
            connection.execute(Path(file).read_bytes())
        connection.execute(
            "SELECT count(*) FROM generate_series(1, %s) AS number, pgledger_create_account('account ' || number, 'INR')",
            [PGLEDGER_ACCOUNTS],
        )
    return Crowd("bench.ledger_clients:pgledger_transfer", environment=os.environ | {"PGLEDGER_URL": url})


def compared(turns: Turns, other: str) -> Row:
    ratio = turns.ratio(OURS, other)
    return Row(
        f"ledger payment through the service, {CLIENTS} clients",
        f"{turns.median(OURS):,.0f}/s",
        f"{turns.median(other):,.0f}/s ({other}: {NOTES[other]})",
        f"{ratio:.2f}",
        f"≥ {BOUNDS[other]:.2f}",
        ratio >= BOUNDS[other],
    )


def soundness(ours: Crowd, deadlocks: int) -> Row:
    """What the load must not have done to the books."""
    failures = sum(ours.failures.values())
    broken = broken_invariants()
    told = f"{deadlocks} deadlocks, {failures} failures, {len(broken)} broken invariants"
    return Row("… and the books after it", told, must="0, 0, 0", holds=not (deadlocks or failures or broken))


def missing(other: str) -> Row:
    """Say what was not measured, and why."""
    reasons = {BENCH: "this machine has no pgbench", PGLEDGER: "not bundled: give its SQL files in PGLEDGER_SQL"}
    return Row(f"ledger payment beside {other}", "not measured", reasons[other], must=f"≥ {BOUNDS[other]:.2f}")
