"""Texts besides codes: promised with what they are about, in the person's language, sent once, word for word as registered."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.conf import LazySettings, settings
from django.db import transaction

from aarokya.common import outbox
from aarokya.common.clients.http import PartnerError
from aarokya.common.models import OutboxMessage
from accounts.gateways.sms import SmsText, sms_gateways, templates
from accounts.models import Notice, TextMessage, User, UserStatus
from accounts.services import notices
from accounts.tests.builders import NOW, make_member, make_user
from accounts.tests.http import as_user, refusal

pytestmark = pytest.mark.django_db
VALUES = {"policy": "Aarokya Arogya Suraksha", "date": "20 November 2026", "amount": "Rs 45.00"}


def inbox(sandbox_url: str, phone: str) -> list[dict[str, Any]]:
    with httpx2.Client(base_url=sandbox_url, trust_env=False) as http:
        found: list[dict[str, Any]] = http.get("/_control/sms", params={"phone": phone}).json()
    return found


def owe(user: User, key: str = "k1", template: str = "policy_ends") -> None:
    notices.owe(user_id=user.pk, template=template, business_key=key, values=VALUES, now=NOW)


def test_every_text_is_word_for_word_what_the_operators_know() -> None:
    registered = json.loads((Path(settings.BASE_DIR) / "sandbox/sms/registered.json").read_text())
    ours = {
        settings.DLT_TEMPLATES[key]: text.replace("{", "##").replace("}", "##")
        for template, texts in templates.TEXTS.items()
        for key, text in ((f"{template}.{language}", text) for language, text in texts.items())
    }
    assert ours == {row["dlt"]: row["text"] for row in registered}
    assert all("Aarokya" in text for text in ours.values())


@pytest.mark.parametrize("provider", ["gupshup", "msg91", "valuefirst"])
@pytest.mark.parametrize("language", ["en", "hi", "kn", "ta"])
def test_each_arrives_through_each_provider_in_each_language(
    sandbox_url: str, settings: LazySettings, provider: str, language: str
) -> None:
    settings.SMS_PROVIDERS = [provider]
    sms_gateways.cache_clear()
    user = make_user()
    try:
        for template in set(templates.TEXTS) - {"otp"}:
            sms_gateways()[0].send(SmsText(user.phone, template, language, VALUES))
    finally:
        sms_gateways()[0].client.http.close()  # type: ignore[attr-defined]  # every one of ours has a client
        sms_gateways.cache_clear()

    arrived = {text["text"] for text in inbox(sandbox_url, user.phone)}
    assert len(arrived) == len(templates.TEXTS) - 1
    assert {text.isascii() for text in arrived} == {language == "en"}


def test_owed_with_what_it_is_about_and_texted_once(sandbox_url: str) -> None:
    user = make_member()
    with transaction.atomic():
        owe(user)
        transaction.set_rollback(True)
    assert Notice.objects.count() == 0

    owe(user)
    owe(user)
    outbox.drain(now=NOW)
    notices.send(notice_id=Notice.objects.get().pk, gateways=sms_gateways(), now=NOW)

    [text] = inbox(sandbox_url, user.phone)
    assert (
        text["text"]
        == "Your cover Aarokya Arogya Suraksha ends on 20 November 2026. Renew it in the Aarokya app to stay covered."
    )
    assert Notice.objects.get().sent_at == NOW
    assert TextMessage.objects.get(notice__isnull=False).challenge_id is None


def test_a_policy_with_a_long_name_still_gets_through(sandbox_url: str) -> None:
    user = make_member()
    notices.owe(user_id=user.pk, template="policy_ends", business_key="k", values=VALUES | {"policy": "x" * 60}, now=NOW)
    outbox.drain(now=NOW)

    assert "x" * 30 + " ends" in inbox(sandbox_url, user.phone)[0]["text"]


def test_what_nobody_took_is_repeated_and_old_news_is_not() -> None:
    user = make_member()
    owe(user)
    notice = Notice.objects.get()

    with pytest.raises(PartnerError):
        notices.send(notice_id=notice.pk, gateways=[], now=NOW)
    assert Notice.objects.get().sent_at is None
    notices.send(notice_id=notice.pk, gateways=[], now=NOW + timedelta(days=2))


def test_who_is_gone_gets_no_text() -> None:
    user = make_member()
    owe(user)
    User.objects.filter(pk=user.pk).update(status=UserStatus.DEACTIVATED, deactivated_at=NOW)

    notices.send(notice_id=Notice.objects.get().pk, gateways=[], now=NOW)

    assert Notice.objects.get().sent_at is None


def test_the_language_is_ones_own_choice() -> None:
    user = make_member()
    client = as_user(user)
    assert client.get("/user/preferences").json() == {"language": "en"}
    assert client.patch("/user/preferences", {"language": "ta"}, format="json").json() == {"language": "ta"}
    assert refusal(client.patch("/user/preferences", {"language": "fr"}, format="json")) == (400, "VALIDATION_ERROR")
    assert refusal(client.patch("/user/preferences", {}, format="json")) == (400, "VALIDATION_ERROR")

    owe(user)

    assert Notice.objects.get().language == "ta"
    assert not OutboxMessage.objects.filter(payload__icontains="Suraksha").exists()
