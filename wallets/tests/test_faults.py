"""F20 to F25: what must come of races, lost money and tampering, with the figures for docs/faults.md.

`FAULT_FIGURES=1` runs them at full size (a hundred thousand transfers take minutes); otherwise a tenth of it or less.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from aarokya.common import clock
from aarokya.common.money import Money
from tests import database
from tests.figures import note
from wallets import services
from wallets.models import Hold, Tier
from wallets.tests.builders import (
    NOW,
    adjust,
    broken_invariants,
    contribute,
    hospital,
    make_holder,
    make_sponsor,
    outcome_of,
    pay,
    refund,
    together,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(1800)]
FULL = os.environ.get("FAULT_FIGURES") == "1"
TRANSFERS = 100_000 if FULL else 2_000
HOLDS = 10_000 if FULL else 200
REFUSALS = {"InsufficientBalance", "AboveRefundable", "LimitReached"}


def race(works: list[Callable[[], object]], *, threads: int) -> Counter[str]:
    return Counter(together([partial(outcome_of, work) for work in works], threads=threads))


def test_f20_of_64_threads_that_debit_everything_one_is_accepted() -> None:
    holder, payee = make_holder(own=700, others=300), hospital()

    outcomes = race([partial(pay, holder, 1_000, payee=payee) for _ in range(64)], threads=64)

    assert outcomes == {"done": 1, "InsufficientBalance": 63}
    assert broken_invariants() == {}
    note("F20", f"accepted {outcomes['done']} of 64")


def test_f21_random_transfers_neither_deadlock_nor_lose_a_paisa() -> None:
    chance, payee, sponsor = random.Random(21), hospital(), make_sponsor(pot=10**9)  # noqa: S311 (seeded: repeatable)
    holders = [make_holder(own=200_000, others=200_000) for _ in range(24)]
    bills = [pay(holder, 1_000, payee=payee).transfer_id for holder in holders for _ in range(5)]
    give = partial(services.contribute, sponsor_id=sponsor.pk, now=NOW)

    def movement(number: int) -> Callable[[], object]:
        holder, amount = chance.choice(holders), chance.randrange(1, 3_000)
        return chance.choice(
            [
                partial(adjust, holder, amount),
                partial(give, user_id=holder.user_id, amount=Money(amount), reference=f"r{number}"),
                partial(refund, chance.choice(bills), chance.randrange(1, 400)),
                partial(pay, holder, amount, payee=payee),
                partial(pay, holder, amount, payee=payee),
            ]
        )

    started = time.perf_counter()
    outcomes = race([movement(number) for number in range(TRANSFERS)], threads=16)
    seconds = time.perf_counter() - started

    assert set(outcomes) <= {"done", *REFUSALS}  # a deadlock would be an OperationalError, and end the test
    assert broken_invariants() == {}
    note("F21", f"{TRANSFERS:,} by 16 threads in {seconds:.0f} s: mismatches 0, deadlocks 0, {outcomes['done']:,} posted")


def test_f22_capture_release_and_expiry_resolve_each_hold_once() -> None:
    holder, doctor = make_holder(own=1_000_000), services.contra("provider_payable", "doctor")
    chance, now = random.Random(22), clock.now()  # noqa: S311 (seeded: repeatable)
    common: dict[str, Any] = {"user_id": holder.user_id, "amount": Money(100), "purpose": "CONSULTATION", "now": now}

    def held(number: int) -> UUID:
        """The last quarter of them expires while the others are still being resolved."""
        seconds = 3600 if number < HOLDS * 3 / 4 else chance.uniform(0.5, 4)
        return services.hold(**common, business_key=f"call-{number}", expires_at=clock.now() + timedelta(seconds=seconds))

    holds = [held(number) for number in range(HOLDS)]
    paid: dict[str, Any] = {"amount": Money(60), "payee": doctor, "reference_type": "CALL", "reference_id": "1", "now": now}
    works: list[Callable[[], object]] = [partial(services.capture, hold_id=hold_id, **paid) for hold_id in holds]
    works += [partial(services.release, hold_id=hold_id, now=now) for hold_id in holds]
    works += [lambda: services.release_expired(now=clock.now()) for _ in range(20)]
    chance.shuffle(works)

    race(works, threads=16)

    states = Counter(Hold.objects.values_list("state", flat=True))
    assert (states["ACTIVE"], holder.held()) == (0, (0, 0))
    assert holder.pools() == (1_000_000 - 60 * states["CAPTURED"], 0)
    assert broken_invariants() == {}
    note("F22", f"{HOLDS:,} holds: {states['CAPTURED']:,} captured, the rest free again; resolved twice 0; held at the end 0")


def test_f23_topups_racing_to_the_limit_stay_below_it() -> None:
    holder = make_holder(tier=Tier.SMALL)
    later = NOW + timedelta(days=1)

    def topup(number: int) -> None:
        wanted: dict[str, Any] = {"user_id": holder.user_id, "order_id": f"O{number}", "amount": Money(300_000), "now": NOW}
        services.reserve_incoming(**wanted, expires_at=later)
        services.credit_topup(**wanted)

    outcomes = race([partial(topup, number) for number in range(64)], threads=32)

    assert outcomes == {"done": 3, "LimitReached": 61}
    assert holder.pools() == (900_000, 0)
    assert set(broken_invariants()) <= {"I7"}  # these orders exist nowhere else
    note("F23", "64 × ₹3,000 to a limit of ₹10,000: 3 credited, 61 refused before paying, balance ₹9,000")


def test_f24_the_database_refuses_what_a_faulty_application_might_do() -> None:
    holder = make_holder(own=1_000)
    pay(holder, 100, key="bill")
    refused = 0
    for statement in (
        "UPDATE wallets_wallet SET own_balance = own_balance + 1",
        "DELETE FROM wallets_transfer",
        "INSERT INTO wallets_transfer SELECT * FROM wallets_transfer",
    ):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        refused += 1
    assert outcome_of(partial(pay, holder, 101, key="bill")) == "EffectMismatch"
    assert outcome_of(partial(pay, holder, 901)) == "InsufficientBalance"

    assert holder.pools() == (900, 0)
    assert broken_invariants() == {}
    note("F24", f"refused {refused + 2} of 5")


def test_f25_an_altered_row_is_found_by_the_next_verification() -> None:
    holder = make_holder(own=1_000)
    contribute(holder, 500)
    with database.superuser(settings.DATABASES["default"]["NAME"]) as tamper:
        found = {statement: noticed_after(tamper, statement) for statement in ALTERATIONS}

    assert all(codes & {"I1", "I2", "I3"} for codes in found.values()), found
    note("F25", f"found {len(found)} of {len(ALTERATIONS)} by I1 to I3 in one run")


ALTERATIONS = (
    "UPDATE wallets_wallet SET own_balance = own_balance + 1",
    "UPDATE wallets_transfer SET own_amount = own_amount + 1 WHERE own_amount > 0",
    "DELETE FROM wallets_entry WHERE number = 1",
    "UPDATE wallets_entry SET own_after = own_after + 1",
)


def noticed_after(tamper: psycopg.Connection, statement: str) -> set[str]:
    """Alter past every trigger, verify, and put it back."""
    tamper.execute("SET session_replication_role = replica")
    tamper.execute("CREATE TEMP TABLE w AS SELECT * FROM wallets_wallet")
    tamper.execute("CREATE TEMP TABLE t AS SELECT * FROM wallets_transfer")
    tamper.execute("CREATE TEMP TABLE e AS SELECT * FROM wallets_entry")
    tamper.execute(statement.encode())
    noticed = set(broken_invariants())
    for short, table in (("w", "wallets_wallet"), ("t", "wallets_transfer"), ("e", "wallets_entry")):
        tamper.execute(f"DELETE FROM {table}".encode())
        tamper.execute(f"INSERT INTO {table} SELECT * FROM {short}".encode())
        tamper.execute(f"DROP TABLE {short}".encode())
    return noticed
