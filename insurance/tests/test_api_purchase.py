"""`POST /users/{id}/insurance_policies`: what is bought, from the real simulator, and what must leave no trace."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from http import HTTPStatus
from typing import Any

import httpx2
import pytest
from django.db import connections
from rest_framework.test import APIClient

from aarokya.common.ids import uuid7
from aarokya.common.models import AuditEntry
from accounts.models import Dependant, Gender, User
from insurance import gateways
from insurance.gateways.base import Person
from insurance.models import Benefit, Mrn, PatientRegistration, Policy, PolicyMember
from insurance.services import mrns
from insurance.tests import builders
from insurance.tests.builders import NOW
from insurance.tests.test_api_form import EXTERNAL
from insurance.tests.test_api_preview import assert_refused

FAULTS = ["http_500", "malformed", "drop"]


def buy(client: APIClient, user: User, benefit: Benefit, *dependants: Dependant, key: str | None = None, **more: Any) -> Any:
    body: dict[str, Any] = {"benefit_id": str(benefit.pk), "dependant_ids": [str(each.pk) for each in dependants]}
    body |= {"nominee_details": EXTERNAL} if dependants else {}
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"/users/{user.pk}/insurance_policies", body | more, format="json", headers=headers)


def patients_of(hospital: httpx2.Client) -> int:
    log = hospital.get("/log", params={"partner": "narayana"}).json()
    return len({each["body"]["request_id"] for each in log if each["operation"] == "patient_register"})


def nothing_left() -> bool:
    return not (Policy.objects.exists() or Mrn.objects.exists() or PolicyMember.objects.exists())


@pytest.mark.usefixtures("hospital")
def test_every_field_of_the_answer(
    client_of_user: APIClient, user: User, benefit: Benefit, spouse: Dependant, child: Dependant
) -> None:
    answer = buy(client_of_user, user, benefit, child, spouse, payment_plan="daily")
    assert answer.status_code == HTTPStatus.CREATED
    policy = answer.json()
    created = Policy.objects.get()
    roster = [builders.self_of(user), child, spouse]
    assert policy == {
        "id": str(created.pk),
        "primary_member": {"id": str(user.pk), "first_name": "Ravi", "last_name": user.last_name, "gender": "MALE"},
        "primary_user_id": str(user.pk),
        "benefit_id": str(benefit.pk),
        "benefit_name": benefit.name,
        "plan_code": "2A1C",
        "status": "pending",
        "dependants": [
            {
                "id": str(person.pk),
                "first_name": person.first_name,
                "last_name": person.last_name,
                "salutation": person.salutation,
                "relationship": person.relationship,
                "gender": person.gender,
            }
            for person in roster
        ],
        "dependant_ids": [str(person.pk) for person in roster],
        "premium_amounts": {"daily": 300, "annual": 109_500, "currency": "INR"},
        "premium_status": "UNPAID",
        "payment_plan": "DAILY",
        "nominee_details": EXTERNAL,
        "questionnaire": None,
        "metadata": {"dependant_mrn_map": {str(row.dependant_id): str(row.pk) for row in Mrn.objects.all()}},
        "external_policy_id": None,
        "start_date": None,
        "end_date": None,
        "created_at": policy["created_at"],
        "last_modified_at": policy["last_modified_at"],
    }
    assert policy["created_at"].endswith("Z")
    assert Mrn.objects.count() == 3
    assert AuditEntry.objects.filter(action="policy.created", object_id=str(created.pk), actor=f"user:{user.pk}").count() == 1


def test_registers_under_the_policyholders_phone(
    hospital: httpx2.Client, client_of_user: APIClient, user: User, benefit: Benefit
) -> None:
    assert buy(client_of_user, user, benefit).status_code == HTTPStatus.CREATED
    log = hospital.get("/log", params={"partner": "narayana"}).json()
    (registration,) = [each for each in log if each["operation"] == "patient_register"]
    sent = registration["body"]
    assert (sent["phone"], sent["gender"], sent["date_of_birth"]) == (user.phone, "Male", "1990-05-17")
    assert Mrn.objects.get().external_mrn == {"temp_number": registration["answer"]["temp_number"]}


def test_a_patient_whom_the_hospital_knows_is_not_registered_again(
    hospital: httpx2.Client, client_of_user: APIClient, user: User, benefit: Benefit
) -> None:
    person = Person(
        request_id=uuid7(),
        first_name="RAVI",
        last_name=user.last_name,
        born_on=date(1990, 5, 17),
        gender="MALE",
        phone="+919111111111",
    )
    known = gateways.narayana().register(person)
    assert buy(client_of_user, user, benefit).status_code == HTTPStatus.CREATED
    assert Mrn.objects.get().external_mrn == known.as_json()
    assert hospital.get("/books").json()["patients"] == 1


def test_a_member_with_an_mrn_is_not_asked_about(
    hospital: httpx2.Client, client_of_user: APIClient, user: User, benefit: Benefit
) -> None:
    known = mrns.add(
        dependant_id=builders.self_of(user).pk,
        provider_id=benefit.provider_id,
        external_mrn={"mrn": "MRN1"},
        user_id=None,
        actor="staff:x",
        now=NOW,
    )
    policy = buy(client_of_user, user, benefit).json()
    assert list(policy["metadata"]["dependant_mrn_map"].values()) == [str(known.pk)]
    assert hospital.get("/log", params={"partner": "narayana"}).json() == []


@pytest.mark.parametrize("position", [0, 1, 2])
def test_ip_1013_leaves_nothing_and_asks_nobody(hospital: httpx2.Client, benefit: Benefit, position: int) -> None:
    genders = [Gender.OTHER if position == index else Gender.FEMALE for index in range(3)]
    user = builders.make_user(gender=genders[0])
    family = [builders.make_spouse(user, gender=genders[1]), builders.make_dependant(user, gender=genders[2])]
    assert_refused(buy(builders.client_of(user), user, benefit, *family), "IP-1013", 400)
    assert nothing_left()
    assert hospital.get("/log", params={"partner": "narayana"}).json() == []


@pytest.mark.parametrize("mode", FAULTS)
@pytest.mark.parametrize("operation", ["patient_search", "patient_register"])
def test_ip_1014_leaves_nothing_and_a_retry_succeeds(
    hospital: httpx2.Client, benefit: Benefit, mode: str, operation: str
) -> None:
    user = builders.make_user()
    client_of_user, spouse = builders.client_of(user), builders.make_spouse(user)
    hospital.post("/faults", json={"partner": "narayana", "operation": operation, "mode": mode, "delay_s": 0}).raise_for_status()
    assert_refused(buy(client_of_user, user, benefit, spouse), "IP-1014", 502)
    assert nothing_left()
    hospital.delete("/faults").raise_for_status()
    assert buy(client_of_user, user, benefit, spouse).status_code == HTTPStatus.CREATED
    assert patients_of(hospital) == 2
    assert hospital.get("/books").json()["patients"] == 2


@pytest.mark.parametrize("position", [0, 1, 2])
@pytest.mark.parametrize("operation", ["patient_search", "patient_register"])
def test_ip_1014_at_any_member_leaves_nothing_and_the_others_are_not_registered_twice(
    hospital: httpx2.Client, benefit: Benefit, operation: str, position: int
) -> None:
    user = builders.make_user()
    client_of_user, family = builders.client_of(user), [builders.make_spouse(user), builders.make_dependant(user)]
    broken = (builders.self_of(user), *family)[position].last_name
    fault = {"partner": "narayana", "operation": operation, "mode": "http_500", "contains": broken}
    hospital.post("/faults", json=fault).raise_for_status()
    assert_refused(buy(client_of_user, user, benefit, *family), "IP-1014", 502)
    assert nothing_left()
    assert hospital.get("/books").json()["patients"] == 2
    hospital.delete("/faults").raise_for_status()
    assert buy(client_of_user, user, benefit, *family).status_code == HTTPStatus.CREATED
    assert hospital.get("/books").json()["patients"] == 3


@pytest.mark.usefixtures("hospital")
def test_ip_1008_a_second_one(client_of_user: APIClient, user: User, benefit: Benefit) -> None:
    assert buy(client_of_user, user, benefit).status_code == HTTPStatus.CREATED
    assert_refused(buy(client_of_user, user, benefit), "IP-1008", 409)
    assert buy(client_of_user, user, builders.make_benefit()).status_code == HTTPStatus.CREATED


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("hospital")
def test_two_devices_at_once_one_policy() -> None:
    user, benefit = builders.make_user(), builders.make_benefit()
    barrier = threading.Barrier(6)

    def device(_number: int) -> tuple[int, str]:
        try:
            client = builders.client_of(user)
            barrier.wait()
            answer = buy(client, user, benefit)
            return answer.status_code, answer.json().get("error", "")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as threads:
        answers = sorted(threads.map(device, range(6)))
    assert answers == [(201, ""), *[(409, "IP-1008")] * 5]
    assert Policy.objects.count() == PatientRegistration.objects.count() == Mrn.objects.count() == 1


@pytest.mark.usefixtures("hospital")
def test_idempotency_key_repeats_the_answer(client_of_user: APIClient, user: User, benefit: Benefit) -> None:
    first = buy(client_of_user, user, benefit, key="abc")
    again = buy(client_of_user, user, benefit, key="abc")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Idempotency-Hit"] == "true"
    assert_refused(buy(client_of_user, user, builders.make_benefit(), key="abc"), "IDEMPOTENCY_MISMATCH", 422)


@pytest.mark.usefixtures("hospital")
def test_questionnaire_is_asked_and_kept(client_of_user: APIClient, user: User) -> None:
    benefit = builders.make_benefit(plans=[builders.make_plan(questionnaire=["Any surgery?", "Do you smoke?"])])
    answers = [{"question": "Any surgery?", "answer": False}, {"question": "Do you smoke?", "answer": True}]
    assert_refused(buy(client_of_user, user, benefit), "IP-1010", 400)
    assert_refused(buy(client_of_user, user, benefit, questionnaire_responses=answers[:1]), "IP-1010", 400)
    unasked = [*answers, {"question": "Left-handed?", "answer": True}]
    assert_refused(buy(client_of_user, user, benefit, questionnaire_responses=unasked), "IP-1010", 400)
    assert buy(client_of_user, user, benefit, questionnaire_responses=answers).json()["questionnaire"] == {"questions": answers}


def test_the_checks_of_the_preview_hold_here_too(
    client_of_user: APIClient, user: User, benefit: Benefit, spouse: Dependant
) -> None:
    assert_refused(buy(client_of_user, user, benefit, spouse, nominee_details=None), "IP-1015", 400)
    assert_refused(buy(client_of_user, user, builders.make_consultation()), "IP-1003", 400)
    assert_refused(buy(client_of_user, user, benefit, payment_plan="MONTHLY"), "IP-1010", 400)
    assert_refused(buy(client_of_user, builders.make_user(), benefit), "NOT_FOUND", 404)
    assert_refused(buy(builders.staff_client("support"), user, benefit), "IP-1012", 403)
    assert nothing_left()


@pytest.mark.usefixtures("hospital")
def test_ops_buy_for_a_customer(ops: APIClient, user: User, benefit: Benefit) -> None:
    assert buy(ops, user, benefit).json()["primary_member"]["id"] == str(user.pk)
