"""Premiums by the day: what is due, what is warned of, what lapses."""

from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.conf import LazySettings
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from aarokya.common import clock, outbox
from aarokya.common.ids import uuid7
from aarokya.common.models import AuditEntry
from aarokya.common.money import Money
from accounts.models import Notice, User
from insurance import tasks
from insurance.dues import Dues, days_worth, dues
from insurance.models import Benefit, PaymentPlan, PlanVariant, Policy, PolicyReminder, PolicyStatus, ReminderKind
from insurance.premiums import REFERENCE
from insurance.services import lapses, lifecycle, premiums, reminders, terms
from insurance.tests import builders
from insurance.tests.builders import NOW
from payments.models import Order, OrderStatus

TODAY = date(2026, 11, 20)
DAILY, GRACE = 300, 15
paid_amounts = st.integers(0, 400 * DAILY)


def held(paid: int, *, status: PolicyStatus = PolicyStatus.ACTIVE, annual: int = 365 * DAILY, length: int = 365) -> Policy:
    return Policy(
        status=status,
        payment_plan=PaymentPlan.DAILY,
        premium_amounts={"daily": DAILY, "annual": annual, "currency": "INR"},
        premium_paid=Money(min(paid, annual)),
        start_date=TODAY,
        end_date=TODAY + timedelta(days=length - 1),
        variant=PlanVariant(plan_code="1A", grace_period_days=GRACE),
    )


@pytest.mark.parametrize(
    ("paid", "days_on", "due", "paid_until", "lapses_on"),
    [
        (0, -1, 0, date(2026, 11, 19), date(2026, 12, 5)),  # sold, and not begun
        (0, 0, DAILY, date(2026, 11, 19), date(2026, 12, 5)),  # the first day is due on it
        (DAILY, 0, 0, date(2026, 11, 20), date(2026, 12, 6)),
        (DAILY, 3, 3 * DAILY, date(2026, 11, 20), date(2026, 12, 6)),
        (DAILY + 299, 1, 1, date(2026, 11, 20), date(2026, 12, 6)),  # a day but for a paisa is no day
        (350 * DAILY, 10, 0, date(2027, 11, 4), None),  # what is left cannot lapse before the term ends
        (365 * DAILY, 400, 0, date(2027, 11, 19), None),
        (364 * DAILY, 400, DAILY, date(2027, 11, 18), None),  # nothing is due for days after the term
    ],
)
def test_how_a_policy_stands(paid: int, days_on: int, due: int, paid_until: date, lapses_on: date | None) -> None:
    assert dues(held(paid), TODAY + timedelta(days=days_on)) == Dues(Money(due), paid_until, lapses_on)


def test_a_premium_by_the_year_is_due_at_once_and_does_not_lapse() -> None:
    yearly = held(0)
    yearly.payment_plan = PaymentPlan.ANNUAL
    assert dues(yearly, TODAY) == Dues(Money(365 * DAILY), None, None)


@pytest.mark.parametrize("status", [PolicyStatus.PENDING, PolicyStatus.CANCELLED, PolicyStatus.REJECTED, PolicyStatus.EXPIRED])
def test_nothing_is_due_for_what_does_not_run(status: PolicyStatus) -> None:
    assert dues(held(0, status=status), TODAY + timedelta(days=90)) == Dues(Money(0), None, None)


@given(paid=paid_amounts, days=st.integers(-5, 500), annual=st.integers(DAILY, 365 * DAILY), length=st.integers(1, 400))
def test_paying_what_is_due_pays_for_today(paid: int, days: int, annual: int, length: int) -> None:
    """Nothing is due exactly when today is paid for, and whoever pays what is due is never further behind than grace."""
    day = TODAY + timedelta(days=days)
    policy = held(paid, annual=annual, length=length)
    before = dues(policy, day)
    assert Money(0) <= before.due <= policy.premium_owed
    policy.premium_paid += before.due
    after = dues(policy, day)
    assert after.due == Money(0)
    assert after.lapses_on is None or after.lapses_on > day + timedelta(days=GRACE)


@given(amount=st.integers(0, 10_000), asked=st.integers(0, 10_000))
def test_a_short_wallet_pays_whole_days(amount: int, asked: int) -> None:
    taken = days_worth(held(0), Money(amount), at_most=Money(asked)).paise
    assert taken <= min(amount, asked)
    assert taken == asked or (taken % DAILY == 0 and amount - taken < DAILY)


@given(paid=paid_amounts, days=st.integers(-5, 500))
@pytest.mark.django_db(transaction=False)
def test_the_database_finds_those_that_arithmetic_finds(paid: int, days: int) -> None:
    """Compared on one row that is changed in place."""
    day = TODAY + timedelta(days=days)
    row = Policy.objects.first() or issued()
    Policy.objects.filter(pk=row.pk).update(
        premium_paid=min(Money(paid), row.annual_premium),
        premium_status="PAID" if Money(paid) >= row.annual_premium else "PART_PAID",
    )
    row.refresh_from_db()
    standing = dues(row, day)
    lapsed = standing.lapses_on is not None and standing.lapses_on <= day
    assert lapsed <= Policy.objects.lapsed(day).exists()
    if day <= (row.end_date or day):
        unpaid = standing.paid_until is not None and standing.paid_until < day
        assert Policy.objects.unpaid_since(day).exists() is (unpaid and day >= TODAY)


def issued(user: User | None = None, benefit: Benefit | None = None, *, paid_days: int = 0) -> Policy:
    policy = builders.make_policy(user, benefit=benefit, payment_plan=PaymentPlan.DAILY)
    if paid_days:
        premiums.receive(policy.pk, order_id="A" * 20, amount=Money(DAILY * paid_days), now=NOW)
    lifecycle.activate(policy, external_policy_id=f"NH-{policy.pk}", start_date=TODAY, actor="staff:x", now=NOW)
    policy.refresh_from_db()
    return policy


def lapsed_on(day: date) -> list[object]:
    return list(lapses.lapse_all(day=day, now=clock.ist_midnight(day)))


def test_unpaid_cover_lapses_after_its_days_of_grace(client_of_user: APIClient, user: User, benefit: Benefit) -> None:
    policy = issued(user, benefit, paid_days=2)  # 20 and 21 November
    assert lapsed_on(date(2026, 12, 6)) == []
    assert lapsed_on(date(2026, 12, 7)) == [policy.pk]
    assert lapsed_on(date(2026, 12, 8)) == []

    policy.refresh_from_db()
    assert (policy.status, policy.ended_on) == ("expired", date(2026, 12, 7))
    entry = AuditEntry.objects.filter(action="policy.lapsed").get()
    assert entry.reason == policy.reason == "Lapsed: premiums are paid until 21 November 2026, and ₹48.00 is owed since"
    path = f"/users/{user.pk}/insurance_policies/{policy.pk}/coverage"
    answers = {day: client_of_user.get(path, {"on": day}).json() for day in ("2026-12-06", "2026-12-07")}
    assert [answers[day]["covered"] for day in answers] == [True, False]
    assert "Lapsed" in answers["2026-12-07"]["reason"]
    assert builders.make_policy(user, benefit=benefit).status == "pending"  # may be bought again


def test_a_premium_that_comes_after_the_lapse_is_given_back() -> None:
    policy = issued()
    lapsed_on(date(2026, 12, 5))
    assert premiums.receive(policy.pk, order_id="B" * 20, amount=Money(DAILY), now=NOW) is False


def test_cover_does_not_lapse_while_its_premium_is_on_the_way() -> None:
    policy = issued()
    order = Order.objects.create(
        user=policy.primary_user,
        type="INSURANCE_PREMIUM",
        amount=Money(DAILY),
        gateway_amount=Money(DAILY),
        reference_type=REFERENCE,
        reference_id=str(policy.pk),
        status=OrderStatus.PENDING,
        opened_at=NOW,
        expires_at=NOW,
    )
    assert lapsed_on(date(2026, 12, 5)) == []
    Order.objects.filter(pk=order.pk).update(status=OrderStatus.EXPIRED)
    assert lapsed_on(date(2026, 12, 5)) == [policy.pk]


def test_the_command_says_first_and_then_lapses(capsys: pytest.CaptureFixture[str]) -> None:
    policy = issued()
    call_command("advance_policies", "--day", "2026-12-05", "--dry-run", stdout=StringIO())
    assert "1 would move" in capsys.readouterr().out
    call_command("advance_policies", "--day", "2026-12-05", stdout=StringIO())
    assert f"{policy.pk} → lapsed" in capsys.readouterr().out.replace("\n", " ")
    assert Policy.objects.get().status == "expired"


def test_by_the_year_and_paid_ahead_do_not_lapse(user: User) -> None:
    yearly = builders.make_policy(user)
    lifecycle.activate(yearly, external_policy_id="NH-Y", start_date=TODAY, actor="staff:x", now=NOW)
    issued(paid_days=360)
    pending = builders.make_policy(payment_plan=PaymentPlan.DAILY)
    assert lapsed_on(date(2027, 11, 10)) == []
    assert Policy.objects.get(pk=pending.pk).status == "pending"


def test_when_the_term_is_over_as_well_the_term_decides() -> None:
    policy = issued()
    end = policy.end_date
    assert end is not None
    after = end + timedelta(days=1)
    assert list(terms.advance_all(day=after, now=clock.ist_midnight(after))) == [(policy.pk, PolicyStatus.IN_GRACE)]
    assert lapsed_on(after) == []


def test_the_nightly_task_lapses(settings: LazySettings) -> None:
    settings.PREMIUM_GRACE_DAYS = 0
    issued()
    Policy.objects.update(start_date=clock.ist_day(clock.now()) - timedelta(days=1))
    assert tasks.advance_policies() == 1
    assert tasks.advance_policies() == 0


def warned_on(day: date) -> list[str]:
    return [row.kind for row in reminders.warn_all(day=day, now=clock.ist_midnight(day))]


def test_warnings_come_before_the_lapse_and_once() -> None:
    issued(paid_days=1)  # lapses on 6 December
    days = {
        date(2026, 11, 25): [],
        date(2026, 11, 26): [ReminderKind.LAPSES_10],
        date(2026, 11, 27): [],
        date(2026, 12, 3): [ReminderKind.LAPSES_3],
        date(2026, 12, 5): [ReminderKind.LAPSES_1],
    }
    for day, kinds in days.items():
        assert (warned_on(day), warned_on(day)) == (kinds, [])


def test_who_pays_a_day_each_day_and_stays_behind_is_not_warned_daily() -> None:
    policy = issued(paid_days=1)
    told = []
    for number in range(14):
        day = date(2026, 11, 26) + timedelta(days=number)
        told += warned_on(day)
        premiums.receive(policy.pk, order_id=str(uuid7()).replace("-", "")[:20].upper(), amount=Money(DAILY), now=NOW)
    assert told == [ReminderKind.LAPSES_10]


def test_warning_and_lapse_are_texts(user: User) -> None:
    User.objects.filter(pk=user.pk).update(language="hi")
    policy = issued(user, paid_days=1)
    for day in (date(2026, 12, 5), date(2026, 12, 6)):
        warned_on(day)
        outbox.drain(now=clock.ist_midnight(day))
        lapsed_on(day)
    outbox.drain(now=clock.ist_midnight(date(2026, 12, 6)))
    told = Notice.objects.exclude(template="policy_active").order_by("id")
    assert [(row.template, row.values["date"]) for row in told] == [
        ("premium_due", "5 दिसंबर 2026"),
        ("policy_lapsed", "6 दिसंबर 2026"),
    ]
    assert told[0].values["amount"] == "Rs 45.00"
    assert PolicyReminder.objects.get().end_date == date(2026, 12, 6) == Policy.objects.get(pk=policy.pk).ended_on


def test_who_paid_meanwhile_is_not_told() -> None:
    policy = issued()
    warned_on(date(2026, 12, 4))
    premiums.receive(policy.pk, order_id="C" * 20, amount=policy.annual_premium, now=NOW)
    outbox.drain(now=clock.ist_midnight(date(2026, 12, 4)))
    assert not Notice.objects.filter(template="premium_due").exists()


def step_on(policy: Policy, day: date, client: APIClient) -> tuple[str, str | None]:
    path = f"/users/{policy.primary_user_id}/insurance_policies/{policy.pk}/coverage"
    with time_machine.travel(clock.ist_midnight(day), tick=False):
        shown = client.get(path).json()
    return shown["next_step"], shown["next_step_by"]


def test_the_policyholder_is_told_what_to_do_next(client_of_user: APIClient, user: User, benefit: Benefit) -> None:
    policy = builders.make_policy(user, benefit=benefit, payment_plan=PaymentPlan.DAILY)
    steps = [step_on(policy, TODAY, client_of_user)]
    premiums.receive(policy.pk, order_id="A" * 20, amount=Money(DAILY), now=NOW)
    steps.append(step_on(policy, TODAY, client_of_user))
    lifecycle.activate(policy, external_policy_id="NH-1", start_date=TODAY, actor="staff:x", now=NOW)
    steps += [step_on(policy, TODAY, client_of_user), step_on(policy, TODAY + timedelta(days=1), client_of_user)]
    premiums.receive(policy.pk, order_id="B" * 20, amount=Money(364 * DAILY), now=NOW)
    steps += [step_on(policy, day, client_of_user) for day in (date(2027, 9, 19), date(2027, 9, 20), date(2027, 11, 30))]
    list(terms.advance_all(day=date(2028, 1, 1), now=clock.ist_midnight(date(2028, 1, 1))))
    steps.append(step_on(policy, date(2028, 1, 1), client_of_user))
    assert steps == [
        ("PAY_PREMIUM", None),
        ("WAIT_FOR_ISSUE", "2026-12-05"),
        ("NOTHING", None),
        ("PAY_PREMIUM", "2026-12-05"),
        ("NOTHING", None),
        ("RENEW", "2027-12-04"),
        ("RENEW", "2027-12-04"),
        ("BUY", None),
    ]
