"""The only reader of the system clock, and the days of Asia/Kolkata."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

IST = ZoneInfo("Asia/Kolkata")


def now() -> datetime:
    """Return the present moment in UTC. Called once at an edge (view, task, command) and passed on."""
    return datetime.now(tz=UTC)  # noqa: TID251 (this is the function that others are told to use)


def ist_day(moment: datetime) -> date:
    """Return the day in Asia/Kolkata: ages, policy dates and history windows count in these."""
    return moment.astimezone(IST).date()


def ist_text(moment: datetime) -> str:
    """Return `27 Nov 2026, 14:30 IST`: what staff read."""
    return f"{moment.astimezone(IST):%d %b %Y, %H:%M} IST"


def ist_midnight(day: date) -> datetime:
    """Return the moment at which `day` begins in Asia/Kolkata, in UTC."""
    return datetime.combine(day, time.min, tzinfo=IST).astimezone(UTC)


def age_on(day: date, *, born_on: date) -> int:
    """Return whole years on `day`; who is born on 29 February has a birthday on 1 March in other years."""
    had_birthday = (day.month, day.day) >= (born_on.month, born_on.day)
    return day.year - born_on.year - (0 if had_birthday else 1)


def years_before(day: date, years: int) -> date:
    """Return the same day `years` earlier; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def rfc3339(moment: datetime | None) -> str | None:
    """Return `2026-11-20T10:15:30.123456Z`."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def epoch_s(moment: datetime) -> int:
    """Return whole seconds since 1970."""
    return int(moment.timestamp())


def seconds_until(moment: datetime, *, now: datetime) -> int:
    """Return whole seconds to wait, at least 1: for `Retry-After`."""
    return max(1, -((now - moment) // timedelta(seconds=1)))
