"""What a user says of themselves; onboarding; the end."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from aarokya.common import audit
from aarokya.common.errors import Detail, ImmutableField
from aarokya.common.state import move
from accounts import selectors
from accounts.errors import ChildNotYounger, OnboardingComplete, UserNotActive
from accounts.models import Relationship, RevocationReason, User, UserSession, UserStatus
from accounts.services import birth, dependants, sessions

IDENTITY = frozenset({"first_name", "last_name", "dob", "gender", "salutation"})  # what SELF shows


@transaction.atomic
def change(*, user_id: UUID, changes: dict[str, Any], actor: str, now: datetime) -> User:
    """Write the given columns of a user; a change of name, dob, gender or salutation makes a new version of SELF.

    UserNotActive for a deactivated user, ImmutableField for a second Aadhaar, InvalidDateFormat, UnderAge,
    ChildNotYounger. The audit log names the columns, never the values.
    """
    user = selectors.locked_user(user_id)
    require_changeable(user, changes, now=now)
    differing = {name: value for name, value in changes.items() if getattr(user, name) != value}
    if not differing:
        return user
    assign(user, differing)
    if IDENTITY & differing.keys():
        dependants.follow_user(user, now=now)
    audit.record(actor=actor, action="user.changed", obj=user, after={"columns": sorted(differing)}, now=now)
    return user


def require_changeable(user: User, changes: dict[str, Any], *, now: datetime) -> None:
    if user.status == UserStatus.DEACTIVATED:
        raise UserNotActive
    if "aadhaar_last4" in changes and user.aadhaar_last4:
        raise ImmutableField("aadhaar_last4 can be set once", details=(Detail("aadhaar_last4", "immutable", "is set already"),))
    if "dob" in changes:
        require_dob(user, changes["dob"], now=now)


def require_dob(user: User, dob: Any, *, now: datetime) -> None:
    birth.require_possible_dob(dob, now=now)
    if user.status == UserStatus.ACTIVE:
        birth.require_adult(dob, now=now)
    children = selectors.dependants_of(user.pk).filter(relationship=Relationship.CHILD)
    if any(child.date_of_birth <= dob for child in children):
        raise ChildNotYounger(details=(Detail("dob", "not_older", "must be before the birth of every child"),))


def assign(user: User, values: dict[str, Any]) -> None:
    columns = dict(values)
    if "email" in columns:
        columns["email_index"] = selectors.email_index(columns["email"])
    for name, value in columns.items():
        setattr(user, name, value)
    user.save(update_fields=[*columns, "last_modified_at"])


@transaction.atomic
def complete_onboarding(*, user_id: UUID, details: dict[str, Any], now: datetime) -> User:
    """Make an adult with a whole profile ACTIVE and the first member of their own family.

    `details` holds names, dob, gender, salutation and address, and may hold e-mail, id proof and bank account.
    OnboardingComplete the second time, UserNotActive, InvalidDateFormat, UnderAge.
    """
    user = selectors.locked_user(user_id)
    if user.status == UserStatus.ACTIVE:
        raise OnboardingComplete
    if user.status == UserStatus.DEACTIVATED:
        raise UserNotActive
    birth.require_possible_dob(details["dob"], now=now)
    birth.require_adult(details["dob"], now=now)
    assign(user, details)
    move(user, UserStatus.ACTIVE, onboarded_at=now)
    dependants.add_self(user)
    return user


@transaction.atomic
def deactivate(*, user_id: UUID, actor: str, reason: str, now: datetime) -> User:
    """Close a user for good: sessions die at once and there are no new tokens. InvalidTransition the second time."""
    user = selectors.locked_user(user_id)
    before = user.status
    move(user, UserStatus.DEACTIVATED, deactivated_at=now)
    sessions.end(UserSession.objects.filter(user=user), because=RevocationReason.DEACTIVATED, now=now)
    audit.record(
        actor=actor,
        action="user.deactivated",
        obj=user,
        before={"status": before},
        after={"status": user.status},
        reason=reason,
        now=now,
    )
    return user
