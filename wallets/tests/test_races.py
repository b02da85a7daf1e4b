"""Real threads on real connections: one effect each, no deadlock, and books that hold afterwards."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

import pytest

from aarokya.common import clock
from aarokya.common.money import Money
from wallets import services
from wallets.models import Hold, Standing, Tier, Transfer
from wallets.services import opening
from wallets.tests.builders import (
    NOW,
    adjust,
    broken_invariants,
    contribute,
    hospital,
    make_holder,
    make_user,
    outcome_of,
    pay,
    refund,
    together,
)

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 64
CHANCE = random.Random  # seeded in each test: a failure can be repeated


def race(works: Sequence[Callable[[], object]], *, threads: int = THREADS) -> Counter[str]:
    return Counter(together([partial(outcome_of, work) for work in works], threads=threads))


def test_of_64_debits_of_everything_one_wins() -> None:
    holder, payee = make_holder(own=700, others=300), hospital()

    outcomes = race([partial(pay, holder, 1_000, payee=payee) for _ in range(THREADS)])

    assert outcomes == {"done": 1, "InsufficientBalance": THREADS - 1}
    assert holder.pools() == (0, 0)
    assert broken_invariants() == {}


def test_64_threads_replaying_50_ids_leave_50_movements() -> None:
    holder, payee = make_holder(own=5_000), hospital()
    works = [partial(pay, holder, 100, key=f"bill-{number}", payee=payee) for number in range(50) for _ in range(THREADS)]
    CHANCE(1).shuffle(works)

    outcomes = race(works)

    assert outcomes == {"done": 50 * THREADS}
    assert holder.pools() == (0, 0)
    assert Transfer.objects.filter(direction=-1).count() == 50
    assert broken_invariants() == {}


def test_random_movements_neither_deadlock_nor_lose_a_paisa() -> None:
    chance = CHANCE(7)
    payee = hospital()
    holders = [make_holder(own=200_000, others=200_000) for _ in range(12)]
    bills = [pay(holder, 1_000, payee=payee).transfer_id for holder in holders for _ in range(5)]

    def movement() -> Callable[[], object]:
        holder, amount = chance.choice(holders), chance.randrange(1, 5_000)
        kind = chance.randrange(5)
        if kind == 0:
            return partial(adjust, holder, amount)
        if kind == 1:
            return partial(contribute, holder, amount)
        if kind == 2:
            return partial(refund, chance.choice(bills), chance.randrange(1, 400))
        return partial(pay, holder, amount, payee=payee)

    outcomes = race([movement() for _ in range(3_000)], threads=16)

    assert set(outcomes) <= {"done", "InsufficientBalance", "AboveRefundable"}
    assert outcomes["done"] > 2_000
    assert broken_invariants() == {}


def test_capture_release_and_expiry_resolve_each_hold_once() -> None:
    holder, doctor = make_holder(own=100_000), services.contra("provider_payable", "doctor")
    now = clock.now()
    holds = [
        services.hold(
            user_id=holder.user_id,
            amount=Money(100),
            purpose="CONSULTATION",
            business_key=f"call-{number}",
            expires_at=now + timedelta(seconds=0.6 if number % 3 else 60),
            now=now,
        )
        for number in range(200)
    ]
    works: list[Callable[[], object]] = []
    for hold_id in holds:
        works.append(
            partial(
                services.capture,
                hold_id=hold_id,
                amount=Money(60),
                payee=doctor,
                reference_type="CALL",
                reference_id="1",
                now=now,
            )
        )
        works.append(partial(services.release, hold_id=hold_id, now=now))
    works += [partial(services.release_expired, now=now + timedelta(seconds=0.6)) for _ in range(20)]
    CHANCE(3).shuffle(works)

    race(works, threads=16)

    captured = Hold.objects.filter(state="CAPTURED").count()
    assert Hold.objects.filter(state="ACTIVE").count() == 0
    assert holder.held() == (0, 0)
    assert holder.pools() == (100_000 - 60 * captured, 0)
    assert broken_invariants() == {}


def test_topups_racing_to_the_limit_stay_below_it() -> None:
    holder = make_holder(tier=Tier.SMALL)

    def reserve(number: int) -> None:
        services.reserve_incoming(
            user_id=holder.user_id, order_id=f"O{number}", amount=Money(300_000), expires_at=NOW + timedelta(days=1), now=NOW
        )

    outcomes = race([partial(reserve, number) for number in range(32)], threads=32)

    assert outcomes == {"done": 3, "LimitReached": 29}
    assert broken_invariants() == {}


def test_refunds_racing_over_one_payment_give_back_no_more_than_it_was() -> None:
    holder, payee = make_holder(own=1_000), hospital()
    paid = pay(holder, 1_000, payee=payee)

    outcomes = race([partial(refund, paid.transfer_id, 300) for _ in range(20)], threads=20)

    assert outcomes == {"done": 3, "AboveRefundable": 17}
    assert holder.pools() == (900, 0)


def test_one_id_for_two_wallets_moves_one_of_them() -> None:
    payee = hospital()
    holders = [make_holder(own=1_000) for _ in range(8)]

    outcomes = race([partial(pay, holder, 100, key="shared", payee=payee) for holder in holders], threads=8)

    assert outcomes == {"done": 1, "EffectMismatch": 7}
    assert sorted(holder.pools()[0] for holder in holders) == [900] + [1_000] * 7


def test_a_user_gets_one_wallet_however_many_ask() -> None:
    user = make_user()

    opened = together([partial(opening.create, user_id=user.pk, now=NOW) for _ in range(16)], threads=16)

    assert sorted(opened) == [False] * 15 + [True]


def test_a_new_payee_used_by_all_at_once_is_one_account() -> None:
    found = together([partial(services.contra, "insurer_payable", "new") for _ in range(16)], threads=16)

    assert len({account.id for account in found}) == 1


def test_freezing_waits_for_nobody_and_nothing_moves_after_it() -> None:
    holder, payee = make_holder(own=100_000), hospital()
    freeze = partial(
        services.set_standing, wallet_id=holder.wallet_id, standing=Standing.FROZEN, actor="staff:ops", reason="x", now=NOW
    )

    race([*[partial(pay, holder, 1, payee=payee) for _ in range(200)], freeze], threads=16)
    left = holder.pools()

    assert outcome_of(partial(pay, holder, 1, payee=payee)) == "WalletNotUsable"
    assert holder.pools() == left
    assert broken_invariants() == {}
