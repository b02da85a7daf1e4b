"""A family over HTTP."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from aarokya.common.ids import uuid7
from accounts.errors import ImpossibleDateOfBirth
from accounts.models import Dependant, DependantVersion, User
from accounts.tests.builders import NOW, add_dependant, make_member, make_user
from accounts.tests.http import as_staff, as_user, refusal

pytestmark = pytest.mark.django_db
SPOUSE: dict[str, Any] = {
    "first_name": "Ravi",
    "last_name": "Rao",
    "salutation": "MR",
    "relationship": "SPOUSE",
    "gender": "MALE",
    "date_of_birth": "1990-01-02",
}
CHILD = SPOUSE | {"first_name": "Kiran", "salutation": "MASTER", "relationship": "CHILD", "date_of_birth": "2015-06-01"}


@pytest.fixture
def member() -> User:
    return make_member()


@pytest.fixture
def client(member: User) -> APIClient:
    return as_user(member)


def path(user: User, dependant: Any = "") -> str:
    return f"/users/{user.pk}/dependants" + (f"/{dependant}" if dependant else "")


def add(client: APIClient, user: User, **body: Any) -> Any:
    return client.post(path(user), SPOUSE | body, format="json")


def test_a_person_is_added_and_listed_after_self(client: APIClient, member: User) -> None:
    added = add(client, member, relationship="spouse", gender="Male")

    listed = client.get(path(member)).json()
    assert added.status_code == 201
    assert added.json() == added.json() | SPOUSE | {"status": "ACTIVE", "version": 1, "previous_version_id": None}
    assert [each["relationship"] for each in listed["data"]] == ["SELF", "SPOUSE"]
    assert client.get(path(member, added.json()["id"])).json() == added.json()


def test_an_exact_duplicate_returns_who_is_there(client: APIClient, member: User) -> None:
    first, second = add(client, member), add(client, member)

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json()
    assert Dependant.objects.filter(primary_user=member).count() == 2


def test_a_second_spouse_is_refused_until_the_first_is_discarded(client: APIClient, member: User) -> None:
    first = add(client, member).json()

    assert refusal(add(client, member, first_name="Other")) == (409, "DE-604")
    assert client.delete(path(member, first["id"])).status_code == 204
    assert add(client, member, first_name="Other").status_code == 201


def test_the_database_refuses_a_second_spouse_too(member: User) -> None:
    spouse = add_dependant(member)

    with pytest.raises(IntegrityError, match="dependant_one_spouse"):
        Dependant.objects.create(
            primary_user=member,
            relationship="SPOUSE",
            first_name="B",
            last_name="C",
            salutation="MR",
            gender="MALE",
            date_of_birth=spouse.date_of_birth,
        )


def test_self_is_nobodys_business_here(client: APIClient, member: User) -> None:
    self_id = Dependant.objects.get(primary_user=member).pk

    assert refusal(add(client, member, relationship="SELF")) == (400, "DE-603")
    assert refusal(client.patch(path(member, self_id), {"first_name": "X"}, format="json")) == (400, "DE-603")
    assert refusal(client.delete(path(member, self_id))) == (400, "DE-603")


@pytest.mark.parametrize("born", ["2999-01-01", "1900-01-01"])
def test_impossible_births(client: APIClient, member: User, born: str) -> None:
    assert refusal(add(client, member, date_of_birth=born)) == (400, "DE-605")


@pytest.mark.parametrize("born", ["1991-08-15", "1980-01-01"])
def test_a_child_is_younger_than_the_parent(client: APIClient, member: User, born: str) -> None:
    assert refusal(add(client, member, relationship="CHILD", date_of_birth=born)) == (400, "DE-606")


def test_a_day_of_birth_is_past_from_midnight_in_india(member: User) -> None:
    eve = datetime(2026, 11, 20, 18, 29, 59, tzinfo=UTC)  # 23:59:59 on the 20th in India

    with pytest.raises(ImpossibleDateOfBirth):
        add_dependant(member, relationship="CHILD", date_of_birth=date(2026, 11, 20), now=eve)
    born = add_dependant(member, relationship="CHILD", date_of_birth=date(2026, 11, 20), now=eve + timedelta(seconds=1))

    assert born.version == 1


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("date_of_birth", "02-01-1990", "INVALID_DATE_FORMAT"),
        ("relationship", "COUSIN", "DE-602"),
        ("gender", "", "DE-602"),
        ("salutation", None, "DE-602"),
        ("first_name", "", "DE-602"),
        ("first_name", 5, "DE-602"),
        ("nickname", "R", "VALIDATION_ERROR"),
    ],
)
def test_input_that_is_refused(client: APIClient, member: User, field: str, value: Any, code: str) -> None:
    assert refusal(add(client, member, **{field: value})) == (400, code)


def test_a_family_needs_a_member() -> None:
    user = make_user()

    assert refusal(add(as_user(user), user)) == (403, "AUE-303")


def test_bulk_is_all_or_nothing_and_skips_duplicates(client: APIClient, member: User) -> None:
    known = add(client, member).json()
    bulk = f"{path(member)}/bulk"

    refused = client.post(bulk, {"dependants": [CHILD, SPOUSE | {"first_name": "Second"}]}, format="json")
    assert refusal(refused) == (409, "DE-604")
    assert Dependant.objects.filter(primary_user=member).count() == 2

    added = client.post(bulk, {"dependants": [CHILD, SPOUSE, CHILD]}, format="json")
    ids = [each["id"] for each in added.json()["data"]]
    assert added.status_code == 201
    assert ids[1] == known["id"]
    assert ids[0] == ids[2]
    assert client.post(bulk, {"dependants": [CHILD, SPOUSE]}, format="json").status_code == 200


def test_bulk_has_one_to_fifty_people(client: APIClient, member: User) -> None:
    many = [CHILD | {"first_name": f"Kiran {number}"} for number in range(51)]
    bulk = f"{path(member)}/bulk"

    assert refusal(client.post(bulk, {"dependants": many}, format="json")) == (400, "DE-602")
    assert refusal(client.post(bulk, {"dependants": []}, format="json")) == (400, "DE-602")
    assert len(client.post(bulk, {"dependants": many[:50]}, format="json").json()["data"]) == 50


def test_bulk_names_the_person_that_is_wrong(client: APIClient, member: User) -> None:
    people = [CHILD, CHILD | {"date_of_birth": "2999-01-01"}]

    answer = client.post(f"{path(member)}/bulk", {"dependants": people}, format="json")

    assert refusal(answer) == (400, "DE-605")
    assert answer.json()["details"][0]["field"] == "dependants.1.date_of_birth"


def test_a_correction_keeps_the_person_and_adds_a_version(client: APIClient, member: User) -> None:
    person = add(client, member).json()

    changed = client.patch(path(member, person["id"]), {"first_name": "Ravindra"}, format="json").json()
    again = client.patch(path(member, person["id"]), {"first_name": "Ravindra"}, format="json").json()

    earlier = DependantVersion.objects.get()
    assert (changed["id"], changed["first_name"], changed["version"]) == (person["id"], "Ravindra", 2)
    assert changed["previous_version_id"] == str(earlier.pk)
    assert earlier.first_name == "Ravi"
    assert again == changed


def test_a_correction_obeys_the_rules(client: APIClient, member: User) -> None:
    child = client.post(path(member), CHILD, format="json").json()["id"]

    assert refusal(client.patch(path(member, child), {"relationship": "SIBLING"}, format="json")) == (400, "VALIDATION_ERROR")
    assert refusal(client.patch(path(member, child), {"date_of_birth": "1980-01-01"}, format="json")) == (400, "DE-606")
    assert refusal(client.patch(path(member, child), {"date_of_birth": "2999-01-01"}, format="json")) == (400, "DE-605")


def test_who_is_discarded_is_listed_no_more_and_cannot_be_changed(client: APIClient, member: User) -> None:
    person = add(client, member).json()["id"]

    client.delete(path(member, person))

    assert client.get(path(member)).json()["total"] == 1
    assert [each["id"] for each in client.get(path(member) + "?status=discarded").json()["data"]] == [person]
    assert client.get(path(member, person)).json()["status"] == "DISCARDED"
    assert refusal(client.patch(path(member, person), {"first_name": "X"}, format="json")) == (404, "DE-601")
    assert refusal(client.delete(path(member, person))) == (404, "DE-601")


def test_the_list_can_be_filtered(client: APIClient, member: User) -> None:
    add(client, member)

    assert [each["relationship"] for each in client.get(path(member) + "?relationship=spouse").json()["data"]] == ["SPOUSE"]
    assert refusal(client.get(path(member) + "?relationship=cousin")) == (400, "DE-602")


def test_owner_staff_and_stranger(client: APIClient, member: User) -> None:
    person = add(client, member).json()["id"]
    stranger, support, auditor, nobody = (
        as_user(make_member()),
        as_staff("support", username="s"),
        as_staff("auditor", username="a"),
        as_staff(username="n"),
    )

    for url in (path(member), path(member, person)):
        assert refusal(stranger.get(url)) == (404, "NOT_FOUND")
        assert support.get(url).status_code == auditor.get(url).status_code == 200
        assert refusal(nobody.get(url)) == (403, "FORBIDDEN")
    assert refusal(add(stranger, member)) == (404, "NOT_FOUND")
    assert refusal(auditor.delete(path(member, person))) == (403, "FORBIDDEN")
    assert support.delete(path(member, person)).status_code == 204


def test_a_person_of_another_family_does_not_exist(client: APIClient, member: User) -> None:
    theirs = add_dependant(make_member()).pk

    found, missing = client.get(path(member, theirs)), client.get(path(member, uuid7()))

    assert refusal(found) == refusal(missing) == (404, "DE-601")
    assert found.json()["message"] == missing.json()["message"]


def test_a_bug_has_its_own_number(client: APIClient, member: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_dependant SET first_name = 'lost.x'")

    assert refusal(client.get(path(member))) == (500, "DE-600")


def test_a_page_costs_the_same_whatever_its_size(
    client: APIClient, member: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(path(member))
    for number in range(12):
        add_dependant(member, relationship="SIBLING", first_name=f"S{number}")

    with django_assert_num_queries(2):
        assert client.get(path(member)).json()["total"] == 13


def test_an_idempotency_key_returns_the_first_answer(client: APIClient, member: User) -> None:
    with time_machine.travel(NOW, tick=False):
        client = as_user(member)
        first = client.post(path(member), SPOUSE, format="json", headers={"Idempotency-Key": "one"})
        again = client.post(path(member), SPOUSE, format="json", headers={"Idempotency-Key": "one"})
        other = client.post(path(member), CHILD, format="json", headers={"Idempotency-Key": "one"})

    assert (again.status_code, again["Idempotency-Hit"], again.json()) == (201, "true", first.json())
    assert refusal(other) == (422, "IDEMPOTENCY_MISMATCH")
