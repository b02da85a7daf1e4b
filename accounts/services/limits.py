"""How often codes are sent: exact, in PostgreSQL, whatever the number of processes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from aarokya.common.clock import seconds_until
from aarokya.common.errors import RateLimited
from accounts.models import OtpChallenge


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` challenges with this value of `column` in any `period`."""

    column: str
    value: str
    period: timedelta
    most: int

    def free_at(self, *, now: datetime) -> datetime | None:
        """Return when the next one is allowed, None when it is now."""
        recent = OtpChallenge.objects.filter(**{self.column: self.value}, requested_at__gt=now - self.period)
        times = recent.order_by("-requested_at").values_list("requested_at", flat=True)
        nth_latest = times[self.most - 1 : self.most].first() if self.most else now
        return nth_latest + self.period if nth_latest else None


def of(*, phone: str, prefix: str, address: str) -> tuple[Limit, ...]:
    return (
        Limit("phone", phone, timedelta(minutes=1), settings.OTP_PER_PHONE_MINUTE),
        Limit("phone", phone, timedelta(days=1), settings.OTP_PER_PHONE_DAY),
        Limit("address", address, timedelta(minutes=1), settings.OTP_PER_ADDRESS_MINUTE),
        Limit("prefix", prefix, timedelta(hours=1), settings.OTP_PER_PREFIX_HOUR),
    )


def take_turn(*, phone: str, prefix: str, address: str) -> None:
    """Queue behind everybody who asks for this number, from this address or in this block, until the transaction ends.

    Always in this order, so that two requests never wait for each other.
    """
    names = [f"otp:{phone}", f"otp:address:{address}", f"otp:prefix:{prefix}"]
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def refuse_excess(*, phone: str, prefix: str, address: str, now: datetime) -> None:
    """RateLimited, with the seconds to wait, when one more would be too many. Call `take_turn` first."""
    moments = [limit.free_at(now=now) for limit in of(phone=phone, prefix=prefix, address=address)]
    waits = [moment for moment in moments if moment is not None]
    if waits:
        raise RateLimited("Too many codes were requested; wait a little", retry_after=seconds_until(max(waits), now=now))
