"""Renewal, coverage on any day, reminders, reissuance by birthday, the watchdog over paid policies."""

from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any

import httpx2
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from aarokya.common import outbox
from aarokya.common.clock import ist_midnight
from aarokya.common.errors import InvalidTransition
from aarokya.common.ids import uuid7
from aarokya.common.money import Money
from accounts.models import Dependant, Notice, User
from insurance import tasks
from insurance.errors import PolicyExists, RenewalNotOpen
from insurance.models import Benefit, PlanVariant, Policy, PolicyReminder, PolicyStatus, PremiumStatus, ReminderKind
from insurance.selectors.coverage import cover_on
from insurance.services import lifecycle, premiums, reminders, renewals, terms, watchdog
from insurance.tests import builders
from insurance.tests.builders import NOW
from insurance.tests.test_api_preview import assert_refused

START, END = date(2025, 12, 1), date(2026, 11, 30)


@pytest.fixture
def policy(user: User, spouse: Dependant, benefit: Benefit) -> Policy:
    """In its last days on NOW (20 November); 15 days of grace."""
    policy = builders.make_policy(user, benefit=benefit, dependants=[spouse])
    lifecycle.activate(policy, external_policy_id="NH-1", start_date=START, end_date=END, actor="staff:x", now=NOW)
    return Policy.objects.with_answer().get(pk=policy.pk)


def renew(policy: Policy, *, now: datetime = NOW, **wishes: Any) -> Policy:
    return renewals.renew(
        policy, renewals.Wishes(**wishes), policy_id=uuid7(), gateway=builders.Register(), actor="user:x", now=now
    )


def post(client: APIClient, policy: Policy, **headers: str) -> Any:
    with time_machine.travel(NOW, tick=False):
        path = f"/users/{policy.primary_user_id}/insurance_policies/{policy.pk}/renew"
        return client.post(path, {}, format="json", headers=headers)


def coverage(client: APIClient, policy: Policy, **query: str) -> Any:
    with time_machine.travel(NOW, tick=False):
        return client.get(f"/users/{policy.primary_user_id}/insurance_policies/{policy.pk}/coverage", query)


def test_the_next_term_follows_without_a_gap(client_of_user: APIClient, policy: Policy, hospital: httpx2.Client) -> None:
    answer = post(client_of_user, policy)
    assert answer.status_code == HTTPStatus.CREATED
    shown = answer.json()
    assert (shown["status"], shown["start_date"], shown["premium_status"]) == ("pending", "2026-12-01", "UNPAID")
    assert shown["metadata"]["renewal_of"] == str(policy.pk)
    assert shown["nominee_details"] == policy.nominee_details
    assert [each["id"] for each in shown["dependants"]] == [str(row.dependant_id) for row in policy.members.all()]
    renewed = Policy.objects.get(pk=shown["id"])
    lifecycle.activate(renewed, external_policy_id="NH-2", actor="staff:x", now=NOW)
    assert (renewed.start_date, renewed.end_date) == (date(2026, 12, 1), date(2027, 11, 30))
    assert coverage(client_of_user, policy).json()["renewed_by"] == shown["id"]


def test_a_repeat_resumes(client_of_user: APIClient, policy: Policy, hospital: httpx2.Client) -> None:
    first, second = (post(client_of_user, policy, **{"Idempotency-Key": "again"}).json() for _ in range(2))
    assert first == second
    assert Policy.objects.count() == 2


def test_ip_1008_renewed_once_and_nothing_beside_it(policy: Policy, user: User, spouse: Dependant, benefit: Benefit) -> None:
    renewed = renew(policy)
    with pytest.raises(PolicyExists):
        renew(policy)
    with pytest.raises(PolicyExists):
        builders.make_policy(user, benefit=benefit, dependants=[spouse])
    lifecycle.cancel(renewed, actor="user:x", now=NOW)
    assert renew(policy).renewal_of_id == policy.pk


def test_ip_1017_too_early_and_too_late(client_of_user: APIClient, policy: Policy) -> None:
    lifecycle.correct(policy, {"end_date": date(2027, 3, 1)}, actor="staff:x", now=NOW)
    assert_refused(post(client_of_user, policy), "IP-1017", 409)
    lifecycle.advance(policy, PolicyStatus.EXPIRED, actor="system:x", now=NOW)
    with pytest.raises(RenewalNotOpen):
        renew(policy)
    assert_refused(post(builders.client_of(builders.make_user()), policy), "NOT_FOUND", 404)


def test_a_lapsed_policy_starts_anew(policy: Policy) -> None:
    lifecycle.advance(policy, PolicyStatus.RENEWAL, actor="system:x", now=NOW)
    assert renew(policy).start_date is None


def test_the_next_term_may_be_another_family(policy: Policy, child: Dependant, spouse: Dependant) -> None:
    assert renew(policy, dependant_ids=[spouse.pk, child.pk]).plan_code == "2A1C"


def test_the_old_term_expires_when_the_next_is_issued(policy: Policy) -> None:
    renewed = renew(policy)
    lifecycle.activate(renewed, external_policy_id="NH-2", actor="staff:x", now=NOW)
    moved = dict(terms.advance_all(day=date(2026, 12, 1), now=ist_midnight(date(2026, 12, 1))))
    assert moved == {policy.pk: PolicyStatus.EXPIRED}
    policy.refresh_from_db()
    assert policy.ended_on == date(2026, 12, 1)
    assert cover_on(policy, date(2026, 12, 1)).covered is False
    assert cover_on(policy, date(2026, 11, 30)).covered is True
    assert cover_on(renewed, date(2026, 12, 1)).covered is True


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2025-11-30", "NOT_STARTED"),
        ("2025-12-01", "COVERED"),
        ("2026-11-30", "COVERED"),
        ("2026-12-01", "IN_GRACE"),
        ("2026-12-15", "IN_GRACE"),
        ("2026-12-16", "ENDED"),
    ],
)
def test_coverage_on_a_day(client_of_user: APIClient, policy: Policy, day: str, code: str) -> None:
    shown = coverage(client_of_user, policy, on=day).json()
    assert (shown["on"], shown["code"], shown["covered"]) == (day, code, code in {"COVERED", "IN_GRACE"})
    assert len(shown["members"]) == (2 if shown["covered"] else 0)
    assert shown["last_day"] == "2026-12-15"
    assert shown["renewal_open"] is True


def test_coverage_of_what_was_never_issued(client_of_user: APIClient, user: User, benefit: Benefit) -> None:
    pending = builders.make_policy(user, benefit=benefit)
    shown = coverage(client_of_user, pending).json()
    assert (shown["code"], shown["on"], shown["refund_on"]) == ("NOT_ISSUED", "2026-11-20", None)
    lifecycle.cancel(pending, actor="user:x", now=NOW)
    assert coverage(client_of_user, pending).json()["code"] == "GAVE_UP"
    assert_refused(coverage(client_of_user, pending, on="30-11-2026"), "IP-1010", 400)


@given(
    grace=st.none() | st.integers(0, 90),
    length=st.integers(0, 800),
    ended_after=st.none() | st.integers(0, 900),
    offset=st.integers(-1000, 2000),
)
def test_coverage_agrees_with_the_status_history(grace: int | None, length: int, ended_after: int | None, offset: int) -> None:
    """Covered exactly on the days from the first on which the status of that day was one that covers."""
    variant = PlanVariant(plan_code="1A", grace_period_days=grace)
    policy = Policy(status=PolicyStatus.ACTIVE, start_date=START, end_date=START + timedelta(days=length), variant=variant)
    day = START + timedelta(days=offset)
    of_that_day = terms.status_on(policy, day)
    if ended_after is not None:
        policy.status, policy.ended_on = PolicyStatus.EXPIRED, START + timedelta(days=ended_after)
        of_that_day = PolicyStatus.EXPIRED if day >= policy.ended_on else of_that_day
    expected = day >= START and of_that_day in {PolicyStatus.ACTIVE, PolicyStatus.IN_GRACE}
    assert cover_on(policy, day).covered is expected


def test_reminders_come_once_each(policy: Policy) -> None:
    plan = {
        date(2026, 10, 30): [],
        date(2026, 10, 31): [ReminderKind.DAYS_30],
        date(2026, 11, 1): [],
        date(2026, 11, 23): [ReminderKind.DAYS_7],
        date(2026, 11, 29): [ReminderKind.DAYS_1],
        date(2026, 12, 1): [ReminderKind.GRACE],
        date(2026, 12, 14): [ReminderKind.GRACE_ENDS],
        date(2026, 12, 16): [],
    }
    for day, kinds in plan.items():
        for expected in (kinds, []):  # a second run of the day finds nothing to do
            assert [row.kind for row in reminders.remind_all(day=day, now=NOW)] == expected


def test_each_reminder_is_a_text_in_the_customers_language(policy: Policy) -> None:
    User.objects.filter(pk=policy.primary_user_id).update(language="hi")
    for day in (date(2026, 11, 29), date(2026, 12, 1)):
        list(reminders.remind_all(day=day, now=NOW))
    outbox.drain(now=NOW)

    told = Notice.objects.exclude(template="policy_active").order_by("id")
    assert [(row.template, row.language, row.values["date"]) for row in told] == [
        ("policy_ends", "hi", "30 नवंबर 2026"),
        ("policy_grace", "hi", "15 दिसंबर 2026"),
    ]
    assert {row.values["policy"] for row in told} == {policy.benefit.name}


def test_an_activation_is_a_text(client_of_user: APIClient, policy: Policy) -> None:
    renewed = renew(policy)
    outbox.drain(now=NOW)
    before = Notice.objects.count()
    lifecycle.activate(renewed, external_policy_id="NH-2", actor="staff:x", now=NOW)
    outbox.drain(now=NOW)

    assert [row.template for row in Notice.objects.order_by("id")[before:]] == ["policy_active"]


def test_after_a_pause_only_the_nearest_reminder(policy: Policy) -> None:
    assert [row.kind for row in reminders.remind_all(day=date(2026, 11, 25), now=NOW)] == [ReminderKind.DAYS_7]


def test_who_renewed_is_not_reminded(client_of_user: APIClient, policy: Policy) -> None:
    renewed = renew(policy)
    with time_machine.travel(NOW, tick=False):
        assert tasks.remind_policyholders() == 1  # not issued yet: still worth a word
    lifecycle.activate(renewed, external_policy_id="NH-2", actor="staff:x", now=NOW)
    assert list(reminders.remind_all(day=date(2026, 11, 29), now=NOW)) == []
    assert [each["kind"] for each in coverage(client_of_user, policy).json()["reminders"]] == ["DAYS_30"]
    assert PolicyReminder.objects.count() == 1


def test_a_birthday_that_changes_the_plan_code_needs_a_new_issue(user: User, spouse: Dependant, benefit: Benefit) -> None:
    grown = builders.make_dependant(user, born_on=date(2002, 2, 28))
    policy = builders.make_policy(user, benefit=benefit, dependants=[spouse, grown])
    lifecycle.activate(policy, external_policy_id="NH-1", actor="staff:x", now=NOW)
    for day, moved in ((date(2027, 2, 27), []), (date(2027, 2, 28), [policy.pk]), (date(2027, 3, 1), [])):
        assert list(terms.reissue_outgrown(day=day, now=ist_midnight(day))) == moved
    policy.refresh_from_db()
    reissued = ist_midnight(date(2027, 3, 2))
    lifecycle.activate(policy, external_policy_id="NH-2", actor="staff:x", now=reissued)
    assert list(terms.reissue_outgrown(day=date(2027, 3, 3), now=reissued)) == []


def paid(user: User, benefit: Benefit) -> Policy:
    policy = builders.make_policy(user, benefit=benefit)
    premiums.receive(policy.pk, order_id="A" * 20, amount=Money(109_500), now=NOW)
    policy.refresh_from_db()
    return policy


def test_paid_and_never_issued_is_given_back(client_of_user: APIClient, user: User, benefit: Benefit) -> None:
    policy = paid(user, benefit)
    assert coverage(client_of_user, policy).json()["refund_on"] == "2026-12-05"
    assert list(watchdog.give_up_all(day=date(2026, 12, 4), now=NOW)) == []
    assert list(watchdog.give_up_all(day=date(2026, 12, 5), now=NOW)) == [policy.pk]
    assert list(watchdog.give_up_all(day=date(2026, 12, 6), now=NOW)) == []
    policy.refresh_from_db()
    assert (policy.status, policy.reason) == ("rejected", "Paid for, and not issued within 15 days")


def test_issued_or_unpaid_policies_are_left_alone(user: User, benefit: Benefit) -> None:
    builders.make_policy()
    policy = paid(user, benefit)
    assert policy.premium_status == PremiumStatus.PAID
    lifecycle.activate(policy, external_policy_id="NH-1", actor="staff:x", now=NOW)
    with time_machine.travel(datetime(2027, 6, 1, tzinfo=UTC), tick=False):
        assert tasks.give_up_unissued() == 0
    with pytest.raises(InvalidTransition):
        lifecycle.reject(policy, actor="staff:x", reason="x", now=NOW)
