"""Staff: the token, the lock, the second factor, and how far it reaches."""

import base64
import io
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django_otp.oath import hotp

from aarokya.common import clock
from accounts.api.authentication import RIGHTS
from accounts.models import Staff
from accounts.services import authenticators, tokens
from accounts.tests.builders import NOW, PASSWORD, add_dependant, log_in, make_member, make_platform, make_staff
from accounts.tests.http import as_staff, bearing, post, refusal

pytestmark = pytest.mark.django_db


def log_in_staff(username: str = "meera", password: str = PASSWORD, **extra: Any) -> Any:
    return post("/auth/admin/token", {"username": username, "password": password, **extra})


def code_at(secret: str, *, step: int) -> str:
    return f"{hotp(base64.b32decode(secret), step):06d}"


def test_an_hour_for_the_right_password() -> None:
    make_staff("meera", "ops")

    answer = log_in_staff().json()

    claims = tokens.claims_of(answer["access_token"])
    assert answer["success"] is True
    assert claims["aud"] == "admin"
    assert claims["exp"] - claims["iat"] == 3600
    assert bearing(answer["access_token"]).get("/users").status_code == 200


def test_all_refusals_say_the_same() -> None:
    make_staff("meera")
    make_staff("gone")
    Staff.objects.filter(username="gone").update(is_active=False)

    answers = [log_in_staff(password="wrong"), log_in_staff(username="nobody"), log_in_staff(username="gone")]

    assert [refusal(answer) for answer in answers] == [(401, "INVALID_TOKEN")] * 3
    assert len({answer.json()["message"] for answer in answers}) == 1


def test_ten_failures_lock_for_a_quarter_of_an_hour() -> None:
    make_staff("meera")
    with time_machine.travel(NOW, tick=False):
        for _ in range(10):
            log_in_staff(password="wrong")
        locked = log_in_staff()
    with time_machine.travel(NOW + timedelta(minutes=15), tick=False):
        still_wrong = log_in_staff(password="wrong")
        free = log_in_staff()

    assert refusal(locked) == refusal(still_wrong) == (401, "INVALID_TOKEN")
    assert free.status_code == 200
    assert Staff.objects.get().failed_logins == 0


def test_nine_failures_and_a_success_start_the_count_again() -> None:
    make_staff("meera")
    for _ in range(2):
        for _ in range(9):
            log_in_staff(password="wrong")
        assert log_in_staff().status_code == 200


def test_an_authenticator_is_asked_for_once_enrolled() -> None:
    staff = make_staff("meera")
    secret = authenticators.enrol(staff=staff, actor="staff:admin", now=NOW).secret
    step = int(NOW.timestamp()) // 30

    with time_machine.travel(NOW, tick=False):
        without, wrong = log_in_staff(), log_in_staff(totp="000000")
        old = log_in_staff(totp=code_at(secret, step=step - 2))
        right = log_in_staff(totp=code_at(secret, step=step))
        again = log_in_staff(totp=code_at(secret, step=step))
        drifted = log_in_staff(totp=code_at(secret, step=step + 1))

    assert [answer.status_code for answer in (without, wrong, old, right, again, drifted)] == [401, 401, 401, 200, 401, 200]


def test_outside_the_sandbox_an_authenticator_is_required_and_a_command_gives_it(settings: LazySettings) -> None:
    make_staff("meera")
    settings.SANDBOX = False
    assert log_in_staff().status_code == 401

    output = io.StringIO()
    call_command("enrol_authenticator", "meera", stdout=output)
    secret = output.getvalue().split()[-1]

    assert log_in_staff(totp=code_at(secret, step=int(clock.now().timestamp()) // 30)).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_staffauthenticator")
        assert secret not in cursor.fetchone()[0]
    with pytest.raises(CommandError):
        call_command("enrol_authenticator", "nobody")


def test_an_admin_token_opens_no_customer_route_and_the_reverse() -> None:
    customer = bearing(log_in(make_member(), now=clock.now()).pair.access.text)
    staff = as_staff("ops")

    assert refusal(staff.get("/user/profile")) == (403, "FORBIDDEN")
    assert refusal(staff.get("/auth/sessions")) == (403, "FORBIDDEN")
    assert refusal(customer.get("/users")) == (403, "FORBIDDEN")


def test_rights_are_those_of_now() -> None:
    client = as_staff("ops")
    assert client.get("/users").status_code == 200

    Staff.objects.get().groups.clear()
    RIGHTS.known.clear()  # half a second later
    assert refusal(client.get("/users")) == (403, "FORBIDDEN")

    Staff.objects.update(is_active=False)
    RIGHTS.known.clear()
    assert refusal(client.get("/users")) == (401, "INVALID_TOKEN")


@pytest.fixture
def back_office() -> Client:
    client = Client()
    client.force_login(make_staff("root", superuser=True))
    return client


def test_every_page_of_the_back_office_opens(back_office: Client) -> None:
    user = make_member()
    platform, _ = make_platform()
    log_in(user)
    rows = {
        "user": user.pk,
        "dependant": add_dependant(user).pk,
        "usersession": user.sessions.get().pk,
        "platform": platform.pk,
        "staff": Staff.objects.get().pk,
    }

    for model, pk in rows.items():
        listed = back_office.get(f"/admin/accounts/{model}/")
        shown = back_office.get(f"/admin/accounts/{model}/{pk}/change/")
        assert (model, listed.status_code, shown.status_code) == (model, 200, 200)


def test_the_list_of_customers_shows_no_name_and_no_whole_number(back_office: Client) -> None:
    user = make_member(first_name="Unmistakable")

    listed = back_office.get("/admin/accounts/user/").content.decode()

    assert f"******{user.phone[-4:]}" in listed
    assert user.phone not in listed
    assert "Unmistakable" not in listed


def test_customers_are_read_only_in_the_back_office(back_office: Client) -> None:
    user = make_member()

    assert back_office.post(f"/admin/accounts/user/{user.pk}/change/", {"first_name": "X"}).status_code == 403
    assert back_office.post(f"/admin/accounts/user/{user.pk}/delete/", {"post": "yes"}).status_code == 403
    assert back_office.get("/admin/accounts/user/add/").status_code == 403
