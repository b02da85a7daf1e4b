"""What accounts hold about a person, and how it is forgotten."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from aarokya.common.clock import rfc3339
from aarokya.common.models import IdempotencyKey
from aarokya.common.personal_data import Kept
from accounts import selectors
from accounts.models import (
    Access,
    Consent,
    ContributorGrant,
    Dependant,
    DependantStatus,
    DependantVersion,
    Notice,
    OtpChallenge,
    OtpGuess,
    User,
    UserSession,
)

BORN_UNKNOWN = date(1900, 1, 1)  # of a person who was erased; the column wants a day
PHONE_ERASED_DIGITS = 12
PLAIN = (
    *("phone", "status", "first_name", "last_name", "email", "gender", "salutation"),
    *("address", "occupation", "employer", "language"),
)
SECRET = ("id_proof", "bank_account")
PERSON = ("first_name", "last_name", "salutation", "gender")


class AccountData:
    """See `aarokya.common.personal_data.Holder`."""

    name = "account"

    def export(self, user_id: UUID) -> dict[str, Any]:
        family = Dependant.objects.of(user_id).prefetch_related("versions").order_by("created_at", "id")
        return {
            "user": exported_user(selectors.user(user_id)),
            "family": [exported_person(person) for person in family],
            "sessions": [exported_session(row) for row in UserSession.objects.filter(user=user_id).order_by("opened_at")],
            "consents": [exported_consent(row) for row in selectors.consents_of(user_id)],
            "notices": [exported_notice(row) for row in Notice.objects.filter(user=user_id).order_by("id")],
            "accesses": [exported_access(row) for row in selectors.accesses_of(user_id)],
        }

    def waits_for(self, user_id: UUID) -> list[str]:
        return ["A legal hold is in force" for _ in selectors.legal_holds_of(user_id)]

    def kept(self, user_id: UUID, *, today: date) -> list[Kept]:  # noqa: ARG002 (the protocol's signature)
        """Consents and the access log stay for good: they name the user by an id alone."""
        return []

    def erase(self, user_id: UUID, *, spare: frozenset[UUID], now: datetime) -> None:
        user = selectors.locked_user(user_id)
        forget_logins(user)
        IdempotencyKey.objects.filter(actor=f"user:{user_id}").delete()
        Notice.objects.filter(user=user).delete()
        ContributorGrant.objects.filter(beneficiary=user).update(contributor="", last_modified_at=now)
        forget_people(user_id, spare=spare, now=now)
        forget_user(user)


def forget_logins(user: User) -> None:
    """Codes and devices; a number that was erased before has none."""
    OtpChallenge.objects.filter(phone=user.phone).delete()
    OtpGuess.objects.filter(phone=user.phone).delete()
    UserSession.objects.filter(user=user).delete()


def forget_people(user_id: UUID, *, spare: frozenset[UUID], now: datetime) -> None:
    """Blank everybody who need not stay; their ids remain, so that whatever refers to them stays whole."""
    people = Dependant.objects.of(user_id).exclude(pk__in=spare)
    DependantVersion.objects.filter(dependant__in=people).delete()
    people.update(
        first_name="",
        last_name="",
        date_of_birth=BORN_UNKNOWN,
        status=DependantStatus.DISCARDED,
        previous_version_id=None,
        last_modified_at=now,
    )


def forget_user(user: User) -> None:
    for name in ("first_name", "last_name", "email", "email_index", "gender", "salutation", "occupation", "employer"):
        setattr(user, name, "")
    user.dob = user.address = user.id_proof = user.bank_account = None
    user.aadhaar_last4 = ""
    user.phone = f"x{user.pk.hex[-PHONE_ERASED_DIGITS:]}"  # random digits of the id: unique, and the number is free again
    user.save()


def exported_user(user: User) -> dict[str, Any]:
    return {
        "id": str(user.pk),
        "platform": user.platform.name,
        **{name: getattr(user, name) or None for name in (*PLAIN, *SECRET)},
        "dob": user.dob.isoformat() if user.dob else None,
        "aadhaar_last4": user.masked_aadhaar,
        "created_at": rfc3339(user.created_at),
        "onboarded_at": rfc3339(user.onboarded_at),
    }


def exported_person(person: Dependant) -> dict[str, Any]:
    earlier = [said_of(version) | {"version": version.version} for version in person.versions.all()]
    return {
        "id": str(person.pk),
        "relationship": person.relationship,
        "status": person.status,
        "version": person.version,
        **said_of(person),
        "earlier": sorted(earlier, key=lambda version: int(version["version"])),
    }


def said_of(row: Dependant | DependantVersion) -> dict[str, Any]:
    return {**{name: getattr(row, name) for name in PERSON}, "date_of_birth": row.date_of_birth.isoformat()}


def exported_session(row: UserSession) -> dict[str, Any]:
    return {
        "device_info": row.device_info,
        "ip_address": row.address,
        "opened_at": rfc3339(row.opened_at),
        "last_used_at": rfc3339(row.last_used_at),
        "ended_at": rfc3339(row.revoked_at),
    }


def exported_consent(row: Consent) -> dict[str, Any]:
    return {
        "purpose": row.text.purpose,
        "version": row.text.version,
        "text": row.text.text,
        "given": row.given,
        "decided_at": rfc3339(row.decided_at),
    }


def exported_access(row: Access) -> dict[str, Any]:
    return {"staff": row.staff, "what": row.what, "reason": row.reason, "at": rfc3339(row.at)}


def exported_notice(row: Notice) -> dict[str, Any]:
    return {"about": row.template, "language": row.language, "values": row.values, "owed_at": rfc3339(row.owed_at)}


HOLDER = AccountData()
