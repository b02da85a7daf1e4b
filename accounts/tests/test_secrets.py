"""What must be readable nowhere: codes, tokens, secrets, Aadhaar numbers, bank accounts. Everything is grepped for them."""

import base64
import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.conf import LazySettings
from django.db import connection
from rest_framework.test import APIRequestFactory

from aarokya.celery import ORDINARY_QUEUE
from aarokya.common import clock, outbox, relay
from aarokya.common.api.views import PublicAPIView
from accounts.models import StaffAuthenticator
from accounts.services import authenticators, codes, platforms
from accounts.tests.builders import ADDRESS, NOW, PASSWORD, make_platform, make_staff, new_phone
from accounts.tests.http import bearing, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox_url")]
AADHAAR, ACCOUNT = "234567890123", "50100234567891"
BODY = {
    "first_name": "Asha",
    "last_name": "Rao",
    "dob": "1991-08-15",
    "gender": "FEMALE",
    "salutation": "MS",
    "address": ADDRESS,
    "id_proof": {"proof_type": "AADHAAR", "number": AADHAAR},
    "bank_details": {"account_number": ACCOUNT, "ifsc_code": "HDFC0001234"},
}


class FailingView(PublicAPIView):
    """A bug that tells everything it knows."""

    def post(self, request: Any) -> None:
        raise RuntimeError(f"cannot read {request.data} with {request.headers}")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What would stand in the log file, as the real handler formats it, from DEBUG up."""
    handler = next(each for each in logging.getLogger().handlers if type(each) is logging.StreamHandler)
    level, written = logging.getLogger().level, io.StringIO()
    stream = handler.setStream(written)
    logging.getLogger().setLevel(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.INFO)  # prints the values of SQL, and is off unless DEBUG is on
    yield written
    logging.getLogger("django.db.backends").setLevel(logging.NOTSET)
    logging.getLogger().setLevel(level)
    handler.setStream(stream)


def live_a_customers_life(code: str, phone: str, challenge_id: str) -> dict[str, Any]:
    """Log in, try to give a whole Aadhaar number, onboard, renew; return the tokens."""
    login: dict[str, Any] = post("/auth/otp/verify", {"phone": phone, "otp": code, "challenge_id": challenge_id}).json()
    client = bearing(login["access_token"])
    for body in ({"aadhaar_last4": AADHAAR}, {"aadhaar_number": AADHAAR}, {AADHAAR: 1}, {"first_name": {"x": ACCOUNT}}):
        assert client.patch("/user/profile", body, format="json").status_code == 400
    path = f"/users/{login['user_id']}/complete_onboarding"
    assert client.post(path, BODY, format="json", headers={"Idempotency-Key": "once"}).status_code == 200
    renewed: dict[str, Any] = post("/auth/token/refresh", {"refresh_token": login["refresh_token"]}).json()
    return {"access": login["access_token"], "refresh": login["refresh_token"], "renewed": renewed["refresh_token"]}


def live_a_partners_life() -> dict[str, str]:
    """Fetch a token for somebody and one for giving; return both and the secret."""
    platform, secret = make_platform()
    phone, key = new_phone(), {"HTTP_API_KEY": secret}
    person = {"phone_country_code": "+91", "phone_number": phone[3:], "id_proof": BODY["id_proof"]}
    access = post("/auth/token", person, **key).json()["access_token"]
    giving = post("/auth/contributor_token", {"beneficiary_identifier": phone}, **key).json()["contributor_token"]
    _, rotated = platforms.rotate_secret(platform_id=platform.pk, actor="staff:test", now=NOW)
    return {"partner secret": secret, "rotated secret": rotated, "partner access": access, "giving": giving}


def live_a_clerks_life() -> dict[str, str]:
    """Enrol an authenticator and log in with a code on paper."""
    enrolment = authenticators.enrol(staff=make_staff("meera", "ops"), actor="staff:admin", now=NOW)
    body = {"username": "meera", "password": PASSWORD, "totp": enrolment.recovery_codes[0]}
    access = post("/auth/admin/token", body).json()["access_token"]
    paper = {f"recovery code {number}": code for number, code in enumerate(enrolment.recovery_codes)}
    return {"authenticator": enrolment.secret, "password": PASSWORD, "staff access": access, **paper}


def test_planted_secrets_are_readable_nowhere(settings: LazySettings, valkey: redis.Redis, log: io.StringIO) -> None:
    settings.OTP_FIXED_CODE = None
    phone = new_phone()
    issued = codes.issue(phone=phone, address="203.0.113.1", now=clock.now())
    relay.dispatch(outbox.claim(now=clock.now()))  # to the broker: nobody takes it from there
    queued = [bytes(message).decode() for message in valkey.lrange(ORDINARY_QUEUE, 0, -1)]  # type: ignore[arg-type]
    planted = {"Aadhaar": AADHAAR, "account": ACCOUNT}
    planted |= live_a_customers_life(issued.code, phone, str(issued.challenge_id)) | live_a_partners_life() | live_a_clerks_life()
    fail_with(planted)
    outbox.drain(now=clock.now() + codes.LIFETIME)

    places = {
        "database": "\n".join(everything_stored()),
        "broker": "\n".join(queued + unpacked(queued)),
        "log": log.getvalue(),
    }

    assert all(places.values())
    found = [(name, place) for name, secret in planted.items() for place, text in places.items() if secret in text]
    assert found == []
    for place, text in places.items():
        assert f'"{issued.code}"' not in text, place
        assert f" {issued.code}" not in text, place


def fail_with(planted: dict[str, str]) -> None:
    """A bug in a view that received every secret, and one in a message's handler."""
    given = {
        "refresh_token": planted["refresh"],
        "note": AADHAAR,
        "account_number": ACCOUNT,
        "text": f"Bearer {planted['access']}",
    }
    request = APIRequestFactory().post("/", given, format="json", HTTP_AUTHORIZATION=f"Bearer {planted['access']}")
    response = FailingView.as_view()(request)
    assert response.status_code == 500
    assert not any(secret in json.dumps(response.data) for secret in planted.values())


def unpacked(queued: list[str]) -> list[str]:
    """The bodies of Celery's messages, which travel in base64."""
    return [base64.b64decode(json.loads(message)["body"]).decode() for message in queued]


def everything_stored() -> list[str]:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')")
        rows = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT stored::text FROM "{table}" stored')
            rows += [text for (text,) in cursor.fetchall()]
    return rows


def test_the_grep_would_find_what_is_stored_in_clear() -> None:
    staff = make_staff("meera")
    StaffAuthenticator.objects.create(staff=staff, secret="encrypted", confirmed_at=NOW)

    text = "\n".join(everything_stored())

    assert "meera" in text
    assert "encrypted" not in text
