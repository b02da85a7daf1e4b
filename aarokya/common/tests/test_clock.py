"""Days are days in Asia/Kolkata."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from aarokya.common import clock


def test_now_is_utc() -> None:
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 20, 18, 29, 59, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 20, 18, 30, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 11, 20, 23, 59, tzinfo=timezone(timedelta(hours=-8))), date(2026, 11, 21)),
    ],
)
def test_the_day_begins_at_midnight_in_india(moment: datetime, day: date) -> None:
    assert clock.ist_day(moment) == day


def test_midnight_is_the_first_moment_of_its_day() -> None:
    midnight = clock.ist_midnight(date(2026, 11, 21))

    assert midnight == datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
    assert clock.ist_day(midnight) == date(2026, 11, 21)
    assert clock.ist_day(midnight - timedelta(microseconds=1)) == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("born_on", "day", "age"),
    [
        (date(2008, 11, 21), date(2026, 11, 20), 17),
        (date(2008, 11, 20), date(2026, 11, 20), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2026, 11, 20), date(2026, 11, 20), 0),
    ],
)
def test_age_in_whole_years(born_on: date, day: date, age: int) -> None:
    assert clock.age_on(day, born_on=born_on) == age


def test_years_before_a_leap_day() -> None:
    assert clock.years_before(date(2028, 2, 29), 1) == date(2027, 2, 28)
    assert clock.years_before(date(2028, 2, 29), 4) == date(2024, 2, 29)


def test_rfc3339_always_says_utc_and_microseconds() -> None:
    moment = datetime(2026, 11, 20, 15, 45, 30, tzinfo=clock.IST)

    assert clock.rfc3339(moment) == "2026-11-20T10:15:30.000000Z"
    assert clock.rfc3339(None) is None


def test_epoch_seconds_are_whole() -> None:
    assert clock.epoch_s(datetime(1970, 1, 2, 0, 0, 0, 999_999, tzinfo=UTC)) == 86_400


@pytest.mark.parametrize(("wait_ms", "seconds"), [(-5000, 1), (0, 1), (200, 1), (1000, 1), (1001, 2), (60_000, 60)])
def test_waiting_is_rounded_up(wait_ms: int, seconds: int) -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)

    assert clock.seconds_until(now + timedelta(milliseconds=wait_ms), now=now) == seconds
