"""`GET /users/{id}/eligibility`, its recalculation, and the nearest sellable families of IP-1009."""

from datetime import date
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from accounts.models import Dependant, Gender, User, UserStatus
from insurance import handlers
from insurance.errors import PlanVariantNotAvailable
from insurance.models import Benefit, Eligibility
from insurance.plans import counts, difference, nearest, plan_code
from insurance.selectors.eligibility import offers
from insurance.selectors.quotes import quote
from insurance.tests import builders
from insurance.tests.builders import NOW
from insurance.tests.test_api_preview import assert_refused

TODAY = date(2026, 11, 20)


def ask(client: APIClient, user: User) -> Any:
    with time_machine.travel(NOW, tick=False):
        return client.get(f"/users/{user.pk}/eligibility")


def by_code(shown: dict[str, Any]) -> dict[str, list[str]]:
    [benefit] = shown["benefits"]
    return {plan["plan_code"]: [reason["code"] for reason in plan["reasons"]] for plan in benefit["plans"]}


def test_a_couple_with_a_child(ops: APIClient, user: User, spouse: Dependant, child: Dependant, benefit: Benefit) -> None:
    builders.make_consultation()
    shown = ask(builders.client_of(user), user).json()
    assert by_code(shown) == {"1A": [], "2A": [], "2A1C": [], "2A2C": ["IP-1009"], "1A1C": []}
    plan = shown["benefits"][0]["plans"][0]
    assert plan["premium_amounts"] == {"daily": 300, "annual": 109_500, "currency": "INR"}
    assert (plan["eligible"], plan["nominee_required"], plan["coverage_amount"]) == (True, False, 100_000_00)
    assert ask(ops, user).json() == shown
    assert_refused(ask(builders.client_of(builders.make_user()), user), "NOT_FOUND", 404)


def test_a_live_policy_and_an_unfinished_user(client_of_user: APIClient, user: User, benefit: Benefit) -> None:
    policy = builders.make_policy(user, benefit=benefit)
    shown = ask(client_of_user, user).json()
    assert shown["benefits"][0]["live_policy_id"] == str(policy.pk)
    assert all("IP-1008" in codes for codes in by_code(shown).values())
    new = builders.make_user(status=UserStatus.ONBOARDING)
    assert all("IP-1012" in codes for codes in by_code(ask(builders.client_of(new), new).json()).values())


def test_other_gender_max_dependants_and_a_young_policyholder(user: User) -> None:
    builders.make_benefit("1A", "2A", "2A1C", max_dependants=1)
    builders.make_dependant(user, gender=Gender.OTHER)
    builders.make_spouse(user)
    young = builders.make_user(born_on=date(2003, 1, 1))
    builders.make_spouse(young)
    found = by_code(ask(builders.client_of(user), user).json())
    assert found == {"1A": [], "2A": [], "2A1C": ["IP-1009", "IP-1013"]}
    assert by_code(ask(builders.client_of(young), young).json())["1A"] == ["IP-1009"]


def test_the_query_count_is_constant(client_of_user: APIClient, user: User) -> None:
    counted = []
    for _ in range(3):
        builders.make_benefit()
        builders.make_dependant(user)
        with CaptureQueriesContext(connection) as queries:
            assert ask(client_of_user, user).status_code == HTTPStatus.OK
        counted.append(len(queries))
    assert len(set(counted)) == 1
    assert counted[0] <= 6


def test_a_changed_family_is_recalculated(client_of_user: APIClient, user: User, benefit: Benefit) -> None:
    payload = {"user_id": str(user.pk), "dependant_id": str(builders.self_of(user).pk)}
    handlers.recalculate_eligibility(payload, now=NOW)
    assert Eligibility.objects.get().plans == {str(benefit.pk): ["1A"]}
    builders.make_spouse(user)
    later = NOW.replace(hour=8)
    for now in (later, NOW.replace(hour=9)):
        handlers.recalculate_eligibility(payload, now=now)
    kept = Eligibility.objects.get()
    assert (kept.plans, kept.changed_at) == ({str(benefit.pk): ["1A", "2A"]}, later)
    assert ask(client_of_user, user).json()["changed_at"] == "2026-11-20T08:30:00.000000Z"


@given(ages=st.lists(st.integers(0, 100), min_size=1, max_size=5), data=st.data())
def test_eligible_means_that_some_of_the_family_make_up_the_code(ages: list[int], data: st.DataObject) -> None:
    """Pure part: a code is possible exactly when the policyholder with some of the others is written so."""
    codes = {plan_code([ages[0], *(age for bit, age in enumerate(ages[1:]) if mask >> bit & 1)]) for mask in range(16)}
    code = data.draw(st.sampled_from(["1A", "2A", "2A1C", "1A1C", "2A2C", "0A1C", "3A"]))
    adults, children = counts(code)
    available, young = counts(plan_code(ages))
    has_policyholder = (adults if ages[0] >= 25 else children) > 0
    assert (code in codes) == (adults <= available and children <= young and has_policyholder)


def test_what_is_eligible_can_be_quoted(user: User, spouse: Dependant, child: Dependant, benefit: Benefit) -> None:
    [offer] = [each for each in offers(user.pk, day=TODAY) if each.benefit == benefit]
    rosters = {"1A": [], "2A": [spouse], "2A1C": [spouse, child], "1A1C": [child]}
    assert {option.variant.plan_code for option in offer.options if option.eligible} == set(rosters)
    for code, members in rosters.items():
        ids = [member.pk for member in members]
        found = quote(user_id=user.pk, benefit_id=benefit.pk, dependant_ids=ids, now=NOW, nominee_asked=False)
        assert found.variant.plan_code == code


def test_ip_1009_names_the_nearest_families(user: User, spouse: Dependant, benefit: Benefit) -> None:
    children = [builders.make_dependant(user) for _ in range(3)]
    ids = [spouse.pk, *(child.pk for child in children)]
    with pytest.raises(PlanVariantNotAvailable) as refusal:
        quote(user_id=user.pk, benefit_id=benefit.pk, dependant_ids=ids, now=NOW, nominee_asked=False)
    assert "nearest is 2A2C (1 child fewer)" in refusal.value.text
    assert [(detail.code, detail.message) for detail in refusal.value.details] == [
        ("2A2C", "1 child fewer"),
        ("2A1C", "2 children fewer"),
        ("1A1C", "1 adult fewer and 2 children fewer"),
    ]


codes = st.builds(lambda adults, children: f"{adults}A{children}C" if children else f"{adults}A", *[st.integers(0, 6)] * 2)


@given(codes, st.lists(codes, min_size=1, max_size=8, unique=True))
def test_nothing_is_nearer_than_the_nearest(code: str, sellable: list[str]) -> None:
    def distance(other: str) -> int:
        return abs(counts(code)[0] - counts(other)[0]) + abs(counts(code)[1] - counts(other)[1])

    ordered = nearest(code, sellable)
    assert sorted(ordered) == sorted(sellable)
    assert [distance(other) for other in ordered] == sorted(distance(other) for other in ordered)
    assert (difference(code, ordered[0]) == "the same family") == (distance(ordered[0]) == 0)
