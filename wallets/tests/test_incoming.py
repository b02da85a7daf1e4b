"""Head-room for top-ups: reserved before the customer pays, so that money charged always fits."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from aarokya.common.money import Money
from tests import database
from wallets import selectors, services
from wallets.errors import AmountRefused, EffectMismatch, LimitReached
from wallets.models import IncomingReservation, Tier
from wallets.tests.builders import NOW, Holder, adjust, broken_invariants, contribute, make_holder, outcome_of, pay, refund

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def reserve(holder: Holder, amount: int, *, order_id: str = "A") -> None:
    services.reserve_incoming(user_id=holder.user_id, order_id=order_id, amount=Money(amount), expires_at=LATER, now=NOW)


def reserved(holder: Holder) -> int:
    return holder.wallet().incoming_reserved.paise


def test_reservations_and_balance_share_the_limit() -> None:
    holder = make_holder(own=300_000, tier=Tier.SMALL)

    reserve(holder, 600_000)

    with pytest.raises(LimitReached):
        reserve(holder, 100_001, order_id="B")
    with pytest.raises(LimitReached):
        adjust(holder, 100_001)
    assert selectors.topup_room(holder.user_id, now=NOW) == Money(100_000)
    reserve(holder, 100_000, order_id="B")
    assert reserved(holder) == 700_000


def test_the_credit_uses_its_own_reservation() -> None:
    holder = make_holder(tier=Tier.SMALL)
    reserve(holder, 1_000_000)

    services.credit_topup(user_id=holder.user_id, order_id="A", amount=Money(1_000_000), now=NOW)

    assert (holder.pools(), reserved(holder)) == ((1_000_000, 0), 0)
    assert IncomingReservation.objects.get().state == "USED"


def test_releasing_gives_the_room_back_once() -> None:
    holder = make_holder(tier=Tier.SMALL)
    reserve(holder, 1_000_000)

    for _ in range(2):
        services.release_incoming(order_id="A", now=NOW)
    services.release_incoming(order_id="unknown", now=NOW)

    assert reserved(holder) == 0
    reserve(holder, 1_000_000, order_id="B")


def test_the_same_order_reserves_once() -> None:
    holder = make_holder(tier=Tier.SMALL)

    reserve(holder, 500)
    reserve(holder, 500)

    assert reserved(holder) == 500
    with pytest.raises(EffectMismatch):
        reserve(holder, 501)
    with pytest.raises(EffectMismatch):
        reserve(make_holder(), 500)
    with pytest.raises(AmountRefused):
        reserve(holder, 0, order_id="Z")


def test_a_late_credit_after_release_is_judged_by_the_limit_alone() -> None:
    holder = make_holder(tier=Tier.SMALL)
    reserve(holder, 600_000)
    services.release_incoming(order_id="A", now=NOW)
    adjust(holder, 500_000)

    with pytest.raises(LimitReached):
        services.credit_topup(user_id=holder.user_id, order_id="A", amount=Money(600_000), now=NOW)
    pay(holder, 500_000)
    with pytest.raises(LimitReached):  # refused once, refused for good: the money is on its way back
        services.credit_topup(user_id=holder.user_id, order_id="A", amount=Money(600_000), now=NOW)

    assert holder.pools() == (0, 0)
    assert broken_invariants() == {}


def test_reservations_past_their_time_make_room_when_it_is_needed() -> None:
    holder = make_holder(tier=Tier.SMALL)
    reserve(holder, 1_000_000)

    services.reserve_incoming(
        user_id=holder.user_id, order_id="B", amount=Money(400_000), expires_at=LATER + timedelta(hours=1), now=LATER
    )

    assert reserved(holder) == 400_000
    assert IncomingReservation.objects.get(order_id="A").state == "RELEASED"
    assert broken_invariants() == {}


@pytest.mark.django_db(transaction=True)
def test_a_monthly_limit_counts_what_came_in_since_the_month_began_in_india() -> None:
    with database.superuser(settings.DATABASES["default"]["NAME"]) as law:
        law.execute(
            "INSERT INTO wallets_limit (tier, name, valid_from, amount)"
            " VALUES ('SMALL', 'MONTHLY_LOAD', '2026-11-01T00:00+05:30', 1000)"
        )
    holder = make_holder(tier=Tier.SMALL)

    def topup(number: int, amount: int, moment: datetime) -> None:
        services.credit_topup(user_id=holder.user_id, order_id=f"O{number}", amount=Money(amount), now=moment)

    october, november = datetime(2026, 10, 31, 18, 29, 59, tzinfo=UTC), datetime(2026, 10, 31, 18, 30, tzinfo=UTC)
    topup(1, 5_000, october)
    topup(2, 900, november)
    pay(holder, 900)
    with pytest.raises(LimitReached):  # spending makes no room in the month
        topup(3, 101, november + timedelta(days=29))
    topup(4, 100, november + timedelta(days=29))
    topup(5, 1_000, november + timedelta(days=30))

    assert holder.pools() == (6_100, 0)


def test_a_small_wallet_loads_no_more_than_its_month_allows_and_is_corrected_all_the_same() -> None:
    holder = make_holder(tier=Tier.SMALL)
    contribute(holder, 600_000)
    services.credit_topup(user_id=holder.user_id, order_id="A", amount=Money(400_000), now=NOW)
    paid = pay(holder, 900_000)

    assert selectors.topup_room(holder.user_id, now=NOW) == Money(0)
    assert outcome_of(lambda: contribute(holder, 1)) == "LimitReached"
    refund(paid.transfer_id, 100_000)
    adjust(holder, 50_000)
    assert selectors.topup_room(holder.user_id, now=NOW + timedelta(days=11)) == Money(750_000)  # December in India
