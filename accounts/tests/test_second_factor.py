"""The second factor of staff: recovery codes, proving it again before money moves, and the door of the back office."""

import base64
from datetime import timedelta
from typing import Any, ClassVar

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django_otp.oath import hotp
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory

from aarokya.common import clock
from aarokya.common.api.views import StaffAPIView, StaffRequest
from aarokya.common.models import AuditEntry
from accounts.api.authentication import RIGHTS
from accounts.models import Staff, StaffRecoveryCode
from accounts.services import authenticators, tokens
from accounts.services.authenticators import Enrolment
from accounts.tests.builders import NOW, PASSWORD, make_staff
from accounts.tests.http import bearing, post, refusal

pytestmark = pytest.mark.django_db


class GivingMoneyView(StaffAPIView):
    """A route of finance's, as other apps have them."""

    groups: ClassVar[set[str]] = {"finance"}

    def get(self, _request: StaffRequest) -> Response:
        return Response({"looked": True})

    def post(self, _request: StaffRequest) -> Response:
        return Response({"paid": True})


def enrolled(username: str = "fatima", *groups: str) -> Enrolment:
    RIGHTS.known.clear()
    return authenticators.enrol(staff=make_staff(username, *groups), actor="staff:admin", now=NOW)


def code_of(enrolment: Enrolment, *, at: Any = NOW) -> str:
    return f"{hotp(base64.b32decode(enrolment.secret), int(at.timestamp()) // 30):06d}"


def token(totp: str, username: str = "fatima") -> Any:
    return post("/auth/admin/token", {"username": username, "password": PASSWORD, "totp": totp})


def test_a_recovery_code_lets_in_once_and_leaves_a_trace() -> None:
    enrolment = enrolled()
    first, second = enrolment.recovery_codes[:2]

    answers = [token(first).status_code, token(first).status_code, token(second.lower().replace("-", " ")).status_code]

    assert answers == [200, 401, 200]
    assert AuditEntry.objects.filter(action="staff.recovery_code_used").count() == 2
    assert len(set(enrolment.recovery_codes)) == 10
    assert not StaffRecoveryCode.objects.filter(digest__in=enrolment.recovery_codes).exists()
    assert first not in repr(enrolment)


def test_a_new_enrolment_ends_the_old_codes() -> None:
    enrolment = enrolled()
    authenticators.enrol(staff=Staff.objects.get(), actor="staff:admin", now=NOW)

    with time_machine.travel(NOW, tick=False):
        assert token(enrolment.recovery_codes[0]).status_code == 401
        assert token(code_of(enrolment)).status_code == 401


def give_money(access_token: str, method: str = "post") -> tuple[int, Any]:
    request = getattr(APIRequestFactory(), method)("/", HTTP_AUTHORIZATION=f"Bearer {access_token}")
    response = GivingMoneyView.as_view()(request)
    return response.status_code, response.data


def test_money_moves_only_within_ten_minutes_of_the_second_factor() -> None:
    enrolment = enrolled("fatima", "finance")
    with time_machine.travel(NOW, tick=False):
        access = token(code_of(enrolment)).json()["access_token"]
        assert give_money(access)[0] == 200
    later = NOW + timedelta(minutes=10)
    with time_machine.travel(later, tick=False):
        RIGHTS.known.clear()
        status, body = give_money(access)
        assert (status, body["error"], body["details"][0]["code"]) == (403, "FORBIDDEN", "step_up_required")
        assert give_money(access, "get")[0] == 200

        wrong = bearing(access).post("/auth/admin/step_up", {"totp": "000000"}, format="json")
        right = bearing(access).post("/auth/admin/step_up", {"totp": code_of(enrolment, at=later)}, format="json")
        assert refusal(wrong) == (401, "INVALID_TOKEN")
        assert give_money(right.json()["access_token"])[0] == 200


def test_wrong_step_ups_lock_the_account() -> None:
    enrolment = enrolled("fatima", "finance")
    with time_machine.travel(NOW, tick=False):
        client = bearing(token(code_of(enrolment)).json()["access_token"])
        for _ in range(10):
            client.post("/auth/admin/step_up", {"totp": "000000"}, format="json")
        locked = client.post("/auth/admin/step_up", {"totp": enrolment.recovery_codes[0]}, format="json")

    assert refusal(locked) == (401, "INVALID_TOKEN")


def test_outside_the_sandbox_a_token_without_proof_moves_nothing(settings: LazySettings) -> None:
    staff = make_staff("fatima", "finance")
    unproved = tokens.for_staff(staff_id=staff.pk, username="fatima", now=clock.now()).text
    RIGHTS.known.clear()
    assert give_money(unproved)[0] == 200

    settings.SANDBOX = False
    assert give_money(unproved)[0] == 403


def enter(client: Client, totp: str = "", password: str = PASSWORD, username: str = "fatima") -> Any:
    return client.post("/admin/login/", {"username": username, "password": password, "totp": totp})


def test_the_back_office_asks_for_the_code_too() -> None:
    enrolment = enrolled()
    with time_machine.travel(NOW, tick=False):
        assert "authenticator" in Client().get("/admin/login/").content.decode()
        without, wrong = enter(Client()), enter(Client(), "000000")
        right = enter(Client(), code_of(enrolment))

    assert [answer.status_code for answer in (without, wrong, right)] == [200, 200, 302]
    assert "is locked" in without.content.decode()


def test_in_the_sandbox_the_back_office_opens_without_a_code_and_outside_not(settings: LazySettings) -> None:
    make_staff("fatima")
    assert enter(Client()).status_code == 302

    settings.SANDBOX = False
    assert enter(Client()).status_code == 200


def test_the_back_office_locks_after_ten_failures_and_shares_the_count_with_the_api() -> None:
    make_staff("fatima")
    with time_machine.travel(NOW, tick=False):
        for _ in range(5):
            enter(Client(), password="wrong")
            post("/auth/admin/token", {"username": "fatima", "password": "wrong"})
        assert enter(Client()).status_code == 200
    with time_machine.travel(NOW + timedelta(minutes=15), tick=False):
        assert enter(Client()).status_code == 302


def test_an_empty_form_is_no_try() -> None:
    make_staff("fatima")

    assert enter(Client(), password="").status_code == 200
    assert Staff.objects.get().failed_logins == 0


def test_who_is_no_staff_does_not_enter() -> None:
    make_staff("fatima")
    Staff.objects.update(is_staff=False)

    assert enter(Client()).status_code == 200


def test_where_money_moves_the_back_office_asks_again() -> None:
    enrolment, client = enrolled(), Client()
    page, asking = "/admin/payments/order/", "/admin/accounts/staff/step_up/?next=%2Fadmin%2Fpayments%2Forder%2F"
    later = NOW + timedelta(minutes=10)
    with time_machine.travel(NOW, tick=False):
        enter(client, code_of(enrolment))
        assert client.post(page).headers.get("Location") != asking
    with time_machine.travel(later, tick=False):
        assert client.post(page).headers["Location"] == asking
        assert client.get(page).headers.get("Location") != asking
        assert "authenticator" in client.get(asking).content.decode()
        assert client.post(asking, {"totp": "000000"}).status_code == 200
        assert client.post(asking, {"totp": code_of(enrolment, at=later)}).headers["Location"] == page
        assert client.post(page).headers.get("Location") != asking


@pytest.mark.parametrize("wanted", ["https://evil.example/admin/", "//evil.example/admin/", "/elsewhere", ""])
def test_the_way_back_leads_nowhere_else(wanted: str) -> None:
    enrolment, client = enrolled(), Client()
    with time_machine.travel(NOW, tick=False):
        enter(client, enrolment.recovery_codes[0])
        answer = client.post(f"/admin/accounts/staff/step_up/?next={wanted}", {"totp": enrolment.recovery_codes[1]})

    assert answer.headers["Location"] == "/admin/"
