"""What a mandate's debit costs, as far as insurance is concerned."""

import pytest

from aarokya.common import clock
from aarokya.common.errors import Conflict
from aarokya.common.money import Money
from insurance.models import PaymentPlan, Policy, PolicyStatus
from insurance.premiums import PURPOSE
from insurance.tests.builders import make_policy, make_user
from payments.models import Frequency

pytestmark = pytest.mark.django_db
NOW = clock.now()


def change(policy: Policy, **fields: object) -> None:
    Policy.objects.filter(pk=policy.pk).update(**fields)


def test_a_policy_paid_by_the_day_costs_a_day(benefit_policy: Policy) -> None:
    change(benefit_policy, payment_plan=PaymentPlan.DAILY)

    asked = PURPOSE.instalment(user_id=benefit_policy.primary_user_id, reference_id=None, now=NOW)

    daily = Money(benefit_policy.premium_amounts["daily"])
    assert (asked.prepared.amount, asked.ceiling, asked.frequency) == (daily, daily, Frequency.DAILY)
    assert (asked.owed, asked.prepared.reference_id) == (benefit_policy.annual_premium, str(benefit_policy.pk))


def test_a_policy_paid_by_the_year_costs_the_year(benefit_policy: Policy) -> None:
    change(benefit_policy, payment_plan=PaymentPlan.ANNUAL)

    asked = PURPOSE.instalment(user_id=benefit_policy.primary_user_id, reference_id=None, now=NOW)

    assert (asked.prepared.amount, asked.frequency) == (benefit_policy.annual_premium, Frequency.YEARLY)


def test_the_last_day_costs_what_is_left(benefit_policy: Policy) -> None:
    left = Money(7)
    paid = benefit_policy.annual_premium - left
    change(benefit_policy, payment_plan=PaymentPlan.DAILY, premium_paid=paid)
    by_id = {"user_id": benefit_policy.primary_user_id, "reference_id": benefit_policy.pk}

    last = PURPOSE.instalment(**by_id, now=NOW)
    change(benefit_policy, premium_paid=benefit_policy.annual_premium)
    nothing = PURPOSE.instalment(**by_id, now=NOW)

    assert (last.prepared.amount, nothing.prepared.amount, nothing.owed) == (left, Money(0), Money(0))


def test_nothing_to_pay_and_nothing_left_to_pay_for(benefit_policy: Policy) -> None:
    with pytest.raises(Conflict):
        PURPOSE.instalment(user_id=make_user().pk, reference_id=None, now=NOW)
    change(benefit_policy, status=PolicyStatus.CANCELLED)
    with pytest.raises(Conflict):
        PURPOSE.instalment(user_id=benefit_policy.primary_user_id, reference_id=benefit_policy.pk, now=NOW)


@pytest.fixture
def benefit_policy(db: None) -> Policy:
    return make_policy(make_user())
