"""Users, for themselves and for staff."""

import pytest
from django.db import connection
from rest_framework.test import APIClient

from aarokya.common import crypto
from aarokya.common.ids import uuid7
from aarokya.common.models import AuditEntry
from accounts.models import Dependant
from accounts.tests.builders import make_member, make_user
from accounts.tests.http import as_staff, as_user, refusal

pytestmark = pytest.mark.django_db


def test_a_user_sees_themselves_while_onboarding() -> None:
    user = make_user()

    body = as_user(user).get(f"/users/{user.pk}").json()

    assert body["user_id"] == str(user.pk)
    assert (body["phone_country_code"], body["phone_number"]) == ("+91", user.phone[3:])
    assert (body["status"], body["first_name"], body["address"]) == ("ONBOARDING", None, None)


def test_owner_staff_and_stranger() -> None:
    user = make_member()
    path = f"/users/{user.pk}"
    stranger, auditor, nobody = as_user(make_member()), as_staff("auditor", username="a"), as_staff(username="n")

    assert auditor.get(path).json()["first_name"] == "Asha"
    assert refusal(nobody.get(path)) == (403, "FORBIDDEN")
    theirs, nobodys = stranger.get(path), stranger.get(f"/users/{uuid7()}")
    assert refusal(theirs) == refusal(nobodys) == (404, "NOT_FOUND")
    assert refusal(stranger.patch(path, {"first_name": "X"}, format="json")) == (404, "NOT_FOUND")
    assert refusal(auditor.patch(path, {"first_name": "X"}, format="json")) == (403, "FORBIDDEN")
    assert refusal(auditor.get(f"/users/{uuid7()}")) == (404, "UE-101")


def test_staff_correct_a_user_and_the_log_says_which_columns() -> None:
    user = make_member()

    answer = as_staff("support").patch(f"/users/{user.pk}", {"last_name": "Rao-Iyer"}, format="json")

    entry = AuditEntry.objects.get(action="user.changed")
    assert answer.json()["last_name"] == "Rao-Iyer"
    assert Dependant.objects.get(primary_user=user).last_name == "Rao-Iyer"
    assert (entry.actor, entry.object_id, entry.after) == ("staff:meera", str(user.pk), {"columns": ["last_name"]})


def test_refusals_of_a_change() -> None:
    user = make_member()
    client, path = as_user(user), f"/users/{user.pk}"

    assert refusal(client.patch(path, {"first_name": "x" * 256}, format="json")) == (400, "UE-102")
    assert refusal(client.patch(path, {"phone_number": "9876543210"}, format="json")) == (400, "IMMUTABLE_FIELD")
    assert refusal(client.patch(path, {"dob": "1991-2-3"}, format="json")) == (400, "INVALID_DATE_FORMAT")
    assert refusal(client.patch(path, {"is_admin": True}, format="json")) == (400, "VALIDATION_ERROR")
    assert refusal(client.patch(path, [1], format="json")) == (400, "VALIDATION_ERROR")


def test_a_lost_key_has_its_own_number() -> None:
    user = make_member()
    client = as_user(user)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET first_name = 'lost.' || first_name WHERE id = %s", [user.pk])

    assert refusal(client.get(f"/users/{user.pk}")) == (500, "UE-103")


def test_a_bug_has_its_own_number_and_tells_nothing() -> None:
    user = make_member()
    client = as_user(user)
    with connection.cursor() as cursor:
        nonsense = crypto.encrypt('["nonsense"]', context="accounts.user.address")
        cursor.execute("UPDATE accounts_user SET address = %s WHERE id = %s", [nonsense, user.pk])

    answer = client.get(f"/users/{user.pk}")

    assert refusal(answer) == (500, "UE-100")
    assert "nonsense" not in answer.content.decode()


def test_staff_list_and_filter() -> None:
    member, newcomer = make_member(), make_user()
    as_user(member).patch("/user/profile", {"email": "Asha@Example.in"}, format="json")
    ops = as_staff("ops")

    def ids(query: str) -> list[str]:
        return [each["user_id"] for each in ops.get(f"/users{query}").json()["data"]]

    assert ids("") == [str(newcomer.pk), str(member.pk)]
    assert ids("?sort=created_at:asc&limit=1") == [str(member.pk)]
    assert ids("?statuses=active,deactivated") == ids("?status=ACTIVE") == [str(member.pk)]
    assert ids(f"?phone={newcomer.phone[3:]}") == [str(newcomer.pk)]
    assert ids("?email=asha@example.in") == [str(member.pk)]
    assert refusal(ops.get("/users?statuses=asleep")) == (400, "UE-102")
    assert refusal(ops.get("/users?phone=123")) == (400, "INVALID_PHONE")
    assert refusal(as_user(member).get("/users")) == (403, "FORBIDDEN")
    assert refusal(APIClient().get("/users")) == (401, "INVALID_TOKEN")


def test_deactivation_is_for_ops_and_final() -> None:
    user = make_member()
    client, ops, path = as_user(user), as_staff("ops", username="o"), f"/users/{user.pk}?reason=fraud"

    assert refusal(client.delete(path)) == (403, "FORBIDDEN")
    assert refusal(as_staff("support", username="s").delete(path)) == (403, "FORBIDDEN")
    assert ops.delete(path).status_code == 204
    assert refusal(client.get("/user/profile")) == (401, "INVALID_TOKEN")
    assert refusal(ops.delete(path)) == (409, "INVALID_TRANSITION")
    assert refusal(ops.delete(f"/users/{uuid7()}")) == (404, "UE-101")
    assert refusal(ops.patch(path, {"first_name": "X"}, format="json")) == (403, "AUE-303")
    assert AuditEntry.objects.get(action="user.deactivated").reason == "fraud"
