"""Logging in with a one-time code: two statements for somebody who was here before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from aarokya.common.errors import InvalidOtp
from aarokya.common.ids import uuid7
from accounts.errors import UserNotActive
from accounts.models import OWN_PLATFORM_ID, UserStatus
from accounts.services import codes, refreshing, registration, tokens
from accounts.services.refreshing import Pair

# One statement, so that a code is used up exactly when a session is opened with it. FOR SHARE waits for a deactivation
# that is under way; a deactivated user gets no session. The guess is taken back because the code was right.
OPEN_SESSION = """
WITH person AS (
    SELECT id, status FROM accounts_user WHERE platform_id = %(platform)s AND phone = %(phone)s FOR SHARE
), verified AS (
    UPDATE accounts_otpchallenge SET verified_at = %(now)s, last_modified_at = %(now)s
    WHERE id = %(challenge)s AND verified_at IS NULL AND EXISTS (SELECT FROM person)
    RETURNING id
), forgiven AS (
    DELETE FROM accounts_otpguess WHERE id = %(guess)s
), opened AS (
    INSERT INTO accounts_usersession (
        id, created_at, last_modified_at, user_id, device_info, device, address,
        opened_at, last_used_at, expires_at, revoked_because
    )
    SELECT %(session)s, %(now)s, %(now)s, person.id, %(device_info)s, %(device)s, %(address)s,
        %(now)s, %(now)s, %(expires_at)s, ''
    FROM person, verified WHERE person.status <> 'DEACTIVATED'
    RETURNING id
), token AS (
    INSERT INTO accounts_refreshtoken (id, created_at, last_modified_at, session_id, digest, expires_at, seed)
    SELECT %(token)s, %(now)s, %(now)s, opened.id, %(digest)s, %(expires_at)s, '' FROM opened
)
SELECT person.id, person.status FROM person, verified
"""


@dataclass(frozen=True, slots=True)
class Device:
    """Where a login comes from: what the device says of itself (may be empty) and its address."""

    info: str
    address: str

    @property
    def key(self) -> str:
        return codes.device_of(self.info)


@dataclass(frozen=True, slots=True)
class Proof:
    """A right code: who it was sent to, the challenge and the try that proved it."""

    phone: str
    challenge_id: UUID
    guess_id: UUID


@dataclass(frozen=True, slots=True)
class Login:
    user_id: UUID
    is_new_user: bool
    pair: Pair


def verify(*, phone: str, code: str, challenge_id: UUID | None, device: Device, now: datetime) -> Login:
    """Log in, and register who was not here before.

    InvalidOtp, OtpExpired or TooManyOtpAttempts as the challenge stands; RateLimited when this number is closed to this
    address or device for a day; UserNotActive (after a right code only) for a deactivated user.
    """
    attempt = codes.take_attempt(phone=phone, challenge_id=challenge_id, address=device.address, device=device.key, now=now)
    found = codes.require_match(attempt, phone=phone, code=code, now=now)
    proof = Proof(phone, found, attempt.guess_id)
    return open_session(proof, device=device, now=now) or register_and_open(proof, device=device, now=now)


@transaction.atomic
def register_and_open(proof: Proof, *, device: Device, now: datetime) -> Login:
    """Open the first session of a new number; InvalidOtp when the code was used meanwhile, and nothing is registered."""
    is_new_user = registration.register(phone=proof.phone, now=now)
    login = open_session(proof, device=device, now=now, is_new_user=is_new_user)
    if login is None:
        raise InvalidOtp
    return login


def open_session(proof: Proof, *, device: Device, now: datetime, is_new_user: bool = False) -> Login | None:
    """Use up the code and open a session; None when there is no such user yet or the code was used meanwhile."""
    session_id, refresh, expires_at = uuid7(), refreshing.new_token(), now + refreshing.LIFETIME
    values: dict[str, Any] = {
        "platform": OWN_PLATFORM_ID,
        "phone": proof.phone,
        "challenge": proof.challenge_id,
        "guess": proof.guess_id,
        "session": session_id,
        "device_info": device.info,
        "device": device.key,
        "address": device.address,
        "token": uuid7(),
        "digest": refreshing.digest(refresh),
        "expires_at": expires_at,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(OPEN_SESSION, values)
        row = cursor.fetchone()
    if row is None:
        return None
    user_id, status = row
    if status == UserStatus.DEACTIVATED:
        raise UserNotActive
    access = tokens.for_customer(user_id=user_id, session_id=session_id, status=status, now=now)
    return Login(user_id, is_new_user, Pair(access, refresh, expires_at))
