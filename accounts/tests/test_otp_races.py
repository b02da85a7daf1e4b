"""Many at once, on real connections."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection

from aarokya.common.errors import DomainError
from accounts.models import OtpChallenge, User, UserSession
from accounts.services import codes, logins, refreshing
from accounts.services.logins import Device
from accounts.tests.builders import NOW, log_in, make_member, new_phone

pytestmark = pytest.mark.django_db(transaction=True)
Result = TypeVar("Result")


def at_once(act: Callable[[int], Result], *, times: int) -> list[Result | str]:
    """Run `act` from a dozen threads; a refusal counts by its code."""

    def outcome(number: int) -> Result | str:
        try:
            return act(number)
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=12) as pool:
        return list(pool.map(outcome, range(times)))


def guess(phone: str, code: str, *, address: str = "198.51.100.1") -> object:
    return logins.verify(phone=phone, code=code, challenge_id=None, device=Device("", address), now=NOW)


def test_a_hundred_wrong_guesses_at_once_get_five_tries() -> None:
    phone = new_phone()
    challenge = codes.issue(phone=phone, address="203.0.113.1", now=NOW)

    outcomes = Counter(at_once(lambda number: guess(phone, f"{number:06d}", address=f"198.51.100.{number}"), times=100))

    assert outcomes == {"INVALID_OTP": 5, "TOO_MANY_OTP_ATTEMPTS": 95}
    assert OtpChallenge.objects.get(pk=challenge.challenge_id).attempts == 5


def test_the_right_code_fifty_times_at_once_logs_in_once() -> None:
    user = make_member()
    code = codes.issue(phone=user.phone, address="203.0.113.1", now=NOW).code

    outcomes = at_once(lambda _: guess(user.phone, code), times=50)

    assert sum(isinstance(outcome, logins.Login) for outcome in outcomes) == 1
    assert UserSession.objects.filter(user=user).count() == 1


def test_hundreds_of_addresses_guessing_get_at_most_fifty_tries() -> None:
    phone = make_member().phone
    moments = {"requested_at": NOW, "expires_at": NOW + codes.LIFETIME}
    challenge = {"phone": phone, "prefix": phone[:9], "address": "192.0.2.1", "digest": "0" * 64, **moments}
    challenges = [OtpChallenge.objects.create(**challenge).pk for _ in range(25)]

    def attack(number: int) -> object:
        device = Device("", f"10.0.{number // 250}.{number % 250}")
        challenge = challenges[number % len(challenges)]
        return logins.verify(phone=phone, code="000000", challenge_id=challenge, device=device, now=NOW)

    outcomes = Counter(at_once(attack, times=250))

    assert outcomes["INVALID_OTP"] == 50
    assert outcomes["RATE_LIMITED"] == 200


def test_two_first_logins_at_once_make_one_user() -> None:
    phone = new_phone()
    asked = [codes.issue(phone=phone, address="203.0.113.1", now=NOW) for _ in range(4)]

    def first(number: int) -> logins.Login:
        device = Device("", "203.0.113.1")
        mine = asked[number]
        return logins.verify(phone=phone, code=mine.code, challenge_id=mine.challenge_id, device=device, now=NOW)

    outcomes = [each for each in at_once(first, times=4) if isinstance(each, logins.Login)]

    assert len(outcomes) == 4
    assert sum(login.is_new_user for login in outcomes) == 1
    assert User.objects.filter(phone=phone).count() == 1
    assert UserSession.objects.filter(user__phone=phone).count() == 4


def test_the_limit_on_codes_is_exact_under_load() -> None:
    phone = new_phone()

    issued = at_once(lambda _: codes.issue(phone=phone, address="203.0.113.1", now=NOW), times=30)
    outcomes = Counter(type(each).__name__ for each in issued)

    assert outcomes == {"Issued": 5, "str": 25}


def test_a_refresh_token_used_twice_at_once_leaves_one_live_chain() -> None:
    login = log_in(make_member())

    pairs = at_once(lambda _: refreshing.refresh(token=login.pair.refresh, now=NOW), times=8)

    assert len({pair.refresh for pair in pairs if isinstance(pair, refreshing.Pair)}) == 1
    assert UserSession.objects.live(NOW).count() == 1
