"""Members of staff: password, second factor, lock-out."""

import base64
import hmac
import secrets
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django_otp.oath import hotp

from aarokya.common import audit
from aarokya.common.errors import InvalidToken
from accounts.models import Staff, StaffAuthenticator
from accounts.services import tokens
from accounts.services.tokens import AccessToken

FAILURES_MAX = 10
LOCKED_FOR = timedelta(minutes=15)
STEP_S = 30
DRIFT_STEPS = 1  # either way: clocks of phones differ
REFUSED = "The username, the password or the code is wrong, or the account is locked"


def log_in(*, username: str, password: str, totp: str, now: datetime) -> AccessToken:
    """Return an hour's admin token. InvalidToken, always in the same words, for anything else.

    The try is counted before the password is looked at; ten in a row lock the account for a quarter of an hour.
    """
    staff = take_try(username, now=now)
    # An unknown name costs the same hashing as a known one.
    is_right = check_password(password, staff.password if staff else decoy())
    if staff is None or not is_right or not second_factor_holds(staff, totp, now=now):
        raise InvalidToken(REFUSED)
    Staff.objects.filter(pk=staff.pk).update(failed_logins=0, locked_until=None, last_login=now)
    return tokens.for_staff(staff_id=staff.pk, username=staff.username, now=now)


@cache
def decoy() -> str:
    """A password's hash that nobody's password matches."""
    return make_password(secrets.token_hex(16))


def take_try(username: str, *, now: datetime) -> Staff | None:
    """Count one try and return whose it is; None when there is no such active account or it is locked."""
    open_rows = Staff.objects.filter(Q(locked_until=None) | Q(locked_until__lte=now), username=username, is_active=True)
    counted = Case(When(locked_until__lte=now, then=Value(1)), default=F("failed_logins") + 1)
    locks = Case(When(failed_logins__gte=FAILURES_MAX - 1, locked_until=None, then=Value(now + LOCKED_FOR)), default=Value(None))
    if open_rows.update(failed_logins=counted, locked_until=locks) != 1:
        return None
    return Staff.objects.get(username=username)


def second_factor_holds(staff: Staff, code: str, *, now: datetime) -> bool:
    """Whether the code of the moment was given. A code counts once. Only the sandbox lets staff in without an authenticator."""
    authenticator = StaffAuthenticator.objects.filter(staff=staff).exclude(confirmed_at=None).first()
    if authenticator is None:
        return bool(settings.SANDBOX)
    step = matching_step(authenticator.secret, code, now=now)
    if step is None:
        return False
    return StaffAuthenticator.objects.filter(pk=authenticator.pk, last_step__lt=step).update(last_step=step) == 1


def matching_step(secret: str, code: str, *, now: datetime) -> int | None:
    """Return which 30-second step `code` belongs to, None when it is not of now or next to it."""
    if len(code) != 6 or not code.isascii() or not code.isdigit():
        return None
    key, step_now = base64.b32decode(secret), int(now.timestamp()) // STEP_S
    steps = range(step_now - DRIFT_STEPS, step_now + DRIFT_STEPS + 1)
    return next((step for step in steps if hmac.compare_digest(f"{hotp(key, step):06d}", code)), None)


@transaction.atomic
def enrol_authenticator(*, staff: Staff, actor: str, now: datetime) -> str:
    """Give a member of staff a new authenticator, required from now on, and return its base32 secret: shown once."""
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    StaffAuthenticator.objects.update_or_create(staff=staff, defaults={"secret": secret, "confirmed_at": now, "last_step": 0})
    audit.record(actor=actor, action="staff.authenticator_enrolled", obj=staff, now=now)
    return secret
