"""When debits and their notices happen: pure functions of day and mandate."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from aarokya.common.clock import IST, ist_day
from payments.models import Frequency

# UPI takes mandates' debits before 10:00, from 13:00 to 17:00 and after 21:30. Ours come between 14:00 and 16:00, spread
# over the mandates, so that the notice 25 hours earlier falls between 13:00 and 15:00: off-peak, and nobody is woken up.
FIRST_DEBIT_HOUR = 14
SPREAD_MIN = 120
NOTICE_AHEAD = timedelta(hours=25)
NOTICE_AT_LEAST = timedelta(hours=24)
OFF_PEAK = ((time(0), time(10)), (time(13), time(17)), (time(21, 30), time.max))
FIRST_CHECK_AFTER = timedelta(hours=27)  # after the debit was asked for
CHECK_EVERY = timedelta(minutes=15)
CHECKS_MAX = 6


def debit_time(day: date, mandate_id: UUID) -> datetime:
    """Return when the mandate is debited on `day`: the same minute every day."""
    minutes = FIRST_DEBIT_HOUR * 60 + mandate_id.int % SPREAD_MIN
    return datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=IST)


def plan_time(day: date, mandate_id: UUID) -> datetime:
    """Return when the customer is told of the debit of `day`."""
    return debit_time(day, mandate_id) - NOTICE_AHEAD


def is_off_peak(moment: datetime) -> bool:
    """Whether UPI executes mandates at this time of day in India."""
    clock_time = moment.astimezone(IST).time()
    return any(start <= clock_time < end for start, end in OFF_PEAK)


def next_day(day: date, frequency: str) -> date:
    """Return the day of the following debit; a yearly one of 29 February comes on the 28th."""
    if frequency == Frequency.DAILY:
        return day + timedelta(days=1)
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def first_possible_day(day: date, mandate_id: UUID, *, now: datetime) -> date:
    """Return `day`, or the first one after it of which the customer can still be told in time."""
    soonest = max(day, ist_day(now))
    while now > debit_time(soonest, mandate_id) - NOTICE_AT_LEAST:
        soonest += timedelta(days=1)
    return soonest


def last_check(dispatched_at: datetime) -> datetime:
    """Return when the last of the status checks is over; from then on the order is looked after like any other."""
    return dispatched_at + FIRST_CHECK_AFTER + CHECK_EVERY * CHECKS_MAX
