"""What time makes of issued policies, and the nightly run."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Dependant, User
from insurance import handlers, tasks
from insurance.models import PlanVariant, Policy, PolicyStatus
from insurance.services import lifecycle, terms
from insurance.tests import builders
from insurance.tests.builders import NOW

END = date(2026, 11, 30)


def issued(*, grace: int | None, status: PolicyStatus = PolicyStatus.ACTIVE) -> Policy:
    variant = PlanVariant(plan_code="1A", grace_period_days=grace)
    return Policy(status=status, start_date=date(2025, 12, 1), end_date=END, variant=variant)


@pytest.mark.parametrize(
    ("grace", "day", "status"),
    [
        (15, END, PolicyStatus.ACTIVE),
        (15, date(2026, 12, 1), PolicyStatus.IN_GRACE),
        (15, date(2026, 12, 15), PolicyStatus.IN_GRACE),
        (15, date(2026, 12, 16), PolicyStatus.EXPIRED),
        (None, date(2026, 12, 1), PolicyStatus.RENEWAL),
        (0, date(2026, 12, 30), PolicyStatus.RENEWAL),
        (None, date(2026, 12, 31), PolicyStatus.EXPIRED),
    ],
)
def test_status_on_a_day(grace: int | None, day: date, status: PolicyStatus) -> None:
    assert terms.status_on(issued(grace=grace), day) == status


@given(st.none() | st.integers(0, 365), st.integers(-400, 800), st.sampled_from(sorted(Policy.MOVES)))
def test_time_only_asks_for_moves_that_are_allowed(grace: int | None, days: int, status: PolicyStatus) -> None:
    if status in {PolicyStatus.PENDING, PolicyStatus.CANCELLED, PolicyStatus.REJECTED}:
        return
    to = terms.status_on(issued(grace=grace, status=status), END + timedelta(days=days))
    assert to == status or to in Policy.MOVES[status]


@pytest.fixture
def policy(user: User, spouse: Dependant) -> Policy:
    policy = builders.make_policy(user, dependants=[spouse])
    lifecycle.activate(policy, external_policy_id="NH-1", start_date=date(2025, 12, 1), end_date=END, actor="staff:x", now=NOW)
    return policy


def test_the_nightly_run_moves_what_is_over(policy: Policy) -> None:
    unissued = builders.make_policy()
    for day, status in ((date(2026, 12, 1), "requires_customer_renewal_in_grace"), (date(2026, 12, 16), "expired")):
        assert [to for _, to in terms.advance_all(day=day, now=NOW)] == [status]
        assert list(terms.advance_all(day=day, now=NOW)) == []
    assert Policy.objects.get(pk=unissued.pk).status == "pending"


def test_the_command_says_first_and_then_does(policy: Policy, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("advance_policies", "--day", "2026-12-01", "--dry-run", stdout=StringIO())
    assert "1 would move" in capsys.readouterr().out
    assert Policy.objects.get().status == "active"
    call_command("advance_policies", "--day", "2026-12-01", stdout=StringIO())
    assert "1 moved" in capsys.readouterr().out
    assert Policy.objects.get().status == "requires_customer_renewal_in_grace"


def test_the_task_counts(policy: Policy) -> None:
    Policy.objects.update(start_date=date(2019, 1, 1), end_date=date(2020, 1, 1))
    assert tasks.advance_policies() == 1


def test_a_changed_person_needs_a_new_issue(policy: Policy, spouse: Dependant) -> None:
    payload = {"user_id": str(policy.primary_user_id), "dependant_id": str(spouse.pk)}
    for _ in range(2):  # delivered at least once
        handlers.require_reissuance(payload, now=NOW)
    assert Policy.objects.get().status == "requires_policy_reissuance"
