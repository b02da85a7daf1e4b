"""What must be readable nowhere: codes, tokens, Aadhaar numbers, bank accounts; and the text that carries a code."""

import logging
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from django.conf import LazySettings
from django.db import connection

from aarokya.common import clock, outbox
from aarokya.common.logging import clean_text
from aarokya.common.models import OutboxMessage
from accounts.gateways.sms import OneTimeCodeText, sms_gateway
from accounts.gateways.sms.gupshup import GupshupGateway
from accounts.models import OtpChallenge
from accounts.services import codes
from accounts.tests.builders import ADDRESS, NOW, new_phone
from accounts.tests.http import bearing, post

AADHAAR, ACCOUNT = "234567890123", "50100234567891"


@pytest.fixture(autouse=True)
def _fresh_gateway() -> Iterator[None]:
    """Each test has a gateway of its own settings, closed afterwards."""
    sms_gateway.cache_clear()
    yield
    gateway = sms_gateway()
    assert isinstance(gateway, GupshupGateway)
    gateway.client.http.close()
    sms_gateway.cache_clear()


def inbox(sandbox_url: str, phone: str) -> list[dict[str, Any]]:
    with httpx2.Client(base_url=sandbox_url, trust_env=False) as http:
        found: list[dict[str, Any]] = http.get("/_control/sms", params={"phone": phone}).json()
    return found


@pytest.mark.django_db
def test_the_code_arrives_by_sms_through_the_outbox(sandbox_url: str, settings: LazySettings) -> None:
    settings.OTP_FIXED_CODE = None
    phone = new_phone()
    issued = codes.issue(phone=phone, address="203.0.113.1", now=clock.now())

    outbox.drain(now=clock.now())

    [text] = inbox(sandbox_url, phone)
    assert text["text"].startswith(f"{issued.code} is your Aarokya verification code.")
    assert text["template_id"] == settings.DLT_OTP_TEMPLATE_ID
    assert not OutboxMessage.objects.open().filter(topic="otp.requested").exists()


@pytest.mark.django_db
def test_a_code_nobody_can_use_is_not_sent(sandbox_url: str) -> None:
    phone = new_phone()
    codes.issue(phone=phone, address="203.0.113.1", now=clock.now())
    OtpChallenge.objects.update(verified_at=clock.now())

    outbox.drain(now=clock.now())

    assert inbox(sandbox_url, phone) == []


@pytest.mark.django_db
@pytest.mark.usefixtures("sandbox_url")
def test_a_refusal_of_the_gateway_is_repeated_by_the_outbox(settings: LazySettings) -> None:
    codes.issue(phone=new_phone(), address="203.0.113.1", now=NOW)
    message = OutboxMessage.objects.get(topic="otp.requested")
    settings.GUPSHUP_PASSWORD = "wrong"
    sms_gateway.cache_clear()

    assert outbox.deliver(message.pk, now=NOW) is False
    message.refresh_from_db()
    assert "error 102" in message.last_error
    assert message.done_at is None
    assert message.not_before > NOW


@pytest.mark.django_db
def test_a_dead_gateway_does_not_fail_the_call() -> None:
    assert post("/auth/otp/trigger", {"phone": new_phone()}).status_code == 200


def test_a_text_does_not_show_itself() -> None:
    assert "123456" not in repr(OneTimeCodeText("+919876543210", "123456"))


@pytest.mark.django_db
def test_planted_secrets_are_readable_nowhere(settings: LazySettings, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    settings.OTP_FIXED_CODE = None
    phone = new_phone()
    issued = codes.issue(phone=phone, address="203.0.113.1", now=clock.now())
    login = post("/auth/otp/verify", {"phone": phone, "otp": issued.code, "challenge_id": str(issued.challenge_id)}).json()
    client = bearing(login["access_token"])
    answers = [
        client.patch("/user/profile", {"aadhaar_last4": AADHAAR}, format="json"),
        client.patch("/user/profile", {"aadhaar_number": AADHAAR}, format="json"),
        client.post(
            f"/users/{login['user_id']}/complete_onboarding",
            {
                "first_name": "Asha",
                "last_name": "Rao",
                "dob": "1991-08-15",
                "gender": "FEMALE",
                "salutation": "MS",
                "address": ADDRESS,
                "id_proof": {"proof_type": "AADHAAR", "number": AADHAAR},
                "bank_details": {"account_number": ACCOUNT, "ifsc_code": "HDFC0001234"},
            },
            format="json",
        ),
    ]
    written = [answer.content.decode() for answer in answers] + everything_stored()
    logged = [clean_text(record.getMessage()) for record in caplog.records if not record.name.startswith("django.db")]

    planted = [AADHAAR, ACCOUNT, login["refresh_token"], login["access_token"]]
    assert [answer.status_code for answer in answers] == [400, 400, 200]
    assert [secret for secret in planted if any(secret in text for text in written + logged)] == []
    assert not [text for text in written + logged if f'"{issued.code}"' in text or f" {issued.code}" in text]


def everything_stored() -> list[str]:
    """Every row of every table of ours, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
        tables = [name for (name,) in cursor.fetchall() if name.startswith(("accounts_", "common_", "wallets_"))]
        rows = []
        for table in tables:
            cursor.execute(f'SELECT stored::text FROM "{table}" stored')
            rows += [text for (text,) in cursor.fetchall()]
    return rows
