"""How often codes are sent, and who is kept out after how many wrong ones."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings

from accounts.services import codes
from accounts.tests.builders import NOW, make_member, new_phone
from accounts.tests.http import post, refusal
from accounts.tests.otp import WRONG, trigger, verify

pytestmark = pytest.mark.django_db


def test_five_a_minute_and_twenty_a_day_for_a_number() -> None:
    phone = new_phone()
    sent, refused = 0, []
    for minute in range(6):
        for second in range(6):
            with time_machine.travel(NOW + timedelta(minutes=minute, seconds=second), tick=False):
                answer = post("/auth/otp/trigger", {"phone": phone})
            sent += answer.status_code == 200
            refused += [answer] if answer.status_code == 429 else []

    assert sent == 20
    assert refusal(refused[0]) == (429, "RATE_LIMITED")
    assert refused[0].json()["retry_after"] == 55
    assert refused[0]["Retry-After"] == "55"
    assert refused[-1].json()["retry_after"] > 23 * 3600


def test_twenty_a_minute_from_one_address_and_another_is_free() -> None:
    with time_machine.travel(NOW, tick=False):
        from_one = [post("/auth/otp/trigger", {"phone": new_phone()}, REMOTE_ADDR="198.51.100.9").status_code for _ in range(21)]
        elsewhere = post("/auth/otp/trigger", {"phone": new_phone()}, REMOTE_ADDR="198.51.100.10")

    assert from_one == [200] * 20 + [429]
    assert elsewhere.status_code == 200


def test_numbers_of_one_block_share_a_ceiling(settings: LazySettings) -> None:
    settings.OTP_PER_PREFIX_HOUR = 3
    block = [f"987123{number:04d}" for number in range(4)]

    answers = [post("/auth/otp/trigger", {"phone": phone}).status_code for phone in block]

    assert answers == [200, 200, 200, 429]
    assert post("/auth/otp/trigger", {"phone": "9871240000"}).status_code == 200


def challenge(phone: str) -> str:
    """A new challenge for `phone`, asked for from somewhere else."""
    return str(codes.issue(phone=phone, address="192.0.2.1", now=NOW).challenge_id)


def fail(phone: str, times: int, *, address: str, **body: Any) -> list[Any]:
    """Wrong codes, each for a fresh challenge."""
    return [verify(phone, WRONG, address=address, challenge_id=challenge(phone), **body) for _ in range(times)]


@pytest.fixture
def unlimited_codes(settings: LazySettings) -> None:
    settings.OTP_PER_PHONE_MINUTE = settings.OTP_PER_PHONE_DAY = settings.OTP_PER_ADDRESS_MINUTE = 1000


@pytest.mark.usefixtures("unlimited_codes")
def test_ten_failures_close_a_number_to_an_address_for_a_day() -> None:
    phone = make_member().phone
    with time_machine.travel(NOW, tick=False):
        fail(phone, 10, address="198.51.100.1")
        mine = challenge(phone)
        closed = verify(phone, address="198.51.100.1", challenge_id=mine)
        elsewhere = verify(phone, address="203.0.113.5", challenge_id=mine)
    with time_machine.travel(NOW + timedelta(hours=24), tick=False):
        trigger(phone)
        a_day_later = verify(phone, address="198.51.100.1")

    assert refusal(closed) == (429, "RATE_LIMITED")
    assert closed.json()["retry_after"] == 24 * 3600
    assert elsewhere.status_code == 200
    assert a_day_later.status_code == 200


@pytest.mark.usefixtures("unlimited_codes")
def test_ten_failures_close_a_number_to_an_unknown_device_on_any_address() -> None:
    phone = make_member().phone
    with time_machine.travel(NOW, tick=False):
        for number in range(10):
            fail(phone, 1, address=f"198.51.100.{number}", device_info="curl/8")
        mine = challenge(phone)
        closed = verify(phone, address="198.51.100.200", device_info="curl/8", challenge_id=mine)
        another = verify(phone, address="198.51.100.200", device_info="Redmi 12", challenge_id=mine)

    assert refusal(closed) == (429, "RATE_LIMITED")
    assert another.status_code == 200


@pytest.mark.usefixtures("unlimited_codes")
def test_fifty_failures_from_anywhere_leave_only_known_devices() -> None:
    phone = make_member().phone
    with time_machine.travel(NOW, tick=False):
        assert verify(phone, device_info="my old phone", challenge_id=challenge(phone)).status_code == 200
        guesses = [fail(phone, 1, address=f"198.51.{number // 200}.{number % 200}")[0].status_code for number in range(60)]
        mine = challenge(phone)
        stranger = verify(phone, address="198.51.100.77", challenge_id=mine)
        owner = verify(phone, address="203.0.113.80", challenge_id=mine, device_info="my old phone")

    assert guesses == [401] * 50 + [429] * 10
    assert refusal(stranger) == (429, "RATE_LIMITED")
    assert owner.status_code == 200


@pytest.mark.usefixtures("unlimited_codes")
def test_a_stranger_who_names_my_device_cannot_lock_it() -> None:
    phone = make_member().phone
    with time_machine.travel(NOW, tick=False):
        verify(phone, device_info="my old phone", challenge_id=challenge(phone))
        for number in range(20):
            fail(phone, 1, address=f"198.51.100.{number}", device_info="my old phone")
        owner = verify(phone, address="203.0.113.1", device_info="my old phone", challenge_id=challenge(phone))

    assert owner.status_code == 200
