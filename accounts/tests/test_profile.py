"""My profile."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Dependant, DependantVersion, User
from accounts.tests.builders import add_dependant, make_member, make_user
from accounts.tests.http import as_user, refusal

pytestmark = pytest.mark.django_db
WHOLE = {
    "first_name": "Asha",
    "last_name": "Rao",
    "email": "Asha@Example.in",
    "dob": "1991-08-15",
    "gender": "female",
    "address": "14, 3rd Cross, Rajajinagar",
    "occupation": "Delivery Partner",
    "employer": "Namma Yatri",
    "aadhaar_last4": "1234",
}


def change(client: APIClient, **body: Any) -> Any:
    return client.patch("/user/profile", body, format="json")


def test_a_new_user_has_an_empty_profile() -> None:
    user = make_user()

    profile = as_user(user).get("/user/profile").json()

    assert profile.pop("user_id") == str(user.pk)
    assert profile.pop("phone") == user.phone
    assert profile.pop("profile_complete") is False
    assert profile.keys() == WHOLE.keys()
    assert set(profile.values()) == {None}


def test_everything_can_be_said_and_comes_back() -> None:
    client = as_user(make_user())

    answer = change(client, **WHOLE).json()

    shown = {"aadhaar_last4": "XXXXXXXX1234", "gender": "FEMALE", "occupation": "DELIVERY_PARTNER", "profile_complete": True}
    assert answer == answer | WHOLE | shown
    assert client.get("/user/profile").json() == answer


def test_what_is_null_or_not_sent_stays() -> None:
    client = as_user(make_user())
    change(client, first_name="Asha", last_name="Rao")

    answer = change(client, first_name=None, employer="Swiggy").json()

    assert (answer["first_name"], answer["last_name"], answer["employer"]) == ("Asha", "Rao", "Swiggy")


@pytest.mark.parametrize("field", ["phone", "phone_number", "user_id", "aadhaar", "aadhaar_number"])
def test_what_cannot_be_changed(field: str) -> None:
    assert refusal(change(as_user(make_user()), **{field: "9876543210"})) == (400, "IMMUTABLE_FIELD")


def test_aadhaar_digits_are_set_once() -> None:
    client = as_user(make_user())
    change(client, aadhaar_last4="1234")

    assert refusal(change(client, aadhaar_last4="1234")) == (400, "IMMUTABLE_FIELD")
    assert refusal(change(client, aadhaar_last4="9999")) == (400, "IMMUTABLE_FIELD")
    assert client.get("/user/profile").json()["aadhaar_last4"] == "XXXXXXXX1234"


@pytest.mark.parametrize("digits", ["234567890123", "123", "12345", "12a4", 1234, "१२३४"])
def test_other_than_four_digits_are_refused_and_not_repeated(digits: Any) -> None:
    answer = change(as_user(make_user()), aadhaar_last4=digits)

    assert refusal(answer) == (400, "VALIDATION_ERROR")
    assert str(digits) not in answer.content.decode()
    assert User.objects.get().aadhaar_last4 == ""


@pytest.mark.parametrize("dob", ["15-08-1991", "1991-02-30", "2999-01-01", "1800-01-01", 19910815])
def test_impossible_dates_of_birth(dob: Any) -> None:
    assert refusal(change(as_user(make_user()), dob=dob)) == (400, "INVALID_DATE_FORMAT")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", "x" * 256),
        ("first_name", ""),
        ("email", "asha"),
        ("address", "x" * 501),
        ("employer", "x" * 256),
        ("occupation", "astronaut"),
        ("gender", "x"),
        ("salutation", "MR"),
        ("status", "ACTIVE"),
        ("profile_complete", True),
    ],
)
def test_values_that_are_refused_by_name(field: str, value: Any) -> None:
    answer = change(as_user(make_user()), **{field: value})

    assert refusal(answer) == (400, "VALIDATION_ERROR")
    assert answer.json()["details"][0]["field"] == field


def test_personal_columns_are_unreadable_in_the_database() -> None:
    change(as_user(make_user()), **WHOLE)

    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT user_row::text FROM accounts_user user_row")
        stored = cursor.fetchone()[0]

    assert not [word for word in ("Asha", "Rao", "1991-08-15", "3rd Cross", "example.in") if word in stored]


def test_a_change_of_name_makes_a_new_version_of_self() -> None:
    user = make_member()
    before = Dependant.objects.get(primary_user=user)

    change(as_user(user), first_name="Aasha")

    after = Dependant.objects.get(primary_user=user)
    earlier = DependantVersion.objects.get(dependant=after)
    assert (after.pk, after.first_name, after.version) == (before.pk, "Aasha", 2)
    assert after.previous_version_id == earlier.pk
    assert (earlier.first_name, earlier.version) == ("Asha", 1)


def test_a_change_of_employer_does_not() -> None:
    user = make_member()

    change(as_user(user), employer="Swiggy", first_name="Asha")

    assert Dependant.objects.get(primary_user=user).version == 1


def test_a_member_stays_an_adult_and_older_than_their_children() -> None:
    user = make_member()
    add_dependant(user, relationship="CHILD", salutation="MASTER", date_of_birth=user.dob.replace(year=2005))
    client = as_user(user)

    assert refusal(change(client, dob="2015-01-01")) == (400, "UE-104")
    assert refusal(change(client, dob="2006-01-01")) == (400, "DE-606")


def test_nobody_without_a_token() -> None:
    assert refusal(APIClient().get("/user/profile")) == (401, "INVALID_TOKEN")
