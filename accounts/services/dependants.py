"""A user's family: people who are added, corrected and discarded, each version kept."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from aarokya.common import outbox
from aarokya.common.state import move
from accounts import selectors
from accounts.errors import DependantNotFound, SelfDependantNotAllowed, SpouseExists, UserNotActive
from accounts.models import Dependant, DependantStatus, DependantVersion, Relationship, User, UserStatus
from accounts.services import birth


@dataclass(frozen=True, slots=True)
class Person:
    """The six facts that make a dependant; equal ones are the same person."""

    first_name: str
    last_name: str
    salutation: str
    relationship: str
    gender: str
    date_of_birth: date


DETAILS = tuple(field.name for field in fields(Person) if field.name != "relationship")


@dataclass(frozen=True, slots=True)
class Added:
    """A person of the family, and whether they are new."""

    dependant: Dependant
    is_new: bool


@transaction.atomic
def add(*, user_id: UUID, people: Sequence[Person], now: datetime) -> list[Added]:
    """Add people to an active user's family, all or none, in order; who is there already is returned as they are.

    UserNotActive, SelfDependantNotAllowed, ImpossibleDateOfBirth, ChildNotYounger, SpouseExists.
    """
    user = active_user(user_id)
    known = {person_of(each): each for each in selectors.dependants_of(user_id)}
    added = []
    for index, person in enumerate(people):
        is_new = person not in known
        if is_new:
            path = f"dependants.{index}.date_of_birth" if len(people) > 1 else "date_of_birth"
            require_addable(person, user=user, known=known, path=path, now=now)
            known[person] = Dependant.objects.create(primary_user=user, **asdict(person))
        added.append(Added(known[person], is_new))
    return added


def active_user(user_id: UUID) -> User:
    """Return the user with the family held; UserNotActive unless onboarding is complete."""
    user = selectors.locked_user(user_id)
    if user.status != UserStatus.ACTIVE:
        raise UserNotActive("Complete onboarding first" if user.status == UserStatus.ONBOARDING else "")
    return user


def person_of(dependant: Dependant) -> Person:
    return Person(**{field.name: getattr(dependant, field.name) for field in fields(Person)})


def require_addable(person: Person, *, user: User, known: dict[Person, Dependant], path: str, now: datetime) -> None:
    if person.relationship == Relationship.SELF:
        raise SelfDependantNotAllowed
    birth.require_fits_family(person.date_of_birth, relationship=person.relationship, parent_dob=user.dob, path=path, now=now)
    if person.relationship == Relationship.SPOUSE and any(each.relationship == Relationship.SPOUSE for each in known):
        raise SpouseExists


@transaction.atomic
def change(*, user_id: UUID, dependant_id: UUID, changes: dict[str, Any], now: datetime) -> Dependant:
    """Correct what is said about a person; what was said before stays as a version.

    DependantNotFound, SelfDependantNotAllowed, ImpossibleDateOfBirth, ChildNotYounger.
    """
    user = active_user(user_id)
    person = changeable(user_id, dependant_id)
    born_on: date = changes.get("date_of_birth") or person.date_of_birth
    birth.require_fits_family(born_on, relationship=person.relationship, parent_dob=user.dob, path="date_of_birth", now=now)
    return revise(person, changes=changes, now=now)


@transaction.atomic
def discard(*, user_id: UUID, dependant_id: UUID) -> None:
    """Take a person out of the family; policies that cover them stay. DependantNotFound, SelfDependantNotAllowed."""
    active_user(user_id)
    move(changeable(user_id, dependant_id), DependantStatus.DISCARDED)


def changeable(user_id: UUID, dependant_id: UUID) -> Dependant:
    person = selectors.dependant(user_id, dependant_id)
    if person.relationship == Relationship.SELF:
        raise SelfDependantNotAllowed
    if person.status != DependantStatus.ACTIVE:
        raise DependantNotFound
    return person


def add_self(user: User) -> Dependant:
    """The user as a member of the family; called once, by onboarding."""
    return Dependant.objects.create(primary_user=user, relationship=Relationship.SELF, **details_of_user(user))


def follow_user(user: User, *, now: datetime) -> None:
    """Bring SELF up to date with the profile, if onboarding has made one."""
    person = selectors.dependants_of(user.pk).filter(relationship=Relationship.SELF).first()
    if person is not None:
        revise(person, changes=details_of_user(user), now=now)


def details_of_user(user: User) -> dict[str, Any]:
    return {
        "first_name": user.first_name,
        "last_name": user.last_name,
        "salutation": user.salutation,
        "gender": user.gender,
        "date_of_birth": user.dob,
    }


def revise(person: Dependant, *, changes: dict[str, Any], now: datetime) -> Dependant:
    """Write a new version where something differs, and announce `person.changed`."""
    differing = {name: value for name, value in changes.items() if getattr(person, name) != value}
    if not differing:
        return person
    earlier = {name: getattr(person, name) for name in DETAILS}
    version = DependantVersion.objects.create(dependant=person, version=person.version, **earlier)
    for name, value in {**differing, "version": person.version + 1, "previous_version_id": version.pk}.items():
        setattr(person, name, value)
    person.save(update_fields=[*differing, "version", "previous_version_id", "last_modified_at"])
    payload = {"user_id": str(person.primary_user_id), "dependant_id": str(person.pk)}
    outbox.emit("person.changed", key=f"user:{person.primary_user_id}", payload=payload, now=now)
    return person
