"""Rules about dates of birth; a day is a day in Asia/Kolkata."""

from datetime import date, datetime

from aarokya.common.clock import age_on, ist_day, years_before
from aarokya.common.errors import Detail, InvalidDateFormat
from accounts.errors import ChildNotYounger, ImpossibleDateOfBirth, UnderAge
from accounts.models import Relationship

ADULT_YEARS = 18
LIFETIME_YEARS = 120


def is_possible(born_on: date, *, now: datetime) -> bool:
    today = ist_day(now)
    return years_before(today, LIFETIME_YEARS) <= born_on < today


def require_possible_dob(dob: date, *, now: datetime) -> None:
    """Of a user: InvalidDateFormat, as older clients know it."""
    if not is_possible(dob, now=now):
        raise InvalidDateFormat(
            "dob: must be in the past and within 120 years", details=(Detail("dob", "range", "is not possible"),)
        )


def require_adult(dob: date, *, now: datetime) -> None:
    """UnderAge before the 18th birthday begins in Asia/Kolkata."""
    if age_on(ist_day(now), born_on=dob) < ADULT_YEARS:
        raise UnderAge(details=(Detail("dob", "under_age", UnderAge.message),))


def require_fits_family(born_on: date, *, relationship: str, parent_dob: date | None, path: str, now: datetime) -> None:
    """Of a dependant: ImpossibleDateOfBirth, or ChildNotYounger than `parent_dob`. `path` names the field."""
    if not is_possible(born_on, now=now):
        raise ImpossibleDateOfBirth(details=(Detail(path, "range", ImpossibleDateOfBirth.message),))
    if relationship == Relationship.CHILD and parent_dob is not None and born_on <= parent_dob:
        raise ChildNotYounger(details=(Detail(path, "not_younger", ChildNotYounger.message),))
