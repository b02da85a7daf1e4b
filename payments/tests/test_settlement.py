"""What the gateway says becomes what we do, exactly once and only upwards."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from aarokya.common import clock
from aarokya.common.clients.http import PartnerError
from aarokya.common.models import AuditEntry
from aarokya.common.money import Money
from accounts.models import User
from payments.gateways import gateway
from payments.models import RANKS, Charge, Order, OrderEvent, OrderStatus, PaymentMethod, Refund, RefundReason, SettlementOutcome
from payments.services import sweeping
from payments.services.schedule import SECONDS
from payments.services.syncing import release_from_quarantine, sync_order
from payments.tests.builders import NOW, Bank, balance, client_of, make_customer, premium, reserved, topup
from payments.tests.premiums import Premiums
from wallets.models import Transfer
from wallets.selectors import wallet_of

pytestmark = pytest.mark.django_db
POLL = OrderEvent.Cause.POLL


def sync(order: Order, *, after: timedelta = timedelta()) -> Order:
    return sync_order(order_id=order.order_id, cause=POLL, gateway=gateway(), now=NOW + after)


def status_of(user: User, order: Order) -> Any:
    return client_of(user).get(f"/payments/{order.order_id}/status")


def test_a_charge_credits_the_wallet_once(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "CHARGED")

    settled = sync(order)
    sync(order)

    assert (settled.status, settled.settlement, settled.captured) == (OrderStatus.CHARGED, SettlementOutcome.DONE, Money(50_000))
    assert (balance(customer), reserved(customer)) == (50_000, 0)
    assert Transfer.objects.filter(reference_id=order.order_id).count() == 1
    assert Charge.objects.filter(order=order).count() == 1
    assert [event.to_status for event in order.events.order_by("id")] == ["CREATED", "SESSION_OPEN", "CHARGED"]


def test_the_status_answer_polls_and_settles(bank: Bank, customer: User) -> None:
    order = topup(customer)
    before = status_of(customer, order).json()
    bank.outcome(order, "CHARGED")
    Order.objects.filter(pk=order.pk).update(last_polled_at=None)

    after = status_of(customer, order).json()

    assert (before["status"], before["gateway_status"]) == ("PENDING", "NEW")
    assert (after["status"], after["gateway_status"], after["refunds"]) == ("SUCCESS", "CHARGED", [])
    assert balance(customer) == 50_000


def test_the_gateway_is_asked_once_in_two_seconds(bank: Bank, customer: User) -> None:
    order = topup(customer)

    for _ in range(5):
        assert status_of(customer, order).status_code == 200

    assert len(bank.calls("order_status")) == 1


def test_an_unreachable_gateway_does_not_hide_the_order(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.fault("order_status", "http_500")

    answer = status_of(customer, order)

    assert (answer.status_code, answer.json()["status"]) == (200, "PENDING")


def test_strangers_find_nothing(bank: Bank, customer: User) -> None:
    order = topup(customer)

    answer = status_of(make_customer(), order)

    assert (answer.status_code, answer.json()["error"]) == (404, "NOT_FOUND")
    assert client_of(customer).get("/payments/00000000000000000000/status").json()["error"] == "NOT_FOUND"
    assert client_of(make_customer()).get("/payments").json()["total"] == 0


def test_my_payments_newest_first_in_a_constant_number_of_queries(
    bank: Bank, customer: User, django_assert_num_queries: Any
) -> None:
    orders = [topup(customer, 10_000 + number) for number in range(5)]

    with django_assert_num_queries(2):
        body = client_of(customer).get("/payments?limit=3").json()

    assert (body["total"], body["limit"], body["offset"]) == (5, 3, 0)
    assert [row["order_id"] for row in body["data"]] == [order.order_id for order in reversed(orders[2:])]


def test_a_failure_frees_what_was_reserved(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "FAILED")

    failed = sync(order)

    assert (failed.status, failed.public_status, failed.gateway_status) == ("FAILED", "FAILED", "AUTHORIZATION_FAILED")
    assert (balance(customer), reserved(customer)) == (0, 0)


@pytest.mark.parametrize("after", [timedelta(minutes=1), timedelta(minutes=11), timedelta(days=2)])
def test_a_late_success_is_honoured_once(bank: Bank, customer: User, after: timedelta) -> None:
    order = topup(customer)
    bank.outcome(order, "FAILED")
    sync(order)
    bank.outcome(order, "CHARGED")

    assert sweeping.sweep_orders(now=NOW + after) == 1
    sync(order, after=after)
    sync(order, after=after)

    assert balance(customer) == 50_000
    assert not Refund.objects.exists()


def test_a_late_success_goes_back_when_its_purpose_is_gone(bank: Bank, customer: User, premiums: Premiums) -> None:
    policy_id = uuid4()
    premiums.prices[policy_id] = Money(99_900)
    first, second = premium(customer, policy_id), premium(customer, policy_id)
    bank.outcome(first, "CHARGED")
    bank.outcome(second, "CHARGED")

    sync(first)
    late = sync(second)
    sync(second)

    assert (late.status, late.settlement, late.public_status) == ("CHARGED", "REFUND", "REVERSED")
    refund = Refund.objects.get()
    assert (refund.order, refund.amount, refund.reason) == (second, Money(99_900), RefundReason.PURPOSE_GONE)
    assert second.order_id in premiums.released
    assert premiums.paid == {str(policy_id): first.order_id}


def test_money_that_the_wallet_may_not_take_any_more_goes_back(bank: Bank, customer: User) -> None:
    order = topup(customer, 600_000)
    bank.outcome(order, "FAILED")
    sync(order)
    other = topup(customer, 600_000)
    bank.outcome(other, "CHARGED")
    sync(other)
    bank.outcome(order, "CHARGED")

    late = sync(order)

    assert (late.settlement, balance(customer)) == (SettlementOutcome.REFUND, 600_000)
    assert Refund.objects.get().amount == Money(600_000)


@pytest.mark.parametrize("change", [{"amount": 49_999}, {"amount": 50_001}, {"currency": "USD"}, {"customer_id": "somebody"}])
def test_facts_that_differ_are_quarantined_and_not_credited(bank: Bank, customer: User, change: dict[str, Any]) -> None:
    order = topup(customer)
    bank.change(order, **change)
    bank.outcome(order, "CHARGED")

    looked_at = sync(order)
    sync(order)

    assert (looked_at.status, looked_at.public_status) == ("MISMATCH", "UNDER_REVIEW")
    assert next(iter(change)) in looked_at.review_reason
    assert balance(customer) == 0
    assert order.events.filter(to_status="MISMATCH").count() == 1


def test_only_a_person_takes_an_order_out_of_quarantine(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.change(order, currency="USD")
    bank.outcome(order, "CHARGED")
    sync(order)
    bank.change(order, currency="INR")

    still = sync(order).status
    resolved = release_from_quarantine(
        order_id=order.order_id, actor="staff:olga", reason="the gateway corrected it", gateway=gateway(), now=NOW
    )

    assert (still, resolved.status, balance(customer)) == ("MISMATCH", "CHARGED", 50_000)
    assert AuditEntry.objects.get(action="order.asked_again").reason == "the gateway corrected it"


def test_a_second_charge_goes_back(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.order_fault("double_charge")
    bank.outcome(order, "CHARGED")

    charged = sync(order)

    extra = Charge.objects.get(is_extra=True)
    refund = Refund.objects.get()
    assert charged.captured == Money(100_000)
    assert (refund.charge, refund.amount, refund.reason) == (extra, Money(50_000), RefundReason.CHARGED_TWICE)
    assert balance(customer) == 50_000


def test_a_second_charge_that_comes_later_is_found_by_the_poller(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "CHARGED")
    sync(order)
    bank.order_fault("double_charge")

    assert sweeping.sweep_orders(now=NOW + timedelta(minutes=29)) == 0
    assert sweeping.sweep_orders(now=NOW + timedelta(minutes=31)) == 1


def test_money_the_gateway_gave_back_by_itself_is_not_credited(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "AUTO_REFUNDED")

    reversed_order = sync(order)

    assert (reversed_order.status, reversed_order.public_status, reversed_order.review_reason) == ("REVERSED", "REVERSED", "")
    assert (balance(customer), reserved(customer)) == (0, 0)


def test_money_taken_back_after_it_was_credited_leaves_the_wallet(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "CHARGED")
    sync(order)
    bank.outcome(order, "AUTO_REFUNDED")

    reversed_order = sync(order)
    sync(order)

    assert (reversed_order.status, reversed_order.review_reason, balance(customer)) == ("REVERSED", "", 0)


def test_money_taken_back_after_it_was_spent_calls_a_person(bank: Bank, customer: User, premiums: Premiums) -> None:
    order = topup(customer)
    bank.outcome(order, "CHARGED")
    sync(order)
    policy_id = uuid4()
    premiums.prices[policy_id] = Money(20_000)
    premium(customer, policy_id, method=PaymentMethod.WALLET)
    bank.outcome(order, "AUTO_REFUNDED")

    reversed_order = sync(order)

    assert reversed_order.status == "REVERSED"
    assert reversed_order.review_reason
    assert balance(customer) == 30_000


def test_nobody_began_to_pay_so_the_order_expires(bank: Bank, customer: User) -> None:
    order = topup(customer)

    still_open = sync(order, after=timedelta(minutes=29))
    expired = sync(order, after=timedelta(minutes=31))

    assert (still_open.status, expired.status, reserved(customer)) == ("SESSION_OPEN", "EXPIRED", 0)


def test_a_bank_that_never_answers_frees_the_reservation_after_three_days(bank: Bank, customer: User) -> None:
    order = topup(customer)
    bank.outcome(order, "PENDING")

    pending = sync(order, after=timedelta(hours=71))
    expired = sync(order, after=timedelta(hours=73))

    assert (pending.status, expired.status, balance(customer), reserved(customer)) == ("PENDING", "EXPIRED", 0, 0)


def test_a_session_that_never_came_about_expires(bank: Bank, customer: User) -> None:
    bank.fault("session", "http_500")
    client_of(customer).post("/payments/session", {"type": "WALLET_TOPUP", "amount": 50_000}, format="json")
    bank.heal()
    order = Order.objects.get()
    present = clock.now()

    waiting = sync_order(order_id=order.order_id, cause=POLL, gateway=gateway(), now=present + timedelta(minutes=2))
    expired = sync_order(order_id=order.order_id, cause=POLL, gateway=gateway(), now=present + timedelta(minutes=31))

    assert (waiting.status, waiting.gateway_status, expired.status) == ("CREATED", "NOT_FOUND", "EXPIRED")
    assert reserved(customer) == 0


def test_the_wallets_part_is_taken_with_the_gateways(bank: Bank, customer: User, premiums: Premiums) -> None:
    order = mixed(bank, customer, premiums)
    bank.outcome(order, "CHARGED")

    settled = sync(order)

    assert (settled.status, settled.settlement, balance(customer)) == ("CHARGED", "DONE", 0)
    assert Transfer.objects.get(reference_id=order.reference_id).amount == Money(40_000)


def test_the_wallets_part_is_let_go_when_the_gateway_fails(bank: Bank, customer: User, premiums: Premiums) -> None:
    order = mixed(bank, customer, premiums)
    bank.outcome(order, "FAILED")

    sync(order)

    assert (balance(customer), wallet_of(customer.pk).available) == (40_000, Money(40_000))


def test_after_a_late_success_the_wallets_part_is_taken_from_the_balance(bank: Bank, customer: User, premiums: Premiums) -> None:
    order = mixed(bank, customer, premiums)
    bank.outcome(order, "FAILED")
    sync(order)
    bank.outcome(order, "CHARGED")

    late = sync(order)

    assert (late.settlement, balance(customer)) == ("DONE", 0)


def test_a_late_success_without_the_wallets_part_goes_back(bank: Bank, customer: User, premiums: Premiums) -> None:
    order = mixed(bank, customer, premiums)
    bank.outcome(order, "FAILED")
    sync(order)
    other_policy = uuid4()
    premiums.prices[other_policy] = Money(40_000)
    premium(customer, other_policy, method=PaymentMethod.WALLET)
    bank.outcome(order, "CHARGED")

    late = sync(order)

    assert late.settlement == "REFUND"
    assert Refund.objects.get().amount == Money(59_900)


def test_a_purpose_that_is_gone_leaves_the_wallets_part_alone(bank: Bank, customer: User, premiums: Premiums) -> None:
    order = mixed(bank, customer, premiums)
    premiums.paid[order.reference_id] = "somebody else"
    bank.outcome(order, "CHARGED")

    settled = sync(order)

    assert (settled.settlement, balance(customer), wallet_of(customer.pk).available) == ("REFUND", 40_000, Money(40_000))


def mixed(bank: Bank, customer: User, premiums: Premiums) -> Order:
    """A premium of 999 rupees, 400 of them from the wallet."""
    filling = topup(customer, 40_000)
    bank.outcome(filling, "CHARGED")
    sync(filling)
    policy_id = uuid4()
    premiums.prices[policy_id] = Money(99_900)
    return premium(customer, policy_id, method=PaymentMethod.WALLET_AND_GATEWAY)


def test_polls_follow_the_schedule_and_a_dead_gateway_only_slows_them(bank: Bank, customer: User) -> None:
    order = topup(customer)
    opened = Order.objects.get(pk=order.pk).next_check_at
    bank.fault("order_status", "http_500")
    with pytest.raises(PartnerError):
        sync(order)
    after_failure = Order.objects.get(pk=order.pk).next_check_at
    bank.heal()
    sync(order)
    after_answer = Order.objects.get(pk=order.pk).next_check_at

    assert [moment - NOW for moment in (opened, after_failure, after_answer) if moment] == [
        timedelta(seconds=seconds) for seconds in SECONDS[:3]
    ]


def test_sweepers_claim_each_due_order_once(bank: Bank, customer: User) -> None:
    topup(customer)
    due_at = NOW + timedelta(seconds=6)

    assert [sweeping.sweep_orders(now=due_at), sweeping.sweep_orders(now=due_at)] == [1, 0]


@pytest.mark.parametrize("old", list(RANKS))
@pytest.mark.parametrize("new", list(RANKS))
def test_the_database_lets_states_only_move_up(customer: User, old: str, new: str) -> None:
    order = bare_order(customer, status=old)
    allowed = old == new or RANKS[new] > RANKS[old]

    if allowed:
        Order.objects.filter(pk=order.pk).update(status=new)
    else:
        with pytest.raises(IntegrityError, match="cannot go from"), transaction.atomic():
            Order.objects.filter(pk=order.pk).update(status=new)


def test_ranks_in_the_database_are_those_in_the_code() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status, payments_rank(status) FROM unnest(%s::text[]) status", [[str(status) for status in RANKS]])
        assert dict(cursor.fetchall()) == {str(status): rank for status, rank in RANKS.items()}


@pytest.mark.parametrize(
    "change", [{"amount": Money(1), "gateway_amount": Money(1)}, {"type": "GIFT"}, {"reference_id": "x"}, {"captured": Money(0)}]
)
def test_what_an_order_is_for_cannot_change(customer: User, change: dict[str, Any]) -> None:
    order = bare_order(customer, captured=Money(5))

    with pytest.raises(IntegrityError, match="cannot change"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**change)


def bare_order(user: User, **fields: Any) -> Order:
    facts: dict[str, Any] = {"amount": Money(500), "gateway_amount": Money(500), "reference_type": "wallet", "reference_id": "w"}
    return Order.objects.create(user=user, type="WALLET_TOPUP", opened_at=NOW, expires_at=NOW, **(facts | fields))
