"""The second factor of staff: an authenticator app, and codes on paper for the day it is lost."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django_otp.oath import hotp

from aarokya.common import audit
from aarokya.common.errors import InvalidToken
from accounts.models import Staff, StaffAuthenticator, StaffRecoveryCode

ISSUER = "Aarokya"
PENDING_FOR = timedelta(minutes=15)
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
    return require(staff, new_secret(), step=0, actor=actor, now=now)


@transaction.atomic
def begin(*, staff: Staff, now: datetime) -> str:
    """Return the base32 secret to scan. Nothing is required and an earlier one goes on counting until `confirm`.

    The same one for a quarter of an hour, so that a page loaded twice does not contradict the phone.
    """
    made, _ = StaffAuthenticator.objects.select_for_update().get_or_create(staff=staff, defaults={"secret": ""})
    if not is_pending(made, now=now):
        made.pending_secret, made.pending_at = new_secret(), now
        made.save(update_fields=["pending_secret", "pending_at", "last_modified_at"])
    return str(made.pending_secret)


@transaction.atomic
def confirm(*, staff: Staff, code: str, now: datetime) -> Enrolment:
    """Require the secret of `begin` from now on, because its owner showed a code of it; InvalidToken when `code` is none."""
    made = StaffAuthenticator.objects.select_for_update().filter(staff=staff).first()
    step = matching_step(made.pending_secret, code, now=now) if made and is_pending(made, now=now) else None
    if made is None or step is None:
        raise InvalidToken("That is not the code of this moment: look at the app again, and at the clock of the phone")
    return require(staff, made.pending_secret, step=step, actor=f"staff:{staff.username}", now=now)


@transaction.atomic
def invite(*, staff: Staff, actor: str, reason: str, now: datetime) -> str:
    """Return one code with which this person enters once, to enrol; an authenticator and codes they had stop working."""
    code = new_recovery_code()
    StaffAuthenticator.objects.filter(staff=staff).delete()
    staff.recovery_codes.all().delete()
    StaffRecoveryCode.objects.create(staff=staff, digest=digest(code))
    audit.record(actor=actor, action="staff.invited", obj=staff, reason=reason, now=now)
    return code


def require(staff: Staff, secret: str, *, step: int, actor: str, now: datetime) -> Enrolment:
    settled = {"secret": secret, "confirmed_at": now, "last_step": step, "pending_secret": "", "pending_at": None}
    StaffAuthenticator.objects.update_or_create(staff=staff, defaults=settled)
    audit.record(actor=actor, action="staff.authenticator_enrolled", obj=staff, now=now)
    return Enrolment(secret, renew_recovery_codes(staff=staff, actor=actor, now=now))


def is_pending(made: StaffAuthenticator, *, now: datetime) -> bool:
    return bool(made.pending_secret) and made.pending_at is not None and now - made.pending_at < PENDING_FOR


def is_enrolled(staff: Staff) -> bool:
    return StaffAuthenticator.objects.filter(staff=staff).exclude(confirmed_at=None).exists()


def new_secret() -> str:
    """Return 160 random bits in base32, as authenticator apps read them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def address(staff: Staff, secret: str) -> str:
    """Return what the QR code says (the `otpauth` key URI format)."""
    return f"otpauth://totp/{ISSUER}:{quote(staff.username)}?secret={secret}&issuer={ISSUER}"


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

    Without an authenticator a code of `invite` lets in; only the sandbox asks for none.
    """
    authenticator = StaffAuthenticator.objects.filter(staff=staff).exclude(confirmed_at=None).first()
    if authenticator is None:
        return bool(settings.SANDBOX) or use_recovery_code(staff, code, now=now)
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
