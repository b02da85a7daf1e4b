"""The second factor of staff: an authenticator app, and codes on paper for the day it is lost."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django_otp.oath import hotp

from aarokya.common import audit
from accounts.models import Staff, StaffAuthenticator, StaffRecoveryCode

STEP_S = 30
DRIFT_STEPS = 1  # either way: clocks of phones differ
RECOVERY_CODES = 10
RECOVERY_BYTES = 10


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a member of staff is shown once: the base32 secret for the app and ten recovery codes. Its repr hides both."""

    secret: str
    recovery_codes: tuple[str, ...]

    def __repr__(self) -> str:
        return "Enrolment()"


@transaction.atomic
def enrol(*, staff: Staff, actor: str, now: datetime) -> Enrolment:
    """Give a member of staff a new authenticator, required from now on, and new recovery codes; earlier ones stop working."""
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    StaffAuthenticator.objects.update_or_create(staff=staff, defaults={"secret": secret, "confirmed_at": now, "last_step": 0})
    audit.record(actor=actor, action="staff.authenticator_enrolled", obj=staff, now=now)
    return Enrolment(secret, renew_recovery_codes(staff=staff, actor=actor, now=now))


@transaction.atomic
def renew_recovery_codes(*, staff: Staff, actor: str, now: datetime) -> tuple[str, ...]:
    """Replace the recovery codes and return the new ones: shown once, kept as digests."""
    codes = tuple(new_recovery_code() for _ in range(RECOVERY_CODES))
    staff.recovery_codes.all().delete()
    StaffRecoveryCode.objects.bulk_create([StaffRecoveryCode(staff=staff, digest=digest(code)) for code in codes])
    audit.record(actor=actor, action="staff.recovery_codes_renewed", obj=staff, now=now)
    return codes


def new_recovery_code() -> str:
    """Return 80 random bits as `ABCD-EFGH-IJKL-MNOP`."""
    text = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def digest(code: str) -> str:
    plain = "".join(character for character in code.upper() if character.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def holds(staff: Staff, code: str, *, now: datetime) -> bool:
    """Whether `code` is the one of the moment, or an unused recovery code. Each counts once.

    Only the sandbox lets staff in without an authenticator.
    """
    authenticator = StaffAuthenticator.objects.filter(staff=staff).exclude(confirmed_at=None).first()
    if authenticator is None:
        return bool(settings.SANDBOX)
    step = matching_step(authenticator.secret, code, now=now)
    if step is None:
        return use_recovery_code(staff, code, now=now)
    return StaffAuthenticator.objects.filter(pk=authenticator.pk, last_step__lt=step).update(last_step=step) == 1


@transaction.atomic
def use_recovery_code(staff: Staff, code: str, *, now: datetime) -> bool:
    unused = StaffRecoveryCode.objects.filter(staff=staff, digest=digest(code), used_at=None)
    if unused.update(used_at=now, last_modified_at=now) != 1:
        return False
    audit.record(actor=f"staff:{staff.username}", action="staff.recovery_code_used", obj=staff, now=now)
    return True


def matching_step(secret: str, code: str, *, now: datetime) -> int | None:
    """Return which 30-second step `code` belongs to, None when it is not of now or next to it."""
    if len(code) != 6 or not code.isascii() or not code.isdigit():
        return None
    key, step_now = base64.b32decode(secret), int(now.timestamp()) // STEP_S
    steps = range(step_now - DRIFT_STEPS, step_now + DRIFT_STEPS + 1)
    return next((step for step in steps if hmac.compare_digest(f"{hotp(key, step):06d}", code)), None)
