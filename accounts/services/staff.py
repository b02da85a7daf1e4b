"""Members of staff: password, second factor, lock-out, and proving it again before money moves."""

import secrets
from datetime import datetime, timedelta
from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import Case, F, Q, Value, When

from aarokya.common.errors import InvalidToken
from accounts.models import Staff
from accounts.services import authenticators, tokens
from accounts.services.tokens import AccessToken

FAILURES_MAX = 10
LOCKED_FOR = timedelta(minutes=15)
PROVED_FOR = timedelta(minutes=10)  # since the second factor was last shown: how long money may be moved
REFUSED = "The username, the password or the code is wrong, or the account is locked"


def log_in(*, username: str, password: str, totp: str, now: datetime) -> AccessToken:
    """Return an hour's admin token. InvalidToken, always in the same words, for anything else."""
    staff = authenticate(username=username, password=password, code=totp, now=now)
    return tokens.for_staff(staff_id=staff.pk, username=staff.username, proved_at=now, now=now)


def authenticate(*, username: str, password: str, code: str, now: datetime) -> Staff:
    """Return who this is. `code` is of the authenticator, or a recovery code. InvalidToken otherwise.

    The try is counted before the password is looked at; ten in a row lock the account for a quarter of an hour.
    """
    staff = take_try(username, now=now)
    # An unknown name costs the same hashing as a known one.
    is_right = check_password(password, staff.password if staff else decoy())
    if staff is None or not is_right or not authenticators.holds(staff, code, now=now):
        raise InvalidToken(REFUSED)
    Staff.objects.filter(pk=staff.pk).update(failed_logins=0, locked_until=None, last_login=now)
    return staff


def step_up(*, username: str, totp: str, now: datetime) -> AccessToken:
    """Return a token with which money may be moved for ten minutes. InvalidToken; wrong codes count towards the lock."""
    staff = prove(username=username, code=totp, now=now)
    return tokens.for_staff(staff_id=staff.pk, username=staff.username, proved_at=now, now=now)


def prove(*, username: str, code: str, now: datetime) -> Staff:
    """Return the member of staff, who is logged in already, when the second factor holds; else InvalidToken."""
    staff = take_try(username, now=now)
    if staff is None or not authenticators.holds(staff, code, now=now):
        raise InvalidToken(REFUSED)
    Staff.objects.filter(pk=staff.pk).update(failed_logins=0, locked_until=None)
    return staff


def has_proved(*, proved_at: datetime | None, has_authenticator: bool, sandbox: bool, now: datetime) -> bool:
    """Whether the second factor was shown lately. In the sandbox, who has none has nothing to show."""
    if sandbox and not has_authenticator:
        return True
    return proved_at is not None and now - proved_at < PROVED_FOR


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
