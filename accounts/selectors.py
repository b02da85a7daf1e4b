"""Finding people, with the permission in the question."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from aarokya.common.crypto import Undecryptable, blind_index
from aarokya.common.errors import NotFound
from accounts.errors import DependantNotFound, PersonalDataUnreadable, PlatformNotFound, UserNotFound
from accounts.models import (
    OWN_PLATFORM_ID,
    Access,
    Consent,
    ConsentText,
    Dependant,
    DependantStatus,
    ErasureRequest,
    ErasureStatus,
    LegalHold,
    Platform,
    Relationship,
    Staff,
    StaffAuthenticator,
    User,
    UserSession,
)

EMAIL = "accounts.user.email"


@dataclass(frozen=True, slots=True)
class StaffRights:
    """What a member of staff is allowed right now."""

    username: str
    groups: frozenset[str]
    is_superuser: bool
    has_authenticator: bool


def user(user_id: UUID) -> User:
    """Return one user; UserNotFound, or PersonalDataUnreadable when a key of the ring is missing."""
    return readable(User.objects.filter(pk=user_id))


def locked_user(user_id: UUID) -> User:
    """Return one user, held until the transaction ends: changes of a person and their family queue here."""
    return readable(User.objects.filter(pk=user_id).select_for_update())


def readable(rows: QuerySet[User]) -> User:
    try:
        found = rows.first()
    except Undecryptable as error:
        raise PersonalDataUnreadable from error
    if found is None:
        raise UserNotFound
    return found


def users(*, statuses: Iterable[str] = (), phone: str = "", email: str = "") -> QuerySet[User]:
    """Return all users that match everything given."""
    rows = User.objects.all()
    if statuses:
        rows = rows.filter(status__in=list(statuses))
    if phone:
        rows = rows.filter(phone=phone)
    if email:
        rows = rows.filter(email_index=email_index(email))
    return rows


def email_index(email: str) -> str:
    """Return the value of `User.email_index` for an address; empty for none."""
    return blind_index(email.strip().lower(), context=EMAIL) if email else ""


def dependants_of(user_id: UUID) -> QuerySet[Dependant]:
    """Return the active people of a user's family, SELF included, in the order they were added."""
    return Dependant.objects.of(user_id).active().order_by("created_at", "id")


def family(user_id: UUID, *, status: str = DependantStatus.ACTIVE, relationship: str = "") -> QuerySet[Dependant]:
    """Return the people of a user's family with this status and, if given, relationship."""
    rows = Dependant.objects.of(user_id).filter(status=status).order_by("created_at", "id")
    return rows.filter(relationship=relationship) if relationship else rows


def dependant(user_id: UUID, dependant_id: UUID) -> Dependant:
    """Return one person of this user's family, discarded or not; DependantNotFound for anybody else's."""
    found = Dependant.objects.of(user_id).filter(pk=dependant_id).first()
    if found is None:
        raise DependantNotFound
    return found


def self_dependant(user_id: UUID) -> Dependant:
    """Return the user as a member of the family; DependantNotFound before onboarding is complete."""
    found = dependants_of(user_id).filter(relationship=Relationship.SELF).first()
    if found is None:
        raise DependantNotFound
    return found


def sessions_of(user_id: UUID, *, now: datetime) -> QuerySet[UserSession]:
    """Return the devices that are logged in, latest use first."""
    return UserSession.objects.live(now).filter(user=user_id).order_by("-last_used_at", "-id")


def platforms(*, status: str = "") -> QuerySet[Platform]:
    """Return the partners, newest first; Aarokya's own entry is none."""
    rows = Platform.objects.exclude(pk=OWN_PLATFORM_ID).order_by("-created_at", "-id")
    return rows.filter(status=status) if status else rows


def platform(platform_id: UUID) -> Platform:
    """Return one partner; PlatformNotFound."""
    found = platforms().filter(pk=platform_id).first()
    if found is None:
        raise PlatformNotFound
    return found


def staff_rights(staff_id: int) -> StaffRights | None:
    """Return what an active member of staff may do; None when there is none by this id."""
    found = Staff.objects.filter(pk=staff_id, is_active=True).first()
    if found is None:
        return None
    groups = frozenset(found.groups.values_list("name", flat=True))
    has_authenticator = StaffAuthenticator.objects.filter(staff=found).exclude(confirmed_at=None).exists()
    return StaffRights(found.username, groups, found.is_superuser, has_authenticator)


def consent_texts() -> list[ConsentText]:
    """Return the present words of every purpose, in the order of the purposes."""
    return list(ConsentText.objects.order_by("purpose", "-version").distinct("purpose"))


def consent_text(purpose: str) -> ConsentText:
    """Return the present words for one purpose; NotFound."""
    found = ConsentText.objects.filter(purpose=purpose).order_by("-version").first()
    if found is None:
        raise NotFound
    return found


def consents_of(user_id: UUID) -> QuerySet[Consent]:
    """Return every answer the user gave, newest first, with the words it was given to."""
    return Consent.objects.filter(user=user_id).select_related("text").order_by("-decided_at", "-id")


def accesses_of(user_id: UUID) -> QuerySet[Access]:
    """Return who was shown something about the user, newest first."""
    return Access.objects.filter(user=user_id).order_by("-id")


def erasure_of(user_id: UUID) -> ErasureRequest | None:
    """Return the user's wish to be forgotten unless it was withdrawn."""
    return ErasureRequest.objects.filter(user=user_id).exclude(status=ErasureStatus.WITHDRAWN).first()


def legal_holds_of(user_id: UUID) -> QuerySet[LegalHold]:
    """Return the hold in force, if any."""
    return LegalHold.objects.filter(user=user_id, lifted_at=None)
