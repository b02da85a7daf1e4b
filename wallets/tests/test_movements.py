"""Credits, payments and refunds: pools, limits, the ring-fence, and what happens the second time."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from aarokya.common.errors import InsufficientBalance, NotFound
from aarokya.common.ids import effect_id, uuid7
from aarokya.common.models import OutboxMessage
from aarokya.common.money import Money
from wallets import selectors, services
from wallets.errors import AmountRefused, EffectMismatch, LimitReached, OutsideHealthcare
from wallets.models import Limit, Tier, Transfer, TransferRefusal, WalletEntry
from wallets.services.ledger import call
from wallets.tests.builders import (
    NOW,
    Holder,
    adjust,
    contribute,
    grocer,
    hospital,
    make_holder,
    make_user,
    merchant,
    outcome_of,
    pay,
    refund,
)

pytestmark = pytest.mark.django_db


def topup(holder: Holder, amount: int, *, order_id: str = "ORDER1") -> services.Posted:
    return services.credit_topup(user_id=holder.user_id, order_id=order_id, amount=Money(amount), now=NOW)


def test_a_topup_is_own_money_and_happens_once() -> None:
    holder = make_holder()

    first, second = topup(holder, 50_000), topup(holder, 50_000)

    assert holder.pools() == (50_000, 0)
    assert (first.replayed, second.replayed) == (False, True)
    assert second.transfer_id == first.transfer_id == effect_id("topup:ORDER1")
    assert second.own_after == Money(50_000)


def test_a_second_credit_for_an_order_under_another_id_is_refused_by_the_database() -> None:
    holder = make_holder()
    topup(holder, 50_000)

    with pytest.raises(IntegrityError, match="transfer_one_credit_per_order"), transaction.atomic():
        services.credit(
            user_id=holder.user_id,
            source=services.contra("gateway_clearing", "juspay"),
            amount=Money(50_000),
            purpose="TOPUP",
            business_key="another",
            reference_type="ORDER",
            reference_id="ORDER1",
            now=NOW,
        )

    assert holder.pools() == (50_000, 0)


def test_a_payment_draws_others_money_first() -> None:
    holder = make_holder(own=60_000, others=20_000)

    paid = pay(holder, 50_000)

    assert (paid.own, paid.others) == (Money(30_000), Money(20_000))
    assert holder.pools() == (30_000, 0)
    assert paid.available_after == Money(30_000)


def test_only_own_money_can_be_withdrawn() -> None:
    holder = make_holder(own=10_000, others=90_000)
    bank = services.contra("bank", "hdfc-1")

    with pytest.raises(InsufficientBalance):
        pay(holder, 10_001, payee=bank, purpose="WITHDRAWAL")
    pay(holder, 10_000, payee=bank, purpose="WITHDRAWAL")

    assert holder.pools() == (0, 90_000)


def test_overdraft_is_refused_and_the_id_stays_refused() -> None:
    holder = make_holder(own=100)

    with pytest.raises(InsufficientBalance):
        pay(holder, 101, key="bill-7")
    adjust(holder, 900)
    with pytest.raises(InsufficientBalance):
        pay(holder, 101, key="bill-7")

    assert holder.pools() == (1_000, 0)
    assert TransferRefusal.objects.get(pk=effect_id("bill-7")).reason == "INSUFFICIENT_BALANCE"
    with pytest.raises(EffectMismatch):
        pay(holder, 50, key="bill-7")


def test_an_id_used_again_for_something_else_is_refused() -> None:
    holder, other = make_holder(own=1_000), make_holder(own=1_000)
    pay(holder, 100, key="bill-8")

    changes: list[Callable[[], object]] = [
        lambda: pay(holder, 101, key="bill-8"),
        lambda: pay(holder, 100, key="bill-8", note="other words"),
        lambda: pay(holder, 100, key="bill-8", purpose="LAB"),
        lambda: pay(holder, 100, key="bill-8", payee=merchant(9, "8062", "Another Hospital")),
        lambda: pay(other, 100, key="bill-8"),
    ]

    assert {outcome_of(change) for change in changes} == {"EffectMismatch"}
    assert pay(holder, 100, key="bill-8").replayed
    assert (holder.pools(), other.pools()) == ((900, 0), (1_000, 0))


@pytest.mark.parametrize("amount", [0, -1, -(2**62)])
def test_an_amount_that_is_not_positive_is_refused(amount: int) -> None:
    holder = make_holder(own=1_000)

    with pytest.raises(AmountRefused):
        pay(holder, amount)

    assert holder.pools() == (1_000, 0)


def test_unknown_wallet_payee_and_transfer_are_not_found() -> None:
    holder = make_holder(own=1_000)

    with pytest.raises(NotFound):
        pay(Holder(make_user().pk, uuid7()), 10)
    with pytest.raises(NotFound):
        pay(holder, 10, payee=services.ContraRef(uuid7(), "nobody"))
    with pytest.raises(NotFound):
        refund(uuid7(), 10)


@pytest.mark.parametrize(
    ("category", "purpose", "allowed"),
    [
        ("8062", "HOSPITAL", True),
        ("8062", "PHARMACY", True),
        ("5912", "PHARMACY", True),
        ("8071", "LAB", True),
        ("8011", "CONSULTATION", True),
        ("8099", "HEALTHCARE", True),
        ("5411", "HOSPITAL", False),
        ("5411", "HEALTHCARE", False),
        ("5912", "HOSPITAL", False),
        ("8071", "CONSULTATION", False),
        ("8062", "TOPUP", False),
        ("8062", "REFUND", False),
        ("8062", "NO_SUCH_PURPOSE", False),
    ],
)
def test_the_ring_fence_judges_purpose_and_merchant_category(category: str, purpose: str, allowed: bool) -> None:
    holder = make_holder(own=1_000)
    payee = merchant(40, category, "Somebody")

    if allowed:
        pay(holder, 100, payee=payee, purpose=purpose)
    else:
        with pytest.raises(OutsideHealthcare):
            pay(holder, 100, payee=payee, purpose=purpose)

    assert holder.pools() == (900 if allowed else 1_000, 0)


def test_money_out_cannot_go_where_money_comes_from() -> None:
    holder = make_holder(own=1_000)

    with pytest.raises(OutsideHealthcare):
        pay(holder, 100, payee=services.contra("sponsor", "acme"), purpose="CONTRIBUTION")


def test_the_limit_in_force_at_the_time_counts() -> None:
    holder = make_holder(own=900_000, tier=Tier.SMALL)

    with pytest.raises(LimitReached):
        adjust(holder, 100_001)
    adjust(holder, 100_000)

    assert holder.pools() == (1_000_000, 0)
    assert selectors.topup_room(holder.user_id, now=NOW) == Money(0)


def test_a_limit_before_its_day_does_not_count() -> None:
    before_any_limit = datetime(2020, 1, 1, tzinfo=UTC)
    holder = make_holder(tier=Tier.SMALL)

    with pytest.raises(LimitReached):
        services.credit_topup(user_id=holder.user_id, order_id="EARLY", amount=Money(1), now=before_any_limit)

    assert Limit.objects.filter(valid_from__lte=before_any_limit).count() == 0


def test_history_is_numbered_without_gaps_and_shows_the_balance_after_each() -> None:
    holder = make_holder(own=1_000)
    contribute(holder, 500)
    pay(holder, 700)

    entries = WalletEntry.objects.filter(wallet_id=holder.wallet_id).order_by("number")

    rows = [(entry.number, entry.own_after.paise, entry.others_after.paise) for entry in entries]
    assert rows == [(1, 1_000, 0), (2, 1_000, 500), (3, 800, 0)]
    assert holder.wallet().entries == 3


def test_a_movement_announces_itself_once_in_its_transaction() -> None:
    holder = make_holder(own=1_000)
    OutboxMessage.objects.all().delete()

    paid = pay(holder, 10, key="bill-9")
    pay(holder, 10, key="bill-9")

    message = OutboxMessage.objects.get()
    assert (message.topic, message.payload) == ("wallet.debited", {"transfer_id": str(paid.transfer_id)})


def test_a_movement_undone_with_its_callers_transaction_leaves_nothing() -> None:
    holder = make_holder(own=1_000)

    with transaction.atomic():
        pay(holder, 10, key="bill-10")
        transaction.set_rollback(True)

    assert holder.pools() == (1_000, 0)
    assert not Transfer.objects.filter(pk=effect_id("bill-10")).exists()


def test_ten_thousands_against_five_leave_five() -> None:
    holder = make_holder(own=5_000)

    refused = sum(1 for _ in range(10) if not paid(holder, 1_000))

    assert (refused, holder.pools()) == (5, (0, 0))


def paid(holder: Holder, amount: int) -> bool:
    try:
        pay(holder, amount)
    except InsufficientBalance:
        return False
    return True


def test_transfers_of_one_event_share_its_group() -> None:
    holder, group = make_holder(own=1_000), uuid7()
    for part in ("fee", "tax"):
        services.pay(
            user_id=holder.user_id,
            payee=hospital(),
            amount=Money(10),
            purpose="HOSPITAL",
            business_key=f"visit:1:{part}",
            reference_type="VISIT",
            reference_id="1",
            now=NOW,
            group_id=group,
        )

    assert Transfer.objects.filter(group_id=group).count() == 2


def test_contra_accounts_are_made_on_first_use_only() -> None:
    first, second = services.contra("insurer_payable", "nh", name="Narayana"), services.contra("insurer_payable", "nh")

    assert first == second


def test_a_payee_keeps_its_category_but_may_move() -> None:
    grocer()
    services.register_payee(payee_id=grocer().id, name="New Name", city="Mysuru", merchant_category="8062")

    found = selectors.payee(grocer().id)
    assert (found.city, found.merchant_category_id) == ("Bengaluru", "5411")


def test_functions_refuse_what_python_never_sends() -> None:
    holder = make_holder(own=1_000)

    with pytest.raises(IntegrityError), transaction.atomic():
        call("ledger_post", (uuid7(), holder.wallet_id, -1, None, hospital().id, "HOSPITAL", "T", "1", None, "", "", NOW))

    assert holder.pools() == (1_000, 0)
