"""Contributor tokens: a third party's leave to give."""

import base64
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.db import connection

from aarokya.common import clock
from aarokya.common.errors import InvalidToken
from accounts.models import ContributorGrant, Platform
from accounts.services import contributors, partner_tokens, people, platforms, tokens
from accounts.tests.builders import log_in, make_platform, make_user, new_phone
from accounts.tests.http import bearing, post, refusal

pytestmark = pytest.mark.django_db
CUSTOMER = {"type": "CUSTOMER_ID", "value": "rider-77"}


def rider(platform: Platform) -> tuple[Any, str]:
    """One of the platform's people: their id and number."""
    phone = new_phone()
    login = partner_tokens.issue(platform=platform, phone=phone, known={}, address="203.0.113.1", now=clock.now())
    return login.user_id, phone


def ask(platform: Platform, secret: str, **body: Any) -> Any:
    basic = base64.b64encode(f"{platform.pk}:{secret}".encode()).decode()
    return post("/auth/contributor_token", body, HTTP_AUTHORIZATION=f"Basic {basic}")


def test_the_token_carries_channel_and_reference_and_opens_nothing_else() -> None:
    platform, secret = make_platform()
    user_id, phone = rider(platform)

    answer = ask(platform, secret, beneficiary_identifier=phone, contribution_channel="customer_app", contributor_ref=CUSTOMER)

    token = answer.json()["contributor_token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert answer.status_code == 200
    assert (claims["aud"], claims["contribution_channel"], claims["contributor_ref"]) == ("contributor", "CUSTOMER_APP", CUSTOMER)
    assert claims["exp"] - claims["iat"] == 3600
    assert phone not in str(claims)
    assert str(user_id) not in str(claims)
    assert contributors.grant_of(token, now=clock.now()).beneficiary_id == user_id
    for path in ("/user/profile", "/users", "/wallet"):
        assert refusal(bearing(token).get(path)) == (401, "INVALID_TOKEN")


def test_a_contributors_number_is_masked_in_the_token_and_encrypted_at_rest() -> None:
    platform, secret = make_platform()
    _, phone = rider(platform)
    giver = new_phone()

    answer = ask(platform, secret, beneficiary_identifier=phone, contributor_ref={"type": "PHONE", "value": giver[3:]})

    claims = jwt.decode(answer.json()["contributor_token"], options={"verify_signature": False})
    assert claims["contributor_ref"] == {"type": "PHONE", "value": f"******{giver[-4:]}"}
    assert ContributorGrant.objects.get().contributor == giver
    with connection.cursor() as cursor:
        cursor.execute("SELECT contributor FROM accounts_contributorgrant")
        assert giver[3:] not in cursor.fetchone()[0]


def test_who_cannot_receive_is_disabled_whether_unknown_closed_or_of_another_platform() -> None:
    platform, secret = make_platform()
    other, _ = make_platform("Other Rides")
    closed_id, closed = rider(platform)
    people.deactivate(user_id=closed_id, actor="staff:test", reason="", now=clock.now())
    phones = [new_phone(), closed, rider(other)[1], make_user().phone]

    answers = [ask(platform, secret, beneficiary_identifier=phone) for phone in phones]

    assert [refusal(answer) for answer in answers] == [(403, "AUE-308")] * 4
    assert {answer.json()["status"] for answer in answers} == {"DISABLED"}
    assert len({answer.json()["message"] for answer in answers}) == 1


def test_only_the_platforms_own_credentials_count() -> None:
    platform, secret = make_platform()
    _, phone = rider(platform)
    platforms.deactivate(platform_id=platform.pk, actor="staff:test", now=clock.now())

    assert refusal(ask(platform, secret, beneficiary_identifier=phone)) == (400, "AUE-306")
    assert refusal(ask(platform, "wrong", beneficiary_identifier=phone)) == (401, "AUE-302")
    assert refusal(post("/auth/contributor_token", {"beneficiary_identifier": phone})) == (401, "AUE-302")
    assert refusal(bearing("x").post("/auth/contributor_token", {"beneficiary_identifier": phone}, format="json")) == (
        401,
        "AUE-301",
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"beneficiary_identifier": "12"}, "INVALID_PHONE"),
        ({"contribution_channel": "CARRIER_PIGEON"}, "VALIDATION_ERROR"),
        ({"contributor_ref": {"type": "PHONE", "value": "12"}}, "VALIDATION_ERROR"),
        ({"contributor_ref": {"type": "CUSTOMER_ID"}}, "VALIDATION_ERROR"),
        ({"amount": 5}, "VALIDATION_ERROR"),
    ],
)
def test_what_is_not_possible(change: dict[str, Any], code: str) -> None:
    platform, secret = make_platform()

    assert refusal(ask(platform, secret, **({"beneficiary_identifier": new_phone()} | change))) == (400, code)


def test_other_tokens_are_no_contributors_and_a_grant_ends() -> None:
    platform, secret = make_platform()
    user_id, phone = rider(platform)
    token = ask(platform, secret, beneficiary_identifier=phone).json()["contributor_token"]
    with pytest.raises(InvalidToken):
        contributors.grant_of(log_in(make_user(), now=clock.now()).pair.access.text, now=clock.now())
    with pytest.raises(InvalidToken):
        contributors.grant_of(token, now=clock.now() + timedelta(hours=1))
    with pytest.raises(InvalidToken):
        tokens.claims_of(token)

    people.deactivate(user_id=user_id, actor="staff:test", reason="", now=clock.now())
    with pytest.raises(InvalidToken):
        contributors.grant_of(token, now=clock.now())
