"""The scenarios of the public purpose-bound accounts of the same domain, by their names there, against our ledger."""

import time
from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from aarokya.common import clock
from aarokya.common.money import Money
from wallets import services
from wallets.models import Standing
from wallets.tests.builders import (
    NOW,
    Holder,
    adjust,
    broken_invariants,
    contribute,
    hospital,
    make_holder,
    merchant,
    outcome_of,
    pay,
    refund,
    together,
)

pytestmark = pytest.mark.django_db
ALLOWED_CATEGORIES = ["5912", "8011", "8021", "8031", "8041", "8042", "8049", "8062", "8071", "8099"]


def held(holder: Holder, amount: int, *, seconds: float = 3600) -> Any:
    """A pending transfer: set aside, to be posted or voided."""
    now = clock.now()
    expires_at = now + timedelta(seconds=seconds)
    wanted: dict[str, Any] = {"user_id": holder.user_id, "amount": Money(amount), "purpose": "HOSPITAL", "now": now}
    return services.hold(**wanted, business_key=f"pending:{holder.user_id}", expires_at=expires_at)


def post(hold_id: Any, amount: int) -> Any:
    wanted: dict[str, Any] = {"payee": hospital(), "reference_type": "T", "reference_id": "1", "now": clock.now()}
    return services.capture(hold_id=hold_id, amount=Money(amount), **wanted)


def void(hold_id: Any) -> None:
    services.release(hold_id=hold_id, now=clock.now())


def test_others_money_is_spent_first_then_own() -> None:
    holder = make_holder(own=30_000, others=20_000)

    first, second = pay(holder, 15_000), pay(holder, 15_000)

    assert (first.own, first.others) == (Money(0), Money(15_000))
    assert (second.own, second.others) == (Money(10_000), Money(5_000))
    assert holder.pools() == (20_000, 0)


def test_a_full_refund_returns_30000_to_own_and_20000_to_others() -> None:
    holder = make_holder(own=30_000, others=20_000)
    paid = pay(holder, 50_000)
    assert holder.pools() == (0, 0)

    refund(paid.transfer_id, 50_000)

    assert holder.pools() == (30_000, 20_000)


def test_many_refunds_up_to_the_payment_and_not_one_paisa_more() -> None:
    holder = make_holder(own=30_000, others=20_000)
    paid = pay(holder, 50_000)

    outcomes = [outcome_of(partial(refund, paid.transfer_id, 12_500)) for _ in range(5)]

    assert outcomes == ["done"] * 4 + ["AboveRefundable"]
    assert holder.pools() == (30_000, 20_000)


def test_post_twice_is_a_no_op() -> None:
    holder = make_holder(own=1_000)
    hold_id = held(holder, 600)

    first, second = post(hold_id, 600), post(hold_id, 600)

    assert (first.replayed, second.replayed) == (False, True)
    assert holder.pools() == (400, 0)


def test_void_twice_is_a_no_op() -> None:
    holder = make_holder(own=1_000)
    hold_id = held(holder, 600)

    void(hold_id)
    void(hold_id)

    assert (holder.pools(), holder.held()) == ((1_000, 0), (0, 0))


def test_void_then_post_is_refused() -> None:
    holder = make_holder(own=1_000)
    hold_id = held(holder, 600)
    void(hold_id)

    assert outcome_of(partial(post, hold_id, 600)) == "HoldNotActive"
    assert holder.pools() == (1_000, 0)


def test_post_then_void_is_refused() -> None:
    holder = make_holder(own=1_000)
    hold_id = held(holder, 600)
    post(hold_id, 600)

    assert outcome_of(partial(void, hold_id)) == "HoldNotActive"
    assert holder.pools() == (400, 0)


def test_an_expired_pending_transfer_is_void() -> None:
    holder = make_holder(own=1_000)
    hold_id = held(holder, 600, seconds=0.05)
    time.sleep(0.1)
    assert services.release_expired(now=clock.now()) == 1

    assert outcome_of(partial(post, hold_id, 600)) == "HoldNotActive"
    assert holder.held() == (0, 0)


def test_a_pending_transfer_cannot_be_spent_otherwise() -> None:
    holder = make_holder(own=1_000)
    held(holder, 600)

    assert outcome_of(partial(pay, holder, 401)) == "InsufficientBalance"
    assert outcome_of(partial(pay, holder, 400)) == "done"


@pytest.mark.parametrize("category", ALLOWED_CATEGORIES)
def test_health_money_pays_the_allowed_categories(category: str) -> None:
    holder = make_holder(own=1_000)

    assert outcome_of(partial(pay, holder, 100, payee=merchant(50, category, "Payee"), purpose="HEALTHCARE")) == "done"


@pytest.mark.parametrize("purpose", ["HEALTHCARE", "HOSPITAL", "PHARMACY", "LAB", "CLINIC", "CONSULTATION"])
def test_health_money_pays_no_grocer_under_any_purpose(purpose: str) -> None:
    holder = make_holder(own=1_000)

    assert outcome_of(partial(pay, holder, 100, payee=merchant(3, "5411", "Grocer"), purpose=purpose)) == "OutsideHealthcare"


@pytest.mark.parametrize("standing", [Standing.FROZEN, Standing.CLOSED])
def test_frozen_and_closed_accounts_refuse(standing: Standing) -> None:
    holder = make_holder()
    services.set_standing(wallet_id=holder.wallet_id, standing=standing, actor="staff:x", reason="x", now=NOW)

    assert outcome_of(partial(adjust, holder, 100)) == "WalletNotUsable"
    assert outcome_of(partial(contribute, holder, 100)) == "WalletNotUsable"


def test_one_key_is_one_transfer_and_another_amount_under_it_is_refused() -> None:
    holder = make_holder(own=1_000)

    outcomes = [outcome_of(partial(pay, holder, amount, key="bill")) for amount in (100, 100, 101)]

    assert outcomes == ["done", "done", "EffectMismatch"]
    assert holder.pools() == (900, 0)


@pytest.mark.django_db(transaction=True)
def test_of_ten_concurrent_1000s_against_5000_exactly_5_succeed() -> None:
    holder, payee = make_holder(own=3_000, others=2_000), hospital()

    outcomes = together([partial(outcome_of, partial(pay, holder, 1_000, payee=payee)) for _ in range(10)], threads=10)

    assert Counter(outcomes) == {"done": 5, "InsufficientBalance": 5}
    assert holder.pools() == (0, 0)
    assert broken_invariants() == {}
