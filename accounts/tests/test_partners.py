"""Platforms and the tokens they fetch."""

import base64
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aarokya.common import clock, crypto
from aarokya.common.ids import uuid7
from accounts.models import OWN_PLATFORM_ID, PlatformSecret, User
from accounts.services import people, platforms, tokens
from accounts.tests.builders import ADDRESS, NOW, log_in, make_member, make_platform, new_phone
from accounts.tests.http import as_staff, as_user, bearing, post, refusal

pytestmark = pytest.mark.django_db


def basic(platform_id: Any, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{platform_id}:{secret}".encode()).decode()


def fetch(phone: str, *, authorization: str = "", api_key: str = "", **body: Any) -> Any:
    headers = {"Authorization": authorization} if authorization else {}
    headers |= {"api-key": api_key} if api_key else {}
    whole = {"phone_country_code": "+91", "phone_number": phone[3:], **body}
    return post("/auth/token", whole, headers=headers)


def test_the_first_call_registers_and_later_ones_find() -> None:
    platform, secret = make_platform()
    phone = new_phone()

    first = fetch(phone, authorization=basic(platform.pk, secret), id_proof={"proof_type": "AADHAAR", "number": "234567890123"})
    again = fetch(phone, api_key=secret)

    user = User.objects.get(phone=phone)
    assert first.json().keys() == {"access_token", "user_id"}
    assert first.json()["user_id"] == again.json()["user_id"] == str(user.pk)
    assert tokens.claims_of(first.json()["access_token"])["status"] == "ONBOARDING"
    assert user.platform_id == platform.pk
    assert user.id_proof == {"proof_type": "AADHAAR", "number": "234567890123"}
    assert bearing(first.json()["access_token"]).get(f"/users/{user.pk}").status_code == 200
    assert "234567890123" not in first.content.decode()


def test_a_number_is_one_person_on_each_platform() -> None:
    mine = make_member()
    platform, secret = make_platform()

    theirs = fetch(mine.phone, authorization=basic(platform.pk, secret)).json()["user_id"]

    assert theirs != str(mine.pk)
    assert User.objects.filter(phone=mine.phone).count() == 2


def test_what_the_platform_knows_fills_gaps_but_overwrites_nothing() -> None:
    platform, secret = make_platform()
    phone = new_phone()
    fetch(phone, api_key=secret, first_name="Asha", address="14, 3rd Cross", dob="1991-08-15", gender="female")

    fetch(phone, api_key=secret, first_name="Other", last_name="Rao", platform_id=str(platform.pk), dl_number="KA0120110012345")

    user = User.objects.get(phone=phone)
    assert (user.first_name, user.last_name, user.gender) == ("Asha", "Rao", "FEMALE")
    assert user.id_proof == {"proof_type": "DRIVING_LICENCE", "number": "KA0120110012345"}


def test_the_token_says_the_present_status() -> None:
    _, secret = make_platform()
    phone = new_phone()
    fetch(phone, api_key=secret)
    user = User.objects.get(phone=phone)
    details = {"first_name": "A", "last_name": "B", "dob": NOW.date().replace(year=1990), "gender": "MALE", "salutation": "MR"}
    people.complete_onboarding(user_id=user.pk, details=details | {"address": ADDRESS}, now=NOW)

    assert tokens.claims_of(fetch(phone, api_key=secret).json()["access_token"])["status"] == "ACTIVE"
    people.deactivate(user_id=user.pk, actor="staff:test", reason="", now=clock.now())
    assert refusal(fetch(phone, api_key=secret)) == (403, "AUE-303")


def test_credentials_that_are_none() -> None:
    platform, secret = make_platform()
    other, _ = make_platform("Other")
    phone = new_phone()
    inactive, inactive_secret = make_platform("Gone")
    platforms.deactivate(platform_id=inactive.pk, actor="staff:test", now=NOW)
    user_token = f"Bearer {log_in(make_member(), now=clock.now()).pair.access.text}"

    expected = [
        (fetch(phone), (401, "AUE-302")),
        (fetch(phone, authorization="Basic !!!"), (401, "AUE-302")),
        (fetch(phone, authorization="Basic " + base64.b64encode(b"no colon").decode()), (401, "AUE-302")),
        (fetch(phone, authorization=basic(platform.pk, "wrong")), (401, "AUE-302")),
        (fetch(phone, authorization=basic(other.pk, secret)), (401, "AUE-302")),
        (fetch(phone, api_key="wrong"), (401, "AUE-302")),
        (fetch(phone, authorization=basic(platform.pk, secret), platform_id=str(other.pk)), (401, "AUE-302")),
        (fetch(phone, authorization=user_token), (401, "AUE-301")),
        (fetch(phone, authorization=basic("not-a-uuid", secret)), (400, "AUE-304")),
        (fetch(phone, api_key=secret, platform_id="not-a-uuid"), (400, "AUE-304")),
        (fetch(phone, authorization=basic(uuid7(), secret)), (400, "AUE-305")),
        (fetch(phone, authorization=basic(OWN_PLATFORM_ID, secret)), (400, "AUE-305")),
        (fetch(phone, authorization=basic(inactive.pk, inactive_secret)), (400, "AUE-306")),
    ]

    assert [refusal(answer) for answer, _ in expected] == [refused for _, refused in expected]
    assert not User.objects.filter(phone=phone).exists()


@pytest.mark.parametrize(("code", "number"), [("+1", "9876543210"), ("+91", "1234567890"), ("", "9876543210")])
def test_numbers_that_are_none(code: str, number: str) -> None:
    _, secret = make_platform()
    body = {"phone_country_code": code, "phone_number": number}

    assert refusal(post("/auth/token", body, headers={"api-key": secret})) in {(400, "INVALID_PHONE"), (400, "VALIDATION_ERROR")}


def test_bugs_have_their_own_numbers() -> None:
    _, secret = make_platform()
    phone = new_phone()
    fetch(phone, api_key=secret)
    ops = as_staff("ops")
    ops.get("/platforms")
    with connection.cursor() as cursor:
        nonsense = crypto.encrypt("{nonsense", context="accounts.user.address")
        cursor.execute("UPDATE accounts_user SET address = %s WHERE phone = %s", [nonsense, phone])

    assert refusal(fetch(phone, api_key=secret)) == (500, "AUE-300")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path TO pg_temp")  # every table is gone
    assert refusal(ops.get("/platforms")) == (500, "PE-200")


def test_ops_keep_platforms() -> None:
    ops = as_staff("ops")

    made = ops.post("/platforms", {"name": "Namma Yatri"}, format="json")
    path = f"/platforms/{made.json()['id']}"

    assert made.status_code == 201
    assert fetch(new_phone(), api_key=made.json()["secret"]).status_code == 200
    assert "secret" not in ops.get(path).json()
    assert ops.patch(path, {"name": "Yatri"}, format="json").json()["name"] == "Yatri"
    assert [each["name"] for each in ops.get("/platforms?status=active").json()["data"]] == ["Yatri"]
    assert ops.delete(path).status_code == 204
    assert ops.get("/platforms?status=active").json()["total"] == 0
    assert ops.get(path).json()["status"] == "INACTIVE"


def test_refusals_around_platforms() -> None:
    ops = as_staff("ops")
    platform, _ = make_platform()
    path, missing = f"/platforms/{platform.pk}", f"/platforms/{uuid7()}"
    make_platform("Swiggy")

    assert refusal(ops.post("/platforms", {"name": "NAMMA yatri"}, format="json")) == (409, "PE-202")
    assert refusal(ops.patch(path, {"name": "swiggy"}, format="json")) == (409, "PE-202")
    assert refusal(ops.post("/platforms", {"name": ""}, format="json")) == (400, "PE-203")
    assert refusal(ops.get("/platforms?status=x")) == (400, "PE-203")
    assert refusal(ops.get(missing)) == (404, "PE-201")
    assert refusal(ops.get(f"/platforms/{OWN_PLATFORM_ID}")) == (404, "PE-201")
    ops.delete(path)
    assert refusal(ops.delete(path)) == (409, "INVALID_TRANSITION")
    assert refusal(ops.post(f"{path}/rotate_secret")) == (400, "PE-203")
    assert refusal(as_staff("finance", username="f").get("/platforms")) == (403, "FORBIDDEN")
    assert refusal(as_user(make_member()).get("/platforms")) == (403, "FORBIDDEN")


def test_a_rotated_secret_works_for_another_day() -> None:
    platform, old = make_platform()
    with time_machine.travel(NOW, tick=False):
        new = as_staff("ops").post(f"/platforms/{platform.pk}/rotate_secret").json()["secret"]
    phone = new_phone()

    with time_machine.travel(NOW + timedelta(hours=23), tick=False):
        assert [fetch(phone, api_key=secret).status_code for secret in (old, new)] == [200, 200]
    with time_machine.travel(NOW + timedelta(hours=24), tick=False):
        assert [fetch(phone, api_key=secret).status_code for secret in (old, new)] == [401, 200]


def test_secrets_are_stored_hashed_and_looked_up_once() -> None:
    _, secret = make_platform()

    with CaptureQueriesContext(connection) as queries:
        platforms.authenticate(secret=secret, platform_id=None, now=NOW)

    assert len(queries) == 1
    assert secret not in str(list(PlatformSecret.objects.values()))
