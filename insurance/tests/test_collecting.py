"""A day's premium from the wallet of whoever agreed to it."""

from datetime import date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from rest_framework.test import APIClient

from aarokya.common import outbox
from aarokya.common.clock import ist_midnight
from aarokya.common.models import AuditEntry
from aarokya.common.money import Money
from accounts.models import User
from insurance import tasks
from insurance.models import Benefit, CollectFrom, PaymentPlan, Policy, PremiumPayment
from insurance.services import collecting, lifecycle, premiums
from insurance.tests import builders
from insurance.tests.builders import NOW
from insurance.tests.test_api_preview import assert_refused
from payments.models import Frequency, Mandate, MandateStatus, Order, Receipt
from wallets import services as wallets
from wallets.models import Standing
from wallets.selectors import wallet_of

TODAY = date(2026, 11, 20)
DAILY = 300
BY_DAY: dict[str, Any] = {"payment_plan": PaymentPlan.DAILY, "collect_from": CollectFrom.WALLET}


def at(day: date, hour: int = 7) -> datetime:
    return ist_midnight(day) + timedelta(hours=hour)


def fund(user: User, paise: int) -> None:
    with transaction.atomic():
        outbox.emit("user.registered", payload={"user_id": str(user.pk)}, now=NOW)
    top_up(user, paise, key="T" * 20)


def top_up(user: User, paise: int, *, key: str) -> None:
    wallets.credit_topup(user_id=user.pk, order_id=key, amount=Money(paise), now=NOW)


def issued(user: User, **changes: Any) -> Policy:
    policy = builders.make_policy(user, **BY_DAY | changes)
    lifecycle.activate(policy, external_policy_id=f"NH-{policy.pk}", start_date=TODAY, actor="staff:x", now=NOW)
    return policy


def collected(now: datetime) -> list[int]:
    return [amount.paise for amount in collecting.collect_due(now=now)]


def test_each_morning_a_day_and_no_more(user: User) -> None:
    fund(user, 100_000)
    policy = issued(user)
    assert collected(at(TODAY, 13)) == [DAILY]  # bought at noon: the first day at once
    assert collected(at(TODAY, 23)) == []
    assert collected(at(TODAY + timedelta(days=1), 6)) == []
    assert [collected(at(TODAY + timedelta(days=n))) for n in range(1, 6)] == [[DAILY]] * 5

    policy.refresh_from_db()
    assert (policy.premium_paid, policy.premium_status) == (Money(6 * DAILY), "PART_PAID")
    assert wallet_of(user.pk).available == Money(100_000 - 6 * DAILY)
    orders = Order.objects.filter(reference_id=str(policy.pk))
    assert {(row.status, row.payment_method, row.amount.paise) for row in orders} == {("CHARGED", "WALLET", DAILY)}
    outbox.drain(now=at(TODAY + timedelta(days=6)))
    assert Receipt.objects.filter(order__in=orders).count() == 6


def test_days_that_were_missed_come_at_once(user: User) -> None:
    fund(user, 100_000)
    issued(user)
    assert collected(at(TODAY + timedelta(days=4))) == [5 * DAILY]


def test_a_short_wallet_pays_whole_days_and_the_rest_when_it_is_filled(user: User) -> None:
    fund(user, 2 * DAILY + 100)
    policy = issued(user)
    morning = at(TODAY + timedelta(days=4))
    assert collected(morning) == [2 * DAILY]
    assert collected(morning + collecting.TRY_AGAIN) == []
    top_up(user, 10 * DAILY, key="U" * 20)
    assert collected(morning + timedelta(hours=2)) == [3 * DAILY]
    policy.refresh_from_db()
    assert policy.premium_paid == Money(5 * DAILY)


def test_before_the_issue_a_day_each_day_which_counts_later(user: User) -> None:
    fund(user, 100_000)
    policy = builders.make_policy(user, **BY_DAY)
    assert [collected(at(TODAY + timedelta(days=n), 13)) for n in range(3)] == [[DAILY]] * 3
    lifecycle.activate(policy, external_policy_id="NH-1", start_date=TODAY + timedelta(days=3), actor="staff:x", now=NOW)
    assert [collected(at(TODAY + timedelta(days=n), 14)) for n in range(3, 7)] == [[], [], [], [DAILY]]


def test_the_last_day_costs_what_is_left_and_then_it_ends(user: User) -> None:
    fund(user, 100_000)
    policy = issued(user)
    premiums.receive(policy.pk, order_id="A" * 20, amount=policy.annual_premium - Money(7), now=NOW)
    Policy.objects.filter(pk=policy.pk).update(start_date=TODAY - timedelta(days=400), end_date=TODAY + timedelta(days=10))
    assert collected(at(TODAY, 13)) == [7]
    assert collected(at(TODAY + timedelta(days=1))) == []
    policy.refresh_from_db()
    assert (policy.premium_status, policy.collect_at) == ("PAID", None)


def test_who_pays_ahead_is_left_alone(user: User) -> None:
    fund(user, 100_000)
    policy = issued(user)
    premiums.receive(policy.pk, order_id="A" * 20, amount=Money(3 * DAILY), now=NOW)
    assert [collected(at(TODAY + timedelta(days=n), 13)) for n in range(4)] == [[], [], [], [DAILY]]


def test_a_collector_that_dies_after_the_payment_takes_nothing_twice(user: User) -> None:
    fund(user, 100_000)
    pending = builders.make_policy(user, **BY_DAY)
    now = at(TODAY, 13)
    for _ in range(2):  # dies before it notes when to come back; its lease runs out
        [claimed] = collecting.claim(now=now)
        policy = Policy.objects.select_related("benefit").get(pk=claimed)
        assert collecting.take(policy, Money(DAILY), day=TODAY, now=now) == Money(DAILY)
        assert collected(now) == []
        now += collecting.LEASE
    assert collected(now) == [DAILY]  # found, not taken
    assert PremiumPayment.objects.get(policy=pending).amount == Money(DAILY)
    assert wallet_of(user.pk).available == Money(100_000 - DAILY)


@pytest.mark.django_db(transaction=True)
def test_many_collectors_take_each_premium_once() -> None:
    users = [builders.make_user() for _ in range(6)]
    for user in users:
        fund_one(user)
        issued(user)
    start = Barrier(4)

    def run() -> None:
        try:
            start.wait()
            collected(at(TODAY, 13))
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [wallet_of(user.pk).available for user in users] == [Money(10_000 - DAILY)] * 6


def fund_one(user: User) -> None:
    with transaction.atomic():
        outbox.emit("user.registered", payload={"user_id": str(user.pk)}, now=NOW)
    top_up(user, 10_000, key=f"T{user.phone[-9:]}".ljust(20, "0"))


def test_a_mandate_that_debits_goes_before(user: User) -> None:
    fund(user, 100_000)
    policy = issued(user)
    registration = Order.objects.create(
        user=user,
        type="INSURANCE_PREMIUM",
        amount=Money(DAILY),
        gateway_amount=Money(DAILY),
        reference_type="insurance_policy",
        reference_id=str(policy.pk),
        opened_at=NOW,
        expires_at=NOW,
    )
    mandate = Mandate.objects.create(
        user=user,
        type="INSURANCE_PREMIUM",
        reference_type="insurance_policy",
        reference_id=str(policy.pk),
        registration=registration,
        amount=Money(DAILY),
        max_amount=Money(DAILY),
        frequency=Frequency.DAILY,
        status=MandateStatus.ACTIVE,
        external_id="M1",
    )
    assert collected(at(TODAY, 13)) == []
    Mandate.objects.filter(pk=mandate.pk).update(status=MandateStatus.PAUSED)
    assert collected(at(TODAY + timedelta(days=1))) == [2 * DAILY]


def test_a_wallet_that_is_frozen_keeps_its_money(user: User) -> None:
    fund(user, 100_000)
    issued(user)
    stand(user, Standing.FROZEN)
    assert collected(at(TODAY, 13)) == []
    stand(user, Standing.OPEN)
    assert collected(at(TODAY, 14)) == [DAILY]


def stand(user: User, standing: Standing) -> None:
    wallets.set_standing(wallet_id=wallet_of(user.pk).pk, standing=standing, actor="staff:x", reason="lost phone", now=NOW)


def test_what_does_not_run_any_more_is_not_paid_for(user: User) -> None:
    fund(user, 100_000)
    policy = builders.make_policy(user, **BY_DAY)
    lifecycle.cancel(policy, actor="user:x", now=NOW)
    assert collected(at(TODAY, 13)) == []


def test_the_task_collects(user: User) -> None:
    fund(user, 100_000)
    issued(user)
    with time_machine.travel(at(TODAY, 13), tick=False):
        assert tasks.collect_premiums() == 1


def premium_path(policy: Policy) -> str:
    return f"/users/{policy.primary_user_id}/insurance_policies/{policy.pk}/premium"


def test_the_customer_agrees_and_ends_it(client_of_user: APIClient, user: User) -> None:
    fund(user, 100_000)
    policy = issued(user, collect_from=None)
    with time_machine.travel(at(TODAY, 13), tick=False):
        before = client_of_user.get(premium_path(policy)).json()
        assert (before["due"], before["owed"], before["paid"], before["collect_from"]) == (DAILY, 109_500, 0, None)
        assert (before["paid_until"], before["lapses_on"], before["next_collection_at"]) == ("2026-11-19", "2026-12-05", None)

        agreed = client_of_user.patch(premium_path(policy), {"collect_from": "wallet"}, format="json").json()
        assert (agreed["collect_from"], agreed["next_collection_at"]) == ("WALLET", "2026-11-20T07:30:00.000000Z")
        assert tasks.collect_premiums() == 1
        after = client_of_user.get(premium_path(policy)).json()
        assert (after["due"], after["paid"], after["next_collection_at"]) == (0, DAILY, "2026-11-21T01:30:00.000000Z")
        assert [payment["amount"] for payment in after["payments"]] == [DAILY]

        ended = client_of_user.patch(premium_path(policy), {"collect_from": None}, format="json").json()
        assert (ended["collect_from"], ended["next_collection_at"]) == (None, None)
    assert collected(at(TODAY + timedelta(days=5))) == []
    assert AuditEntry.objects.filter(action="policy.collection_agreed").count() == 2


def test_what_the_premium_endpoint_refuses(client_of_user: APIClient, user: User, benefit: Benefit) -> None:
    yearly = builders.make_policy(user, benefit=benefit)
    asked = {"collect_from": "WALLET"}
    assert_refused(client_of_user.patch(premium_path(yearly), asked, format="json"), "IP-1010", 400)
    assert_refused(client_of_user.patch(premium_path(yearly), {"collect_from": "CARD"}, format="json"), "IP-1010", 400)
    stranger = builders.make_policy(**BY_DAY)
    theirs = f"/users/{user.pk}/insurance_policies/{stranger.pk}/premium"
    assert_refused(client_of_user.get(theirs), "IP-1001", 404)
    assert_refused(client_of_user.patch(theirs, asked, format="json"), "IP-1001", 404)
    cancelled = builders.make_policy(user, payment_plan=PaymentPlan.DAILY)
    lifecycle.cancel(cancelled, actor="user:x", now=NOW)
    assert_refused(client_of_user.patch(premium_path(cancelled), asked, format="json"), "CONFLICT", 409)


@pytest.mark.usefixtures("hospital")
def test_agreed_when_bought(client_of_user: APIClient, user: User, benefit: Benefit) -> None:
    body = {"benefit_id": str(benefit.pk), "dependant_ids": [], "collect_from": "WALLET"}
    path = f"/users/{user.pk}/insurance_policies"
    assert_refused(client_of_user.post(path, body, format="json"), "IP-1010", 400)
    bought = client_of_user.post(path, body | {"payment_plan": "DAILY"}, format="json")
    assert bought.status_code == 201, bought.content
    policy = Policy.objects.get(pk=bought.json()["id"])
    assert (policy.collect_from, policy.collect_at is not None) == ("WALLET", True)


def test_staff_see_how_it_stands_and_who_is_behind(admin_client: Client, user: User) -> None:
    policy = issued(user)
    other = builders.make_policy()
    with time_machine.travel(at(TODAY + timedelta(days=8)), tick=False):
        page = admin_client.get(f"/admin/insurance/policy/{policy.pk}/change/").content.decode()
        assert "₹27.00 due, ₹1,095.00 owed in all; paid until 19 Nov 2026; cover lapses on 05 Dec 2026, in 7 days" in page
        assert "day by day from the wallet" in page
        for behind in ("any", "week"):
            rows = admin_client.get("/admin/insurance/policy/", {"behind": behind}).content.decode()
            assert (str(policy.pk) in rows, str(other.pk) in rows) == (True, False)
    with time_machine.travel(at(TODAY + timedelta(days=2)), tick=False):
        assert str(policy.pk) not in admin_client.get("/admin/insurance/policy/", {"behind": "week"}).content.decode()
