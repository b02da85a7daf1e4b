"""Reading policies: one, details, lists, filters, strangers, constant query counts."""

from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from aarokya.common.ids import uuid7
from aarokya.common.money import Money
from accounts.models import Dependant, User
from insurance.models import Benefit, Policy
from insurance.services import catalogue
from insurance.services.versions import Terms
from insurance.tests import builders
from insurance.tests.builders import NOW
from insurance.tests.test_api_preview import assert_refused


@pytest.fixture
def policy(user: User, spouse: Dependant, benefit: Benefit) -> Policy:
    return builders.make_policy(user, benefit=benefit, dependants=[spouse])


def test_get_one_for_owner_and_staff(client_of_user: APIClient, ops: APIClient, user: User, policy: Policy) -> None:
    path = f"/users/{user.pk}/insurance_policies/{policy.pk}"
    mine = client_of_user.get(path)
    assert mine.status_code == HTTPStatus.OK
    assert mine.json()["id"] == str(policy.pk)
    assert ops.get(path).json() == mine.json()


def test_deprecated_mirrors_equal_their_structured_counterparts(client_of_user: APIClient, user: User, policy: Policy) -> None:
    shown = client_of_user.get(f"/users/{user.pk}/insurance_policies/{policy.pk}").json()
    assert shown["primary_user_id"] == shown["primary_member"]["id"]
    assert shown["dependant_ids"] == [each["id"] for each in shown["dependants"]]
    assert [each["relationship"] for each in shown["dependants"]] == ["SELF", "SPOUSE"]


def test_names_follow_the_person(client_of_user: APIClient, user: User, spouse: Dependant, policy: Policy) -> None:
    Dependant.objects.filter(pk=spouse.pk).update(first_name="Meenakshi")
    shown = client_of_user.get(f"/users/{user.pk}/insurance_policies/{policy.pk}").json()
    assert shown["dependants"][1]["first_name"] == "Meenakshi"


def test_ip_1001_missing_and_somebody_elses(client_of_user: APIClient, user: User) -> None:
    strangers = builders.make_policy()
    for policy_id in (uuid7(), strangers.pk):
        for suffix in ("", "/details"):
            assert_refused(client_of_user.get(f"/users/{user.pk}/insurance_policies/{policy_id}{suffix}"), "IP-1001", 404)
        assert_refused(client_of_user.post(f"/users/{user.pk}/insurance_policies/{policy_id}/cancel"), "IP-1001", 404)


def test_a_strangers_path_does_not_exist(policy: Policy, user: User) -> None:
    stranger = builders.client_of(builders.make_user())
    assert_refused(stranger.get(f"/users/{user.pk}/insurance_policies/{policy.pk}"), "NOT_FOUND", 404)
    assert_refused(stranger.get(f"/users/{user.pk}/insurance_policies"), "NOT_FOUND", 404)


def test_ip_1011_bad_ids(client_of_user: APIClient, ops: APIClient, user: User) -> None:
    assert_refused(client_of_user.get(f"/users/{user.pk}/insurance_policies/x"), "IP-1011", 400)
    assert_refused(client_of_user.get(f"/users/{user.pk}/insurance_policies?benefit_id=x"), "IP-1011", 400)
    assert_refused(ops.get("/insurance_policies?policy_id=x"), "IP-1011", 400)
    assert_refused(ops.patch("/insurance_policies/x", {}, format="json"), "IP-1011", 400)


def test_ip_1000_a_bug_of_ours(client_of_user: APIClient, user: User, policy: Policy) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE insurance_policy SET nominee_details = 's1.dGFtcGVyZWQtd2l0aC1ieS1zb21lYm9keQ==' WHERE id = %s", [policy.pk]
        )
    answer = client_of_user.get(f"/users/{user.pk}/insurance_policies/{policy.pk}")
    assert_refused(answer, "IP-1000", 500)
    assert "tampered" not in answer.content.decode()


def test_details_show_the_benefit_as_it_was_sold(client_of_user: APIClient, user: User, policy: Policy, benefit: Benefit) -> None:
    dearer = Terms(description="Dearer", plans=[builders.make_plan("2A", annual_premium=Money(999_00))])
    catalogue.change(benefit, terms=dearer, actor="staff:x", now=NOW)
    shown = client_of_user.get(f"/users/{user.pk}/insurance_policies/{policy.pk}/details").json()
    assert shown["policy"] == client_of_user.get(f"/users/{user.pk}/insurance_policies/{policy.pk}").json()
    details = shown["benefit"].pop("benefit_details")
    assert shown["benefit"] == {
        "id": str(benefit.pk),
        "name": benefit.name,
        "benefit_type": "INSURANCE_POLICY",
        "provider_id": str(benefit.provider_id),
        "provider_name": benefit.provider.name,
    }
    assert details["plans"]["2A"]["annual_premium_amount"] == 109_500


def test_list_filters_and_pages(client_of_user: APIClient, user: User, policy: Policy) -> None:
    other = builders.make_policy(user)
    builders.make_policy()
    path = f"/users/{user.pk}/insurance_policies"
    whole = client_of_user.get(path).json()
    assert [each["id"] for each in whole["data"]] == [str(other.pk), str(policy.pk)]
    assert (whole["limit"], whole["offset"], whole["total"]) == (20, 0, 2)
    assert [each["id"] for each in client_of_user.get(f"{path}?benefit_id={policy.benefit_id}").json()["data"]] == [
        str(policy.pk)
    ]
    assert client_of_user.get(f"{path}?status=PENDING").json()["total"] == 2
    assert client_of_user.get(f"{path}?status=active").json()["total"] == 0
    assert [each["id"] for each in client_of_user.get(f"{path}?limit=1&offset=1").json()["data"]] == [str(policy.pk)]
    assert_refused(client_of_user.get(f"{path}?status=sold"), "IP-1010", 400)


@pytest.mark.parametrize("number", [1, 6])
def test_lists_cost_the_same_however_long(ops: APIClient, number: int, db: None) -> None:
    for _ in range(number):
        user = builders.make_user()
        builders.make_policy(user, dependants=[builders.make_spouse(user)])
    with CaptureQueriesContext(connection) as queries:
        assert ops.get("/insurance_policies").json()["total"] == number
    assert len(queries) == 4  # policies, members, people, total


def test_staff_filters(ops: APIClient, policy: Policy) -> None:
    other = builders.make_policy()
    user_id = policy.primary_user_id
    filters = [
        f"primary_user_id={user_id}",
        f"benefit_id={policy.benefit_id}",
        f"benefit_provider_id={policy.provider_id}",
        f"policy_id={policy.pk}",
    ]
    for query in filters:
        assert [each["id"] for each in ops.get(f"/insurance_policies?{query}").json()["data"]] == [str(policy.pk)], query
    assert ops.get("/insurance_policies?statuses=active,PENDING").json()["total"] == 2
    assert ops.get("/insurance_policies?statuses=active").json()["total"] == 0
    assert [each["id"] for each in ops.get("/insurance_policies?sort=created_at").json()["data"]] == [
        str(policy.pk),
        str(other.pk),
    ]
    assert ops.get("/insurance_policies?start_time=2999-01-01T00:00:00Z").json()["total"] == 0
    assert ops.get("/insurance_policies?end_time=2999-01-01T00:00:00Z&limit=1").json()["total"] == 2
    assert_refused(ops.get("/insurance_policies?statuses=active,sold"), "IP-1010", 400)


def test_staff_routes_are_closed_to_customers_and_updates_to_others_than_ops(client_of_user: APIClient, policy: Policy) -> None:
    assert_refused(client_of_user.get("/insurance_policies"), "FORBIDDEN", 403)
    assert_refused(client_of_user.patch(f"/insurance_policies/{policy.pk}", {}, format="json"), "FORBIDDEN", 403)
    assert_refused(
        builders.staff_client("support").patch(f"/insurance_policies/{policy.pk}", {}, format="json"), "FORBIDDEN", 403
    )
