"""Refresh tokens: each is used once, by making its successor."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from aarokya.common.errors import InvalidToken
from accounts.models import RefreshToken, RevocationReason, UserSession, UserStatus
from accounts.services import sessions, tokens
from accounts.services.tokens import AccessToken

LIFETIME = timedelta(days=30)
LOST_ANSWER = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Pair:
    """What a client holds: a day's access and the token that renews it. Secrets stay out of the repr."""

    access: AccessToken
    refresh: str
    refresh_expires_at: datetime

    def __repr__(self) -> str:
        return f"Pair(refresh_expires_at={self.refresh_expires_at})"


def new_token() -> str:
    """Return 256 random bits in hex."""
    return secrets.token_hex(32)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def successor_of(token: str, seed: str) -> str:
    """Return the one token that follows: a client that lost the answer gets the same again, though none is stored."""
    return salted_hmac("accounts.refresh", f"{seed}:{token}", algorithm="sha256").hexdigest()


def refresh(*, token: str, now: datetime) -> Pair:
    """Exchange a refresh token for a new pair.

    InvalidToken when it is unknown, expired or of an ended session; and when it was used before, which also ends the
    session: two holders of one token cannot be told apart. Only who asks again within a minute, while the successor lies
    unused, is taken for a client that lost the answer.
    """
    pair = rotate(token=token, now=now)
    if pair is None:
        raise InvalidToken("The refresh token is unknown, expired or was used before; log in again")
    return pair


@transaction.atomic
def rotate(*, token: str, now: datetime) -> Pair | None:
    """Return the new pair; None when the token is no good, with the session ended if that shows a theft."""
    # `successor` is read after the lock is held: joined here it could be what it was before another request wrote it.
    locked = RefreshToken.objects.select_for_update(of=("self", "session")).select_related("session__user")
    found = locked.filter(digest=digest(token)).first()
    if found is None or not usable(found, now=now):
        return None
    if found.used_at is None:
        use(found, token_text=token, now=now)
    elif not is_lost_answer(found, now=now):
        sessions.end(UserSession.objects.filter(pk=found.session_id), because=RevocationReason.REUSE, now=now)
        return None
    return pair_of(found, token_text=token, now=now)


def usable(token: RefreshToken, *, now: datetime) -> bool:
    session = token.session
    return session.revoked_at is None and token.expires_at > now and session.user.status != UserStatus.DEACTIVATED


def is_lost_answer(token: RefreshToken, *, now: datetime) -> bool:
    successor = token.successor
    in_time = token.used_at is not None and now - token.used_at <= LOST_ANSWER
    return in_time and successor is not None and successor.used_at is None


def use(token: RefreshToken, *, token_text: str, now: datetime) -> None:
    token.seed = new_token()
    expires_at = now + LIFETIME
    following = successor_of(token_text, token.seed)
    token.successor = RefreshToken.objects.create(session=token.session, digest=digest(following), expires_at=expires_at)
    token.used_at = now
    token.save(update_fields=["seed", "successor", "used_at", "last_modified_at"])
    UserSession.objects.filter(pk=token.session_id).update(last_used_at=now, expires_at=expires_at, last_modified_at=now)


def pair_of(token: RefreshToken, *, token_text: str, now: datetime) -> Pair:
    session = token.session
    access = tokens.for_customer(user_id=session.user_id, session_id=session.pk, status=session.user.status, now=now)
    if token.successor is None:
        raise RuntimeError("a used refresh token has a successor")
    return Pair(access, successor_of(token_text, token.seed), token.successor.expires_at)
