"""One-time codes: made, sent, tried."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from aarokya.common import crypto, outbox
from aarokya.common.clock import seconds_until
from aarokya.common.errors import DomainError, InvalidOtp, OtpExpired, RateLimited, TooManyOtpAttempts
from aarokya.common.ids import uuid7
from accounts.gateways.sms.base import SmsGateway, one_time_code
from accounts.models import OWN_PLATFORM_ID, OtpChallenge, OtpGuess
from accounts.services import limits, texting

LIFETIME = timedelta(minutes=10)
IN_TRANSIT = "accounts.otp.in_transit"  # what the outbox carries is encrypted for this purpose
PREFIX_LENGTH = len("+91987654")
REFUSALS: dict[str, type[DomainError]] = {
    "MISSING": InvalidOtp,
    "EXPIRED": OtpExpired,
    "USED": InvalidOtp,
    "EXHAUSTED": TooManyOtpAttempts,
}


@dataclass(frozen=True, slots=True)
class Issued:
    """A code on its way. `code` leaves this process in clear only in the sandbox's answer."""

    challenge_id: UUID
    expires_at: datetime
    code: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One of a challenge's five tries, already counted."""

    verdict: str
    challenge_id: UUID | None
    digest: str | None
    retry_at: datetime | None
    guess_id: UUID


@transaction.atomic
def issue(*, phone: str, address: str, now: datetime) -> Issued:
    """Make a code for `phone` (`+91…`) and have it sent after the commit. RateLimited when it would be one too many.

    Nothing here depends on whether the number is known.
    """
    prefix = phone[:PREFIX_LENGTH]
    limits.take_turn(phone=phone, prefix=prefix, address=address)
    limits.refuse_excess(phone=phone, prefix=prefix, address=address, now=now)
    code = settings.OTP_FIXED_CODE or f"{secrets.randbelow(10**6):06d}"
    challenge = OtpChallenge(phone=phone, prefix=prefix, address=address, requested_at=now, expires_at=now + LIFETIME)
    challenge.digest = digest(challenge.id, phone, code)
    challenge.save(force_insert=True)
    sealed = crypto.encrypt(code, context=IN_TRANSIT)
    outbox.emit("otp.requested", payload={"challenge_id": str(challenge.id), "sealed": sealed}, now=now)
    return Issued(challenge.id, challenge.expires_at, code)


def digest(challenge_id: UUID, phone: str, code: str) -> str:
    """Return the HMAC that stands for a code: a slow hash would add nothing to six digits with five tries."""
    return hmac.new(settings.OTP_KEY, f"{challenge_id}|{phone}|{code}".encode(), hashlib.sha256).hexdigest()


def send(*, challenge_id: UUID, sealed: str, gateways: Sequence[SmsGateway], now: datetime) -> None:
    """Text the code, unless nobody can use it any more. PartnerError when no provider took it."""
    challenge = OtpChallenge.objects.filter(pk=challenge_id, expires_at__gt=now, verified_at=None).first()
    if challenge is not None:
        text = one_time_code(challenge.phone, crypto.decrypt(sealed, context=IN_TRANSIT))
        texting.send(text, challenge=challenge, gateways=gateways, now=now)


def device_of(device_info: str) -> str:
    """Return the 64 hex digits by which a device is known; empty when it said nothing of itself."""
    return hashlib.sha256(device_info.encode()).hexdigest() if device_info else ""


def take_attempt(*, phone: str, challenge_id: UUID | None, address: str, device: str, now: datetime) -> Attempt:
    """Count one try in the database, before anything is compared: see `migrations/sql/take_attempt.sql`."""
    guess_id = uuid7()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT verdict, challenge_id, digest, retry_at FROM accounts_take_attempt(%s, %s, %s, %s, %s, %s, %s)",
            [phone, challenge_id, address, device, OWN_PLATFORM_ID, guess_id, now],
        )
        verdict, found, stored, retry_at = cursor.fetchone()
    return Attempt(verdict, found, stored, retry_at, guess_id)


def require_match(attempt: Attempt, *, phone: str, code: str, now: datetime) -> UUID:
    """Return the challenge's id when `code` is the one that was sent; otherwise raise what the client shall be told."""
    if attempt.retry_at is not None:
        raise RateLimited("Too many wrong codes for this number", retry_after=seconds_until(attempt.retry_at, now=now))
    if attempt.challenge_id is None or attempt.digest is None:
        raise REFUSALS[attempt.verdict]
    if not hmac.compare_digest(attempt.digest, digest(attempt.challenge_id, phone, code)):
        raise InvalidOtp
    return attempt.challenge_id


def forget_old(*, now: datetime) -> int:
    """Delete challenges and guesses that no rule asks about any more; return how many."""
    before = now - timedelta(days=2)
    challenges, _ = OtpChallenge.objects.filter(requested_at__lt=before).delete()
    guesses, _ = OtpGuess.objects.filter(guessed_at__lt=before).delete()
    return challenges + guesses
