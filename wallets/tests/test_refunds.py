"""Giving back: pools restored, never more than was paid, above the limit if need be."""

import pytest

from aarokya.common.errors import InsufficientBalance
from aarokya.common.money import Money
from wallets import services
from wallets.errors import AboveRefundable, AmountRefused, LimitReached
from wallets.models import Tier
from wallets.tests.builders import NOW, adjust, broken_invariants, make_holder, pay, refund

pytestmark = pytest.mark.django_db


def test_a_full_refund_restores_what_each_pool_gave() -> None:
    holder = make_holder(own=30_000, others=20_000)
    paid = pay(holder, 50_000)

    back = refund(paid.transfer_id, 50_000)

    assert (back.own, back.others) == (Money(30_000), Money(20_000))
    assert holder.pools() == (30_000, 20_000)


def test_partial_refunds_fill_own_money_first_and_end_at_what_was_paid() -> None:
    holder = make_holder(own=30_000, others=20_000)
    paid = pay(holder, 50_000)

    refund(paid.transfer_id, 40_000)
    assert holder.pools() == (30_000, 10_000)
    with pytest.raises(AboveRefundable):
        refund(paid.transfer_id, 10_001)
    refund(paid.transfer_id, 10_000)

    assert holder.pools() == (30_000, 20_000)
    assert broken_invariants() == {}


def test_a_refund_is_applied_even_above_the_limit() -> None:
    holder = make_holder(own=1_000_000, tier=Tier.SMALL)
    paid = pay(holder, 400_000)
    adjust(holder, 400_000)

    refund(paid.transfer_id, 400_000)

    assert holder.pools() == (1_400_000, 0)
    assert broken_invariants() == {}
    with pytest.raises(LimitReached):
        adjust(holder, 1)


def test_a_refund_of_a_refund_is_refused() -> None:
    holder = make_holder(own=1_000)
    back = refund(pay(holder, 1_000).transfer_id, 1_000)

    with pytest.raises(AmountRefused):
        refund(back.transfer_id, 1_000)


def test_taking_a_topup_back_needs_the_money_to_be_there() -> None:
    holder = make_holder()
    credit = services.credit_topup(user_id=holder.user_id, order_id="ORDER1", amount=Money(50_000), now=NOW)
    pay(holder, 20_000)

    with pytest.raises(InsufficientBalance):
        refund(credit.transfer_id, 50_000)
    refund(credit.transfer_id, 30_000)

    assert holder.pools() == (0, 0)
