"""The text that carries a code: through three providers, past those that fail, and what they report."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest
from django.conf import LazySettings
from rest_framework.test import APIClient

from aarokya.common import clock, outbox
from aarokya.common.clients.http import PartnerError
from aarokya.common.models import OutboxMessage
from accounts.gateways.sms import SmsGateway, one_time_code, sms_gateways
from accounts.models import OtpChallenge, TextMessage, TextState
from accounts.services import codes, texting
from accounts.tests.builders import NOW, new_phone
from accounts.tests.http import post, refusal


@pytest.fixture(autouse=True)
def _fresh_gateway() -> Iterator[None]:
    """Each test has a gateway of its own settings, closed afterwards."""
    sms_gateways.cache_clear()
    yield
    for gateway in sms_gateways():
        gateway.client.http.close()  # type: ignore[attr-defined]  # every one of ours has a client
    sms_gateways.cache_clear()


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
    assert text["template_id"] == settings.DLT_TEMPLATES["otp.en"]
    assert not OutboxMessage.objects.open().filter(topic="otp.requested").exists()


@pytest.mark.django_db
def test_a_code_nobody_can_use_is_not_sent(sandbox_url: str) -> None:
    phone = new_phone()
    codes.issue(phone=phone, address="203.0.113.1", now=clock.now())
    OtpChallenge.objects.update(verified_at=clock.now())

    outbox.drain(now=clock.now())

    assert inbox(sandbox_url, phone) == []


def control(sandbox_url: str, method: str, path: str, **body: Any) -> None:
    with httpx2.Client(base_url=sandbox_url, trust_env=False) as http:
        http.request(method, f"/_control/{path}", json=body or None).raise_for_status()


@pytest.mark.django_db
@pytest.mark.usefixtures("sandbox_url")
def test_what_no_provider_takes_is_repeated_by_the_outbox(settings: LazySettings) -> None:
    codes.issue(phone=new_phone(), address="203.0.113.1", now=NOW)
    message = OutboxMessage.objects.get(topic="otp.requested")
    settings.GUPSHUP_PASSWORD = settings.MSG91_AUTH_KEY = settings.VALUEFIRST_PASSWORD = "wrong"

    assert outbox.deliver(message.pk, now=NOW) is False
    message.refresh_from_db()
    assert "error 102" in message.last_error
    assert "msg91 refused" in message.last_error
    assert "no token" in message.last_error
    assert message.done_at is None
    assert message.not_before > NOW
    assert set(TextMessage.objects.values_list("provider", "state")) == {
        ("gupshup", "REFUSED"),
        ("msg91", "REFUSED"),
        ("valuefirst", "REFUSED"),
    }


@pytest.mark.django_db
@pytest.mark.parametrize(("dead", "sender"), [(["gupshup"], "msg91"), (["gupshup", "msg91"], "valuefirst")])
def test_the_next_provider_sends_when_one_is_down(sandbox_url: str, settings: LazySettings, dead: list[str], sender: str) -> None:
    settings.OTP_FIXED_CODE = None
    phone = new_phone()
    for provider in dead:
        control(sandbox_url, "POST", "faults", partner=provider, mode="http_500", times=1, contains=phone[1:])
    issued = codes.issue(phone=phone, address="203.0.113.1", now=clock.now())

    outbox.drain(now=clock.now())

    [text] = inbox(sandbox_url, phone)
    assert text["text"].startswith(f"{issued.code} is your Aarokya")
    assert text["provider"] == sender
    assert TextMessage.objects.get(state=TextState.TAKEN).provider == sender


@pytest.mark.django_db
def test_valuefirst_gets_a_new_token_when_the_old_one_is_refused(sandbox_url: str, settings: LazySettings) -> None:
    settings.SMS_PROVIDERS = ["valuefirst"]
    [gateway] = sms_gateways()
    gateway.token, gateway.renew_at = "taken back", float("inf")  # type: ignore[attr-defined]  # ValueFirst's own
    phone = new_phone()

    assert gateway.send(one_time_code(phone, "424242"))
    assert len(inbox(sandbox_url, phone)) == 1


@pytest.mark.django_db
def test_a_dead_gateway_does_not_fail_the_call() -> None:
    assert post("/auth/otp/trigger", {"phone": new_phone()}).status_code == 200


def test_a_text_does_not_show_itself() -> None:
    assert "123456" not in repr(one_time_code("+919876543210", "123456"))


def hand_over(provider: str, *, times: int, verified: int, at: datetime) -> None:
    """`times` texts, of which the codes of `verified` were typed in."""
    for index in range(times):
        challenge = OtpChallenge.objects.create(
            phone=new_phone(),
            prefix="+91700000",
            address="203.0.113.1",
            digest="0" * 64,
            requested_at=at,
            expires_at=at + codes.LIFETIME,
            verified_at=at if index < verified else None,
        )
        TextMessage.objects.create(
            challenge=challenge, provider=provider, template_id="1", state=TextState.TAKEN, handed_over_at=at
        )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("verified", "first"),
    [(0, "msg91"), (5, "msg91"), (6, "gupshup"), (20, "gupshup")],
)
def test_a_provider_whose_codes_stop_coming_back_goes_last(verified: int, first: str) -> None:
    hand_over("gupshup", times=20, verified=verified, at=NOW - timedelta(minutes=5))

    order = [gateway.name for gateway in texting.in_order(sms_gateways(), now=NOW)]

    assert order[0] == first
    assert sorted(order) == ["gupshup", "msg91", "valuefirst"]


@pytest.mark.django_db
def test_a_provider_is_compared_with_its_own_day() -> None:
    hand_over("gupshup", times=100, verified=30, at=NOW - timedelta(hours=3))
    hand_over("gupshup", times=20, verified=4, at=NOW - timedelta(minutes=5))

    assert texting.is_failing("gupshup", now=NOW) is False
    hand_over("gupshup", times=20, verified=0, at=NOW - timedelta(minutes=5))
    assert texting.is_failing("gupshup", now=NOW) is True


@pytest.mark.django_db
def test_few_texts_and_fresh_texts_say_nothing_and_a_demoted_provider_is_tried_again() -> None:
    hand_over("gupshup", times=19, verified=0, at=NOW - timedelta(minutes=5))
    hand_over("gupshup", times=50, verified=0, at=NOW - timedelta(minutes=1))
    assert texting.is_failing("gupshup", now=NOW) is False

    hand_over("msg91", times=50, verified=0, at=NOW - timedelta(minutes=5))
    assert texting.is_failing("msg91", now=NOW) is True
    assert texting.is_failing("msg91", now=NOW + timedelta(minutes=15)) is False


def sent_by(gateway: SmsGateway) -> TextMessage:
    phone = new_phone()
    issued = codes.issue(phone=phone, address="203.0.113.1", now=NOW)
    challenge = OtpChallenge.objects.get(pk=issued.challenge_id)
    texting.send(one_time_code(phone, issued.code), challenge=challenge, gateways=[gateway], now=NOW)
    return TextMessage.objects.get(challenge=challenge)


def report(provider: str, reference: str, *, delivered: bool) -> Any:
    """As each provider words it."""
    client, path = APIClient(), f"/webhooks/sms/{provider}?key=sandbox-receipt-key"
    match provider:
        case "gupshup":
            status = "SUCCESS" if delivered else "FAIL"
            return client.get(f"{path}&externalId={reference}&status={status}&cause=ABSENT_SUBSCRIBER")
        case "msg91":
            body = [{"requestId": reference, "report": [{"status": "1" if delivered else "2", "desc": "x"}]}]
            return client.post(path, body, format="json")
        case _:
            return client.get(f"{path}&reference={reference}&status=Sent&reason={'000' if delivered else '173'}")


@pytest.mark.django_db
@pytest.mark.usefixtures("sandbox_url")
@pytest.mark.parametrize("provider", ["gupshup", "msg91", "valuefirst"])
def test_receipts_in_each_providers_words(provider: str) -> None:
    gateway = next(each for each in sms_gateways() if each.name == provider)
    text = sent_by(gateway)
    answers = []
    for delivered in (False, True, False):
        answers.append(report(provider, text.reference, delivered=delivered).json()["known"])
        text.refresh_from_db()
        answers.append(text.state)

    assert answers == [1, "FAILED", 1, "DELIVERED", 0, "DELIVERED"]
    assert report(provider, "somebody-elses", delivered=True).json()["known"] == 0


@pytest.mark.django_db
def test_receipts_need_the_key_and_a_provider_of_ours() -> None:
    assert refusal(APIClient().get("/webhooks/sms/gupshup?externalId=1&status=SUCCESS")) == (401, "INVALID_TOKEN")
    assert refusal(APIClient().get("/webhooks/sms/nobody?key=sandbox-receipt-key")) == (404, "NOT_FOUND")
    assert post("/webhooks/sms/msg91?key=sandbox-receipt-key", {"data": "not JSON"}).json()["known"] == 0


@pytest.mark.django_db
def test_with_no_provider_nothing_is_lost() -> None:
    issued = codes.issue(phone=new_phone(), address="203.0.113.1", now=NOW)
    challenge = OtpChallenge.objects.get(pk=issued.challenge_id)

    with pytest.raises(PartnerError):
        texting.send(one_time_code(challenge.phone, issued.code), challenge=challenge, gateways=[], now=NOW)
