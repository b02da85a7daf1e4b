"""`POST /users/{id}/insurance_policies/preview`: every field, every refusal, nothing written, four queries."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from aarokya.common.ids import uuid7
from aarokya.common.money import Money
from accounts.models import Dependant, DependantStatus, Gender, Relationship, User, UserStatus
from insurance.models import Benefit, BenefitStatus, BenefitType, BenefitVersion, DurationUnit, PlanVariant, ProviderStatus
from insurance.services import catalogue, providers
from insurance.services.versions import Terms
from insurance.tests import builders
from insurance.tests.builders import NOW


def preview(client: APIClient, user: User, benefit: Benefit | UUID | str, *dependants: Any, **more: Any) -> Any:
    body = {
        "benefit_id": str(benefit.pk if isinstance(benefit, Benefit) else benefit),
        "dependant_ids": [str(each.pk if isinstance(each, Dependant) else each) for each in dependants],
    }
    return client.post(f"/users/{user.pk}/insurance_policies/preview", body | more, format="json")


def assert_refused(answer: Any, code: str, status: int) -> str:
    assert (answer.status_code, answer.json()["error"]) == (status, code), answer.content
    assert answer.json()["status_code"] == status
    return str(answer.json()["message"])


def test_every_field_of_the_answer(user: User, spouse: Dependant, child: Dependant) -> None:
    plan = builders.make_plan("2A1C", daily_premium=Money(650), annual_premium=Money(237_250), coverage=Money(300_000_00))
    benefit = builders.make_benefit(plans=[plan])
    with time_machine.travel(NOW, tick=False):
        answer = preview(builders.client_of(user), user, benefit, child, spouse)
    assert answer.status_code == HTTPStatus.OK
    assert answer.json() == {
        "benefit_id": str(benefit.pk),
        "benefit_name": benefit.name,
        "plan_code": "2A1C",
        "coverage_amount": 300_000_00,
        "currency": "INR",
        "duration": {"years": 1},
        "members": [
            member(builders.self_of(user), age=36, salutation="mr", gender="male", relationship="self"),
            member(child, age=10, salutation="mrs", gender="female", relationship="child"),
            member(spouse, age=34, salutation="mrs", gender="female", relationship="spouse"),
        ],
        "nominee_required": True,
        "premium_amounts": {"daily": 650, "annual": 237_250, "currency": "INR"},
        "sponsor_contribution": 0,
        "grace_period_days": 15,
        "questionnaire": [],
    }


def member(person: Dependant, **words: Any) -> dict[str, Any]:
    names = {"dependant_id": str(person.pk), "first_name": person.first_name, "last_name": person.last_name}
    return names | words


def test_self_alone_needs_no_nominee_and_may_be_named(client_of_user: APIClient, user: User, benefit: Benefit) -> None:
    answer = preview(client_of_user, user, benefit, builders.self_of(user)).json()
    assert answer["plan_code"] == "1A"
    assert answer["nominee_required"] is False
    assert [each["relationship"] for each in answer["members"]] == ["self"]


@pytest.mark.parametrize("children", [0, 7])
def test_four_queries_whatever_the_family_and_nothing_written(user: User, spouse: Dependant, children: int) -> None:
    family = [builders.make_dependant(user) for _ in range(children)]
    benefit = builders.make_benefit(f"2A{children}C" if children else "2A")
    client = builders.client_of(user)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = preview(client, user, benefit, spouse, *family)
    assert answer.status_code == HTTPStatus.OK
    assert len(queries) <= 4
    assert all(query["sql"].startswith("SELECT") for query in queries)


def test_calls_no_partner(hospital: Any, client_of_user: APIClient, user: User, spouse: Dependant, benefit: Benefit) -> None:
    assert preview(client_of_user, user, benefit, spouse).status_code == HTTPStatus.OK
    assert hospital.get("/log", params={"partner": "narayana"}).json() == []


@pytest.mark.parametrize(("moment", "code"), [("2015-11-19T18:29:59Z", "0A1C"), ("2015-11-19T18:30:00Z", "1A")])
def test_an_age_changes_at_midnight_in_india(moment: str, code: str, db: None) -> None:
    user = builders.make_user(born_on=datetime(1990, 11, 20, tzinfo=UTC).date())
    benefit = builders.make_benefit("1A", "0A1C")
    with time_machine.travel(moment, tick=False):
        answer = preview(builders.client_of(user), user, benefit)
    assert answer.json()["plan_code"] == code


def test_born_on_29_february_is_a_year_older_on_1_march(db: None) -> None:
    user = builders.make_user(born_on=datetime(2000, 2, 29, tzinfo=UTC).date())
    benefit = builders.make_benefit("1A", "0A1C")
    codes = []
    for moment in ("2025-02-28T18:29:00Z", "2025-02-28T18:31:00Z"):
        with time_machine.travel(moment, tick=False):
            codes.append(preview(builders.client_of(user), user, benefit).json()["plan_code"])
    assert codes == ["0A1C", "1A"]


def test_ip_1002_benefit_missing_withdrawn_or_of_a_withdrawn_provider(
    client_of_user: APIClient, user: User, benefit: Benefit
) -> None:
    assert_refused(preview(client_of_user, user, uuid7()), "IP-1002", 404)
    catalogue.change(benefit, status=BenefitStatus.INACTIVE, actor="staff:x", now=NOW)
    assert_refused(preview(client_of_user, user, benefit), "IP-1002", 404)
    other = builders.make_benefit()
    providers.change(other.provider, status=ProviderStatus.INACTIVE, actor="staff:x", now=NOW)
    assert_refused(preview(client_of_user, user, other), "IP-1002", 404)


def test_ip_1003_not_insurance(client_of_user: APIClient, user: User) -> None:
    assert_refused(preview(client_of_user, user, builders.make_consultation()), "IP-1003", 400)


def test_ip_1004_no_plans(client_of_user: APIClient, user: User) -> None:
    broken = Benefit.objects.create(provider=builders.make_provider(), name="Broken", benefit_type=BenefitType.INSURANCE_POLICY)
    broken.current_version = BenefitVersion.objects.create(benefit=broken, number=1)
    broken.status = BenefitStatus.ACTIVE
    broken.save()
    assert "plans" in assert_refused(preview(client_of_user, user, broken), "IP-1004", 400)


def test_ip_1005_dependant_missing_or_discarded(
    client_of_user: APIClient, user: User, benefit: Benefit, child: Dependant
) -> None:
    assert_refused(preview(client_of_user, user, benefit, uuid7()), "IP-1005", 404)
    Dependant.objects.filter(pk=child.pk).update(status=DependantStatus.DISCARDED)
    assert str(child.pk) in assert_refused(preview(client_of_user, user, benefit, child), "IP-1005", 404)


def test_ip_1006_somebody_elses_dependant(client_of_user: APIClient, user: User, benefit: Benefit) -> None:
    stranger = builders.make_spouse(builders.make_user())
    assert_refused(preview(client_of_user, user, benefit, stranger), "IP-1006", 400)


def test_ip_1009_names_the_code_and_what_is_sellable(client_of_user: APIClient, user: User, child: Dependant) -> None:
    benefit = builders.make_benefit("1A", "2A")
    message = assert_refused(preview(client_of_user, user, benefit, child), "IP-1009", 400)
    assert "1A1C" in message
    assert "1A, 2A" in message


def test_ip_1009_more_than_max_dependants_is_said_first(
    client_of_user: APIClient, user: User, spouse: Dependant, child: Dependant
) -> None:
    benefit = builders.make_benefit("1A", max_dependants=1)
    assert "max_dependants" in assert_refused(preview(client_of_user, user, benefit, spouse, child), "IP-1009", 400)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"benefit_id": "nonsense"}, "IP-1011"),
        ({"dependant_ids": ["nonsense"]}, "IP-1011"),
        ({"dependant_ids": [7]}, "IP-1011"),
        ({"dependant_ids": None}, "IP-1010"),
        ({"dependant_ids": "none"}, "IP-1010"),
        ({"questionnaire_responses": [{"question": "Smoker?", "answer": "no"}]}, "IP-1010"),
        ({"nominee_details": {"type": "friend"}}, "IP-1010"),
        ({"colour": "blue"}, "VALIDATION_ERROR"),
    ],
)
def test_bad_bodies(client_of_user: APIClient, user: User, benefit: Benefit, change: dict[str, Any], code: str) -> None:
    answer = preview(client_of_user, user, benefit, **change)
    assert_refused(answer, code, 400)
    assert answer.json()["details"][0]["field"].split(".")[0] == next(iter(change))


def test_ip_1010_missing_fields(client_of_user: APIClient, user: User) -> None:
    answer = client_of_user.post(f"/users/{user.pk}/insurance_policies/preview", {}, format="json")
    assert_refused(answer, "IP-1010", 400)
    assert {each["field"] for each in answer.json()["details"]} == {"benefit_id", "dependant_ids"}


def test_ip_1011_bad_user_id(client_of_user: APIClient, benefit: Benefit) -> None:
    body = {"benefit_id": str(benefit.pk), "dependant_ids": []}
    assert_refused(client_of_user.post("/users/me/insurance_policies/preview", body, format="json"), "IP-1011", 400)


@pytest.mark.parametrize("status", [UserStatus.ONBOARDING, UserStatus.DEACTIVATED])
def test_ip_1012_who_may_not_buy(benefit: Benefit, status: UserStatus) -> None:
    user = builders.make_user()
    User.objects.filter(pk=user.pk).update(status=status, deactivated_at=NOW)
    assert_refused(preview(builders.client_of(user), user, benefit), "IP-1012", 403)


def test_ip_1012_before_onboarding(benefit: Benefit) -> None:
    user = builders.make_user(status=UserStatus.ONBOARDING)
    assert_refused(preview(builders.client_of(user), user, benefit), "IP-1012", 403)


def test_a_strangers_path_does_not_exist(client_of_user: APIClient, benefit: Benefit) -> None:
    assert_refused(preview(client_of_user, builders.make_user(), benefit), "NOT_FOUND", 404)


def test_staff_previews_for_a_customer(ops: APIClient, user: User, benefit: Benefit) -> None:
    assert preview(ops, user, benefit).status_code == HTTPStatus.OK


def test_a_gender_other_can_be_previewed(benefit: Benefit) -> None:
    user = builders.make_user(gender=Gender.OTHER)
    assert preview(builders.client_of(user), user, benefit).json()["members"][0]["gender"] == "other"


def test_duration_has_exactly_one_key(client_of_user: APIClient, user: User) -> None:
    benefit = builders.make_benefit(plans=[builders.make_plan(duration_unit=DurationUnit.MONTHS, duration_length=6)])
    assert preview(client_of_user, user, benefit).json()["duration"] == {"months": 6}


def test_a_new_version_is_quoted_at_once(client_of_user: APIClient, user: User, benefit: Benefit) -> None:
    terms = Terms(description="Dearer", plans=[builders.make_plan(annual_premium=Money(999_00))])
    catalogue.change(benefit, terms=terms, actor="staff:x", now=NOW)
    assert preview(client_of_user, user, benefit).json()["premium_amounts"]["annual"] == 999_00
    assert PlanVariant.objects.filter(version__benefit=benefit).count() == 6


def test_parents_are_adults_too(client_of_user: APIClient, user: User) -> None:
    mother = builders.make_dependant(user, relationship=Relationship.MOTHER, born_on=datetime(1960, 1, 1, tzinfo=UTC).date())
    assert preview(client_of_user, user, builders.make_benefit("2A"), mother).json()["plan_code"] == "2A"
