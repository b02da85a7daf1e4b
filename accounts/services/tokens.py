"""Access tokens: HS256, signed with the first key of a ring, accepted from any of them, one audience each."""

import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any
from uuid import UUID, uuid4

import jwt
from django.conf import settings
from jwt.utils import base64url_decode
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError

from aarokya.common.clock import epoch_s
from aarokya.common.errors import InvalidToken

CUSTOMERS = "user"
STAFF = "admin"
CONTRIBUTORS = "contributor"
CUSTOMER_LIFETIME = timedelta(hours=24)
STAFF_LIFETIME = timedelta(hours=1)
LEEWAY_S = 30  # by which the clock of the host that signed may run ahead of ours


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A signed token; its repr does not show it."""

    text: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"AccessToken(expires_at={self.expires_at})"


class KeyedBackend(TokenBackend):
    """Simple JWT's signing and verifying, with the key's name in the header."""

    def __init__(self, key_id: str, secret: bytes) -> None:
        audience = (CUSTOMERS, STAFF, CONTRIBUTORS)
        super().__init__("HS256", signing_key=secret, audience=audience, leeway=LEEWAY_S)  # type: ignore[arg-type]  # PyJWT takes bytes as well
        self.key_id = key_id

    def encode(self, payload: dict[str, Any]) -> str:
        return jwt.encode(payload, self.prepared_signing_key, algorithm=self.algorithm, headers={"kid": self.key_id})


@cache
def backend(key_id: str, secret: bytes) -> KeyedBackend:
    return KeyedBackend(key_id, secret)


def for_customer(*, user_id: UUID, session_id: UUID, status: str, now: datetime) -> AccessToken:
    """Return a user token: 24 h; `status` is read by partners; no phone number."""
    claims = {"sub": str(user_id), "user_id": str(user_id), "sid": str(session_id), "status": status}
    return sign(claims, audience=CUSTOMERS, lifetime=CUSTOMER_LIFETIME, now=now)


def for_staff(*, staff_id: int, username: str, now: datetime, proved_at: datetime | None = None) -> AccessToken:
    """Return an admin token: 1 h. What it may do is looked up when it is used; `proved_at` is when the second factor held."""
    claims = {"sub": str(staff_id), "username": username} | ({"proved_at": epoch_s(proved_at)} if proved_at else {})
    return sign(claims, audience=STAFF, lifetime=STAFF_LIFETIME, now=now)


def for_contributor(*, grant_id: UUID, traces: dict[str, Any], lifetime: timedelta, now: datetime) -> AccessToken:
    """Return a contributor token: it names a grant, and no route of users or staff takes it."""
    return sign({"sub": str(grant_id), **traces}, audience=CONTRIBUTORS, lifetime=lifetime, now=now)


def sign(claims: dict[str, Any], *, audience: str, lifetime: timedelta, now: datetime) -> AccessToken:
    key_id, secret = next(iter(settings.JWT_KEYS.items()))
    times = {"iat": epoch_s(now), "exp": epoch_s(now + lifetime), "jti": uuid4().hex}
    return AccessToken(backend(key_id, secret).encode(claims | {"aud": audience} | times), now + lifetime)


def claims_of(token: str) -> dict[str, Any]:
    """Return the claims of a genuine, unexpired token made for CUSTOMERS or STAFF (`aud` says which); else InvalidToken."""
    claims = genuine_claims(token)
    if claims.get("aud") not in {CUSTOMERS, STAFF}:
        raise InvalidToken
    return claims


def contributor_claims(token: str) -> dict[str, Any]:
    """Return the claims of a genuine, unexpired contributor token; else InvalidToken."""
    claims = genuine_claims(token)
    if claims.get("aud") != CONTRIBUTORS:
        raise InvalidToken
    return claims


def genuine_claims(token: str) -> dict[str, Any]:
    try:
        key_id = key_id_of(token.partition(".")[0])
        claims = signed_claims(token, key_id, settings.JWT_KEYS[key_id])
        is_over: bool = claims["exp"] <= time.time()
    except (jwt.InvalidTokenError, TokenBackendError, KeyError, ValueError) as error:
        raise InvalidToken from error
    if is_over:
        raise InvalidToken
    return dict(claims)


@lru_cache(maxsize=2048)
def signed_claims(token: str, key_id: str, secret: bytes) -> dict[str, Any]:
    """Check a token's signature once: what a key has signed stays signed, and only time is asked again.

    A key that left the ring is no longer asked for here. Refusals are not remembered: nobody fills this with forgeries.
    """
    return backend(key_id, secret).decode(token)  # type: ignore[arg-type]  # the text, as PyJWT takes it


@lru_cache(maxsize=64)
def key_id_of(header: str) -> str:
    """Which key a token says it was signed with, from its first part: the same text in every token of a key. ValueError."""
    claimed = json.loads(base64url_decode(header))
    return str(claimed.get("kid")) if isinstance(claimed, dict) else ""
