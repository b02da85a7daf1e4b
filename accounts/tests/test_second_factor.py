"""The second factor of staff: recovery codes, proving it again before money moves, and the door of the back office."""

import base64
import re
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
from aarokya.common.errors import InvalidToken
from aarokya.common.models import AuditEntry
from accounts.api.authentication import RIGHTS
from accounts.models import Staff, StaffAuthenticator, StaffRecoveryCode
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


PAGE = "/admin/accounts/staff/authenticator/"


def secret_in(page: Any) -> str:
    found = re.search(r'id="secret">([A-Z2-7]{32})<', page.content.decode())
    assert found
    return found[1]


def six_digits(secret: str, *, at: Any = NOW) -> str:
    return f"{hotp(base64.b32decode(secret), int(at.timestamp()) // 30):06d}"


def test_who_is_invited_enters_once_and_sees_nothing_before_enrolling(settings: LazySettings) -> None:
    person, client = make_staff("fatima", "finance"), Client()
    code = authenticators.invite(staff=person, actor="staff:root", reason="first day", now=NOW)
    settings.SANDBOX = False
    extra: Any = {"secure": True}
    with time_machine.travel(NOW, tick=False):
        entered = client.post("/admin/login/", {"username": "fatima", "password": PASSWORD, "totp": code}, **extra)
        assert entered.status_code == 302
        assert client.get("/admin/payments/order/", **extra).headers["Location"] == PAGE
        page = client.get(PAGE, **extra)
        assert "no-store" in page.headers["Cache-Control"]
        secret = secret_in(page)
        assert secret_in(client.get(PAGE, **extra)) == secret
        wrong = client.post(PAGE, {"act": "confirm", "totp": "000000"}, **extra)
        assert not authenticators.is_enrolled(person)
        assert "not the code of this moment" in wrong.content.decode()
        right = client.post(PAGE, {"act": "confirm", "totp": six_digits(secret)}, **extra)
        assert right.content.decode().count("<li>") >= 10
        assert client.get("/admin/payments/order/", **extra).headers.get("Location") != PAGE
        again = Client().post("/admin/login/", {"username": "fatima", "password": PASSWORD, "totp": code}, **extra)
        assert again.status_code == 200
    assert StaffAuthenticator.objects.get().pending_secret == ""


def test_a_new_phone_takes_over_only_once_it_has_shown_a_code() -> None:
    old, client = enrolled(), Client()
    later = NOW + timedelta(minutes=10)
    with time_machine.travel(NOW, tick=False):
        enter(client, code_of(old))
        secret = secret_in(client.post(PAGE, {"act": "begin"}))
        assert token(old.recovery_codes[0]).status_code == 200
        assert client.post(PAGE, {"act": "confirm", "totp": six_digits(secret)}).status_code == 200
        assert token(old.recovery_codes[1]).status_code == 401
    with time_machine.travel(later, tick=False):
        assert token(code_of(old, at=later)).status_code == 401
        assert token(six_digits(secret, at=later)).status_code == 200
        asked = client.post(PAGE, {"act": "codes"})
        assert asked.headers["Location"].startswith("/admin/accounts/staff/step_up/")


def test_recovery_codes_are_renewed_on_ones_own_page() -> None:
    old, client = enrolled(), Client()
    with time_machine.travel(NOW, tick=False):
        enter(client, code_of(old))
        shown = re.findall(r"<li>([A-Z2-7-]{19})</li>", client.post(PAGE, {"act": "codes"}).content.decode())
        assert len(shown) == 10
        assert [token(old.recovery_codes[0]).status_code, token(shown[0]).status_code] == [401, 200]


def test_a_secret_shown_too_long_ago_counts_no_more() -> None:
    person, later = make_staff("fatima"), NOW + timedelta(minutes=15)
    secret = authenticators.begin(staff=person, now=NOW)

    with pytest.raises(InvalidToken):
        authenticators.confirm(staff=person, code=six_digits(secret, at=later), now=later)
    assert authenticators.begin(staff=person, now=later) != secret


def test_only_a_superuser_invites_and_says_why() -> None:
    guest, boss = make_staff("fatima"), make_staff("root", superuser=True)
    page = f"/admin/accounts/staff/{guest.pk}/invite/"
    clerk, superuser = Client(), Client()
    clerk.force_login(make_staff("meera", "ops"))
    superuser.force_login(boss)

    assert clerk.post(page, {"reason": "let me in"}).status_code == 403
    assert 'id="invitation"' not in superuser.post(page, {"reason": ""}).content.decode()
    shown = re.search(r'id="invitation">([A-Z2-7-]{19})<', superuser.post(page, {"reason": "lost her phone"}).content.decode())

    assert shown
    assert not StaffRecoveryCode.objects.filter(digest=shown[1]).exists()
    entry = AuditEntry.objects.get(action="staff.invited")
    assert (entry.actor, entry.reason) == ("staff:root", "lost her phone")


@pytest.mark.parametrize("wanted", ["https://evil.example/admin/", "//evil.example/admin/", "/elsewhere", ""])
def test_the_way_back_leads_nowhere_else(wanted: str) -> None:
    enrolment, client = enrolled(), Client()
    with time_machine.travel(NOW, tick=False):
        enter(client, enrolment.recovery_codes[0])
        answer = client.post(f"/admin/accounts/staff/step_up/?next={wanted}", {"totp": enrolment.recovery_codes[1]})

    assert answer.headers["Location"] == "/admin/"
