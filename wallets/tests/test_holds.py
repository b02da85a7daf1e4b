"""Money set aside: capture a part, release the rest, expire; resolved once."""

import time
from datetime import timedelta
from uuid import UUID

import pytest

from aarokya.common import clock
from aarokya.common.errors import InsufficientBalance, NotFound
from aarokya.common.ids import uuid7
from aarokya.common.money import Money
from wallets import services
from wallets.errors import AboveHold, AmountRefused, EffectMismatch, HoldNotActive, OutsideHealthcare
from wallets.models import Hold
from wallets.tests.builders import Holder, broken_invariants, grocer, make_holder, pay

pytestmark = pytest.mark.django_db


def hold(holder: Holder, amount: int, *, key: str = "call-1", lasts: timedelta = timedelta(hours=1)) -> UUID:
    now = clock.now()
    return services.hold(
        user_id=holder.user_id, amount=Money(amount), purpose="CONSULTATION", business_key=key, expires_at=now + lasts, now=now
    )


def capture(hold_id: UUID, amount: int, *, payee: services.ContraRef | None = None) -> services.Posted:
    return services.capture(
        hold_id=hold_id,
        amount=Money(amount),
        payee=payee or services.contra("provider_payable", "doctor"),
        reference_type="CALL",
        reference_id="1",
        now=clock.now(),
    )


def release(hold_id: UUID) -> None:
    services.release(hold_id=hold_id, now=clock.now())


def test_a_hold_takes_from_what_is_available_others_first() -> None:
    holder = make_holder(own=30_000, others=20_000)

    hold(holder, 25_000)

    assert (holder.pools(), holder.held()) == ((30_000, 20_000), (5_000, 20_000))
    assert holder.wallet().available == Money(25_000)
    with pytest.raises(InsufficientBalance):
        pay(holder, 25_001)


def test_capturing_a_part_frees_the_rest() -> None:
    holder = make_holder(own=30_000, others=20_000)
    hold_id = hold(holder, 25_000)

    paid = capture(hold_id, 21_000)

    assert (paid.own, paid.others) == (Money(1_000), Money(20_000))
    assert (holder.pools(), holder.held()) == ((29_000, 0), (0, 0))
    assert broken_invariants() == {}


def test_resolving_twice_changes_nothing_and_the_opposite_is_refused() -> None:
    holder = make_holder(own=1_000)
    captured, released = hold(holder, 100, key="a"), hold(holder, 200, key="b")
    capture(captured, 100)
    release(released)

    assert capture(captured, 100).replayed
    release(released)
    with pytest.raises(HoldNotActive):
        release(captured)
    with pytest.raises(HoldNotActive):
        capture(released, 200)
    with pytest.raises(EffectMismatch):
        capture(captured, 99)

    assert (holder.pools(), holder.held()) == ((900, 0), (0, 0))


def test_no_more_than_the_hold_can_be_captured() -> None:
    holder = make_holder(own=1_000)
    hold_id = hold(holder, 100)

    with pytest.raises(AboveHold):
        capture(hold_id, 101)

    assert holder.held() == (100, 0)


def test_the_ring_fence_holds_at_capture() -> None:
    holder = make_holder(own=1_000)
    hold_id = hold(holder, 100)

    with pytest.raises(OutsideHealthcare):
        capture(hold_id, 100, payee=grocer())

    assert (holder.pools(), holder.held()) == ((1_000, 0), (100, 0))


def test_the_same_key_finds_the_same_hold() -> None:
    holder = make_holder(own=1_000)

    assert hold(holder, 100) == hold(holder, 100)
    assert holder.held() == (100, 0)
    with pytest.raises(EffectMismatch):
        hold(holder, 101)


def test_a_refused_hold_stays_refused() -> None:
    holder = make_holder(own=100)
    with pytest.raises(InsufficientBalance):
        hold(holder, 101)

    with pytest.raises(InsufficientBalance):
        hold(holder, 101)


def test_an_expired_hold_cannot_be_captured_even_before_the_sweep() -> None:
    holder = make_holder(own=1_000)
    hold_id = hold(holder, 100, lasts=timedelta(milliseconds=60))
    time.sleep(0.08)

    with pytest.raises(HoldNotActive):
        capture(hold_id, 100)

    assert (holder.pools(), holder.held()) == ((1_000, 0), (0, 0))
    assert Hold.objects.get(pk=hold_id).state == "EXPIRED"
    release(hold_id)


def test_the_sweep_frees_what_has_expired_and_nothing_else() -> None:
    holder = make_holder(own=1_000)
    hold(holder, 100, key="short", lasts=timedelta(milliseconds=60))
    hold(holder, 200, key="long")
    time.sleep(0.08)

    assert services.release_expired(now=clock.now()) == 1

    assert holder.held() == (200, 0)
    assert broken_invariants() == {}


def test_a_hold_that_is_over_before_it_begins_is_refused() -> None:
    with pytest.raises(AmountRefused):
        hold(make_holder(own=1_000), 100, lasts=timedelta(seconds=-1))


def test_unknown_holds_are_not_found() -> None:
    with pytest.raises(NotFound):
        capture(uuid7(), 1)
    with pytest.raises(NotFound):
        release(uuid7())
