"""Codes over HTTP: asked for, tried, refused."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import OtpChallenge, User, UserSession
from accounts.services import codes, people
from accounts.tests.builders import NOW, make_member, make_user, new_phone
from accounts.tests.http import post, refusal
from accounts.tests.otp import WRONG, trigger, verify

pytestmark = pytest.mark.django_db


def test_a_new_number_becomes_a_user_with_tokens() -> None:
    phone = new_phone()

    asked = trigger(phone)
    answer = verify(phone, asked["otp"], challenge_id=asked["challenge_id"], device_info="Redmi 12").json()

    user = User.objects.get(phone=phone)
    assert asked.keys() == {"success", "message", "challenge_id", "expires_at", "otp"}
    assert answer["user_id"] == str(user.pk)
    assert answer["is_new_user"] is True
    assert answer.keys() == {
        "success",
        "message",
        "user_id",
        "is_new_user",
        "access_token",
        "access_token_expires_at",
        "refresh_token",
        "refresh_token_expires_at",
    }
    assert type(answer["access_token_expires_at"]) is int
    assert len(answer["refresh_token"]) == 64
    assert UserSession.objects.get(user=user).device_info == "Redmi 12"


@pytest.mark.parametrize("written", ["9876543210", "+919876543210", "91-9876543210", "98765 43210"])
def test_a_number_may_be_written_in_four_ways(written: str) -> None:
    trigger(written)

    assert OtpChallenge.objects.get().phone == "+919876543210"


@pytest.mark.parametrize("phone", ["5876543210", "987654321", "+19876543210", "", "abc", 9876543210, None])
def test_what_is_no_indian_mobile_is_refused(phone: Any) -> None:
    status, code = refusal(post("/auth/otp/trigger", {"phone": phone}))

    assert status == 400
    assert code in {"INVALID_PHONE", "VALIDATION_ERROR"}


def test_a_wrong_shape_is_invalid_phone() -> None:
    assert refusal(post("/auth/otp/trigger", {"phone": "12345"})) == (400, "INVALID_PHONE")


def test_the_answer_does_not_tell_known_from_unknown() -> None:
    known = trigger(make_user().phone)
    unknown = trigger(new_phone())

    assert known.keys() == unknown.keys()
    assert known["message"] == unknown["message"]


def test_outside_the_sandbox_the_code_is_random_and_not_in_the_answer(settings: LazySettings) -> None:
    settings.OTP_FIXED_CODE = None
    phones = [new_phone() for _ in range(8)]

    bodies = [trigger(phone) for phone in phones]
    issued = {codes.issue(phone=new_phone(), address=f"198.51.100.{number}", now=NOW).code for number in range(8)}

    assert all("otp" not in body for body in bodies)
    assert len(issued) > 4
    assert all(len(code) == 6 and code.isdigit() for code in issued)


@pytest.mark.parametrize("otp", ["12345", "1234567", "12345a", "１２３４５６", 123456, None, ""])
def test_a_code_has_six_digits(otp: Any) -> None:
    phone = new_phone()
    trigger(phone)

    assert refusal(verify(phone, otp)) == (400, "VALIDATION_ERROR")


def test_unknown_fields_are_refused_by_name() -> None:
    answer = post("/auth/otp/verify", {"phone": new_phone(), "otp": "123456", "status": "ACTIVE"})

    assert refusal(answer) == (400, "VALIDATION_ERROR")
    assert answer.json()["details"][0]["field"] == "status"


def test_a_wrong_code_then_the_right_one() -> None:
    phone = new_phone()
    trigger(phone)

    assert refusal(verify(phone, WRONG)) == (401, "INVALID_OTP")
    assert verify(phone).status_code == 200


def test_no_code_was_asked_for() -> None:
    assert refusal(verify(new_phone())) == (401, "INVALID_OTP")


def test_a_code_works_once() -> None:
    phone = new_phone()
    trigger(phone)
    verify(phone)

    assert refusal(verify(phone)) == (401, "INVALID_OTP")


def test_a_code_expires_after_ten_minutes() -> None:
    phone = new_phone()
    with time_machine.travel(NOW, tick=False):
        trigger(phone)
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        late = verify(phone)
    with time_machine.travel(NOW + timedelta(minutes=10, seconds=-1), tick=False):
        in_time = verify(phone)

    assert refusal(late) == (401, "OTP_EXPIRED")
    assert in_time.status_code == 200


def test_expired_is_said_before_used_and_used_before_exhausted() -> None:
    phone = new_phone()
    with time_machine.travel(NOW, tick=False):
        trigger(phone)
        for _ in range(4):
            verify(phone, WRONG)
        verify(phone)
        used = verify(phone)
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        expired = verify(phone)

    assert refusal(used) == (401, "INVALID_OTP")
    assert refusal(expired) == (401, "OTP_EXPIRED")


def test_five_wrong_codes_kill_the_challenge() -> None:
    phone = new_phone()
    trigger(phone)

    wrong = [refusal(verify(phone, WRONG)) for _ in range(5)]

    assert wrong == [(401, "INVALID_OTP")] * 5
    assert refusal(verify(phone)) == (401, "TOO_MANY_OTP_ATTEMPTS")


def test_the_latest_challenge_counts_unless_one_is_named() -> None:
    phone = new_phone()
    mine = trigger(phone)
    trigger(phone)
    for _ in range(5):
        verify(phone, WRONG, address="198.51.100.7")

    assert refusal(verify(phone)) == (401, "TOO_MANY_OTP_ATTEMPTS")
    assert verify(phone, challenge_id=mine["challenge_id"]).status_code == 200


def test_a_challenge_of_another_number_is_none_of_mine() -> None:
    theirs = trigger(new_phone())

    assert refusal(verify(new_phone(), challenge_id=theirs["challenge_id"])) == (401, "INVALID_OTP")


def test_a_deactivated_user_is_told_so_only_with_the_right_code() -> None:
    user = make_member()
    people.deactivate(user_id=user.pk, actor="staff:test", reason="asked for it", now=NOW)
    trigger(user.phone)

    assert refusal(verify(user.phone, WRONG)) == (401, "INVALID_OTP")
    assert refusal(verify(user.phone)) == (403, "AUE-303")
    assert not UserSession.objects.filter(user=user).exists()


def test_a_returning_user_costs_two_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    phone = make_member().phone
    asked = trigger(phone)

    with django_assert_num_queries(2):
        answer = verify(phone, challenge_id=asked["challenge_id"], device_info="Redmi 12")

    assert answer.json()["is_new_user"] is False


def test_asking_for_a_code_costs_the_same_for_known_and_unknown() -> None:
    counts = []
    for phone in (make_member().phone, new_phone()):
        with CaptureQueriesContext(connection) as queries:
            trigger(phone)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 14


def test_get_is_not_allowed() -> None:
    assert refusal(APIClient().get("/auth/otp/trigger")) == (405, "METHOD_NOT_ALLOWED")
