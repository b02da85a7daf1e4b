"""People for tests, made through the services wherever a rule is involved."""

import itertools
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth.models import Group

from accounts.models import Dependant, Platform, Staff, User
from accounts.services import codes, dependants, logins, people, platforms, registration
from accounts.services.dependants import Person
from accounts.services.logins import Device, Login

NOW = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)  # noon in India
ADDRESS = {"line1": "14, 3rd Cross", "city": "Bengaluru", "state": "Karnataka", "pincode": "560010", "country": "IN"}
PASSWORD = "correct horse battery staple"
_numbers = itertools.count(7_000_000_000)


def new_phone() -> str:
    """A number nobody had before in this process."""
    return f"+91{next(_numbers)}"


def make_user(*, phone: str = "", now: datetime = NOW) -> User:
    """A user who has not completed onboarding."""
    phone = phone or new_phone()
    registration.register(phone=phone, now=now)
    return User.objects.get(phone=phone)


def make_member(*, phone: str = "", now: datetime = NOW, **details: Any) -> User:
    """An ACTIVE user with a SELF dependant."""
    whole = {
        "first_name": "Asha",
        "last_name": "Rao",
        "dob": date(1991, 8, 15),
        "gender": "FEMALE",
        "salutation": "MS",
        "address": ADDRESS,
    }
    user = make_user(phone=phone, now=now)
    return people.complete_onboarding(user_id=user.pk, details=whole | details, now=now)


def person(**details: Any) -> Person:
    """A spouse unless told otherwise."""
    whole: dict[str, Any] = {
        "first_name": "Ravi",
        "last_name": "Rao",
        "salutation": "MR",
        "relationship": "SPOUSE",
        "gender": "MALE",
        "date_of_birth": date(1990, 1, 2),
    }
    return Person(**(whole | details))


def add_dependant(user: User, *, now: datetime = NOW, **details: Any) -> Dependant:
    [added] = dependants.add(user_id=user.pk, people=[person(**details)], now=now)
    return added.dependant


def log_in(user: User, *, device_info: str = "", address: str = "203.0.113.9", now: datetime = NOW) -> Login:
    """Through a real code."""
    issued = codes.issue(phone=user.phone, address=address, now=now)
    device = Device(device_info, address)
    return logins.verify(phone=user.phone, code=issued.code, challenge_id=issued.challenge_id, device=device, now=now)


def make_staff(username: str = "meera", *groups: str, superuser: bool = False) -> Staff:
    """A member of staff in `groups`."""
    staff = Staff.objects.create_user(username=username, password=PASSWORD, is_staff=True, is_superuser=superuser)
    staff.groups.set([Group.objects.get(name=name) for name in groups])
    return staff


def make_platform(name: str = "Namma Yatri", *, now: datetime = NOW) -> tuple[Platform, str]:
    """A partner and its secret."""
    return platforms.register(name=name, actor="staff:test", now=now)
