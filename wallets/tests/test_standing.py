"""Frozen, closed and blocked wallets, and the tier."""

from datetime import timedelta

import pytest

from aarokya.common.errors import NotFound
from aarokya.common.ids import uuid7
from aarokya.common.models import AuditEntry
from aarokya.common.money import Money
from wallets import services
from wallets.errors import LimitReached, WalletNotEmpty, WalletNotUsable
from wallets.models import IssuerStatus, Standing, Tier, Wallet
from wallets.tests.builders import NOW, Holder, adjust, make_holder, outcome_of, pay, refund

pytestmark = pytest.mark.django_db


def put(holder: Holder, standing: Standing) -> None:
    services.set_standing(wallet_id=holder.wallet_id, standing=standing, actor="staff:ops", reason="suspected fraud", now=NOW)


def test_a_frozen_wallet_moves_nothing_until_it_is_open_again() -> None:
    holder = make_holder(own=1_000)
    paid = pay(holder, 100)
    put(holder, Standing.FROZEN)

    tried = [
        lambda: pay(holder, 1),
        lambda: adjust(holder, 1),
        lambda: refund(paid.transfer_id, 1),
        lambda: services.hold(
            user_id=holder.user_id,
            amount=Money(1),
            purpose="LAB",
            business_key="h",
            expires_at=NOW + timedelta(days=900),
            now=NOW,
        ),
        lambda: services.reserve_incoming(user_id=holder.user_id, order_id="O", amount=Money(1), expires_at=NOW, now=NOW),
    ]

    assert {outcome_of(work) for work in tried} == {"WalletNotUsable"}
    assert holder.pools() == (900, 0)
    put(holder, Standing.OPEN)
    pay(holder, 1)


def test_a_wallet_blocked_by_the_issuer_moves_nothing() -> None:
    holder = make_holder(own=1_000)
    Wallet.objects.filter(pk=holder.wallet_id).update(issuer_status=IssuerStatus.BLOCKED)

    with pytest.raises(WalletNotUsable):
        pay(holder, 1)


def test_only_an_empty_wallet_can_be_closed_and_it_stays_closed() -> None:
    holder = make_holder(own=1_000)
    with pytest.raises(WalletNotEmpty):
        put(holder, Standing.CLOSED)
    pay(holder, 1_000)

    put(holder, Standing.CLOSED)

    with pytest.raises(WalletNotUsable):
        put(holder, Standing.OPEN)
    with pytest.raises(WalletNotUsable):
        adjust(holder, 1)


def test_freezing_is_audited_once() -> None:
    holder = make_holder()

    put(holder, Standing.FROZEN)
    put(holder, Standing.FROZEN)

    entry = AuditEntry.objects.get(action="wallet.frozen")
    assert (entry.actor, entry.before, entry.reason) == ("staff:ops", {"standing": "OPEN"}, "suspected fraud")


def test_full_kyc_lifts_the_limit() -> None:
    holder = make_holder(tier=Tier.SMALL)
    with pytest.raises(LimitReached):
        adjust(holder, 1_000_001)

    services.set_tier(wallet_id=holder.wallet_id, tier=Tier.FULL_KYC, actor="staff:ops", reason="verified", now=NOW)

    adjust(holder, 20_000_000)
    with pytest.raises(LimitReached):
        adjust(holder, 1)


def test_unknown_wallets_are_not_found() -> None:
    with pytest.raises(NotFound):
        services.set_standing(wallet_id=uuid7(), standing=Standing.FROZEN, actor="staff:ops", reason="x", now=NOW)
