"""What must be readable nowhere: codes, tokens, Aadhaar numbers, bank accounts."""

import logging

import pytest
from django.conf import LazySettings
from django.db import connection

from aarokya.common import clock
from aarokya.common.logging import clean_text
from accounts.services import codes
from accounts.tests.builders import ADDRESS, new_phone
from accounts.tests.http import bearing, post

AADHAAR, ACCOUNT = "234567890123", "50100234567891"


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
