"""Access tokens: what is in them, and what is refused."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.conf import LazySettings
from rest_framework.test import APIClient

from aarokya.common import clock
from aarokya.common.errors import InvalidToken
from aarokya.common.ids import uuid7
from accounts.services import tokens
from accounts.tests.builders import log_in, make_member
from accounts.tests.http import bearing, refusal

USER, SESSION = uuid7(), uuid7()
KEY_ID, SECRET = "s1", b"sandbox-jwt-key-000000000000000000000000"


def claims(**changes: Any) -> dict[str, Any]:
    now = clock.epoch_s(clock.now())
    whole = {"sub": str(USER), "sid": str(SESSION), "status": "ACTIVE", "aud": "user", "iat": now, "exp": now + 86_400}
    return {name: value for name, value in (whole | changes).items() if value is not None}


def signed(body: dict[str, Any], *, key: bytes = SECRET, kid: str = KEY_ID) -> str:
    return jwt.encode(body, key, algorithm="HS256", headers={"kid": kid})


def by_hand(body: dict[str, Any], *, algorithm: str, signature: bool) -> str:
    """What a library would refuse to make: no signature, or another algorithm under the right key."""
    parts = [{"alg": algorithm, "typ": "JWT", "kid": KEY_ID}, body]
    text = ".".join(encoded(json.dumps(part).encode()) for part in parts)
    proof = hmac.new(SECRET, text.encode(), hashlib.sha512).digest() if signature else b""
    return f"{text}.{encoded(proof)}"


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_the_claims_are_those_of_the_contract() -> None:
    now = clock.now()

    token = tokens.for_customer(user_id=USER, session_id=SESSION, status="ONBOARDING", now=now)

    found = tokens.claims_of(token.text)
    assert found.pop("jti")
    assert found == {
        "sub": str(USER),
        "user_id": str(USER),
        "sid": str(SESSION),
        "status": "ONBOARDING",
        "aud": "user",
        "iat": clock.epoch_s(now),
        "exp": clock.epoch_s(now + timedelta(hours=24)),
    }
    assert jwt.get_unverified_header(token.text) == {"alg": "HS256", "typ": "JWT", "kid": "s1"}


def test_a_token_signed_like_ours_is_accepted() -> None:
    assert tokens.claims_of(signed(claims()))["sid"] == str(SESSION)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        by_hand(claims(), algorithm="none", signature=False),
        by_hand(claims(), algorithm="HS256", signature=False),
        signed(claims(), key=b"another key of thirty-two or more characters"),
        signed(claims(), kid="unknown"),
        by_hand(claims(), algorithm="HS512", signature=True),
        signed(claims(aud="partner")),
        signed(claims(aud=None)),
        signed(claims(exp=1)),
    ],
)
def test_what_is_no_token_of_ours(token: str) -> None:
    with pytest.raises(InvalidToken):
        tokens.claims_of(token)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Token x",
        "Basic eDp5",
        f"Bearer {signed(claims())}",
        f"Bearer {signed(claims(sid='x'))}",
        f"Bearer {signed(claims(sid=None))}",
        f"Bearer {signed(claims(aud='admin'))}",
        f"Bearer {signed(claims(aud='admin', sub='999999999'))}",
        f"Bearer {by_hand(claims(), algorithm='none', signature=False)}",
    ],
)
def test_headers_that_open_nothing(header: str) -> None:
    answer = APIClient().get("/user/profile", headers={"Authorization": header} if header else {})

    assert refusal(answer) == (401, "INVALID_TOKEN")
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.django_db
def test_keys_rotate(settings: LazySettings) -> None:
    old = log_in(make_member(), now=clock.now()).pair.access.text
    settings.JWT_KEYS = {"s2": b"the next key of thirty-two or more characters", **settings.JWT_KEYS}
    new = log_in(make_member(), now=clock.now()).pair.access.text

    assert jwt.get_unverified_header(new)["kid"] == "s2"
    assert [bearing(token).get("/user/profile").status_code for token in (old, new)] == [200, 200]

    settings.JWT_KEYS = {"s2": settings.JWT_KEYS["s2"]}
    assert refusal(bearing(old).get("/user/profile")) == (401, "INVALID_TOKEN")
