"""What a family would get: every check of a purchase that needs neither a partner nor a write. At most four queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from aarokya.common.clock import age_on, ist_day, years_before
from aarokya.common.errors import Detail
from accounts import selectors as people
from accounts.models import Dependant, DependantStatus, Relationship, User, UserStatus
from insurance.errors import (
    MemberNotFound,
    MemberOfAnotherUser,
    NomineeNotFound,
    NomineeRequired,
    PlanVariantNotAvailable,
    PolicyForbidden,
    PolicyInvalid,
)
from insurance.models import Benefit, BenefitVersion, PlanVariant
from insurance.nominees import DependantNominee, ExternalNominee, Nominee
from insurance.plans import difference, nearest, plan_code
from insurance.selectors.catalogue import insurance_benefit

SELF_ONLY = "1A"  # the one plan that needs no nominee
NOMINEE_AGE_MAX = 120
NEAREST_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A family, the variant that covers it and the nominee; `members` begin with the policyholder."""

    user: User
    benefit: Benefit
    variant: PlanVariant
    members: tuple[Dependant, ...]
    nominee: Nominee | None
    nominee_dependant: Dependant | None  # the person behind a DependantNominee
    day: date  # on which ages were counted

    @property
    def nominee_required(self) -> bool:
        return self.variant.plan_code != SELF_ONLY

    @property
    def premium_amounts(self) -> dict[str, int | str]:
        """Return `{daily, annual, currency}` in paise."""
        variant = self.variant
        return {"daily": variant.daily_premium.paise, "annual": variant.annual_premium.paise, "currency": variant.currency}


def quote(
    *,
    user_id: UUID,
    benefit_id: UUID,
    dependant_ids: Sequence[UUID],
    now: datetime,
    nominee: Nominee | None = None,
    nominee_asked: bool,
) -> Quote:
    """Return what the family would get today (Asia/Kolkata); `nominee_asked` is False where the answer needs no nominee yet.

    Errors: IP-1002…1007, 1009, 1010, 1012, 1015.
    """
    day = ist_day(now)
    benefit, variants = insurance_benefit(benefit_id)
    known = known_people(user_id, dependant_ids, nominee)
    policyholder = self_of(user_id, known.values())
    members = roster(policyholder, dependant_ids, known)
    variant = variant_for(benefit, variants, members, day=day)
    if nominee is None and nominee_asked and variant.plan_code != SELF_ONLY:
        raise NomineeRequired(f"nominee_details: plan {variant.plan_code} needs a nominee")
    return Quote(
        user=policyholder.primary_user,
        benefit=benefit,
        variant=variant,
        members=members,
        nominee=nominee,
        nominee_dependant=accepted_nominee(nominee, user_id, known, day=day),
        day=day,
    )


def known_people(user_id: UUID, dependant_ids: Iterable[UUID], nominee: Nominee | None) -> dict[UUID, Dependant]:
    """Everybody of this family and everybody named, whoever they belong to, in one query."""
    named = {*dependant_ids, *([nominee.dependant_id] if isinstance(nominee, DependantNominee) else [])}
    rows = Dependant.objects.filter(Q(primary_user_id=user_id) | Q(pk__in=named), status=DependantStatus.ACTIVE)
    return {row.pk: row for row in rows.select_related("primary_user")}


def self_of(user_id: UUID, known: Iterable[Dependant]) -> Dependant:
    """Return the policyholder as a member; PolicyForbidden (IP-1012) for somebody who may not buy."""
    mine = (row for row in known if row.primary_user_id == user_id)
    found = next((row for row in mine if row.relationship == Relationship.SELF), None)
    status = found.primary_user.status if found else people.user(user_id).status
    if found is None or status != UserStatus.ACTIVE:
        raise PolicyForbidden(f"A policy needs a completed onboarding and an active user; this one is {status}")
    return found


def roster(policyholder: Dependant, dependant_ids: Iterable[UUID], known: dict[UUID, Dependant]) -> tuple[Dependant, ...]:
    """Return the policyholder first, then the others as asked, each once."""
    members = {policyholder.pk: policyholder}
    for dependant_id in dependant_ids:
        member = known.get(dependant_id)
        if member is None:
            raise MemberNotFound(f"Dependant {dependant_id} not found or inactive")
        if member.primary_user_id != policyholder.primary_user_id:
            raise MemberOfAnotherUser(f"Dependant {dependant_id} does not belong to the requesting user")
        members[member.pk] = member
    return tuple(members.values())


def variant_for(benefit: Benefit, variants: dict[str, PlanVariant], members: Sequence[Dependant], *, day: date) -> PlanVariant:
    """Return the variant that covers the members; PlanVariantNotAvailable (IP-1009) says what is sellable instead."""
    refuse_too_many(benefit.current_version, beside_self=len(members) - 1)
    code = plan_code(age_on(day, born_on=member.date_of_birth) for member in members)
    found = variants.get(code)
    if found is None:
        raise not_sold(benefit, code, nearest(code, variants))
    return found


def not_sold(benefit: Benefit, code: str, sellable: Sequence[str]) -> PlanVariantNotAvailable:
    """Return IP-1009 with what is sold instead, the nearest family first."""
    shown = ", ".join(sorted(sellable))
    return PlanVariantNotAvailable(
        f"PlanVariantNotAvailable: this family is {code}, which {benefit.name} does not sell; it sells {shown};"
        f" nearest is {sellable[0]} ({difference(code, sellable[0])})",
        details=tuple(Detail("dependant_ids", other, difference(code, other)) for other in sellable[:NEAREST_SHOWN]),
    )


def refuse_too_many(version: BenefitVersion | None, *, beside_self: int) -> None:
    most = version.max_dependants if version else None
    if most is not None and beside_self > most:
        raise PlanVariantNotAvailable(f"{beside_self} dependants asked for, but max_dependants of this benefit is {most}")


def accepted_nominee(nominee: Nominee | None, user_id: UUID, known: dict[UUID, Dependant], *, day: date) -> Dependant | None:
    """Return the dependant behind the nominee, if it is one; the nominee must be the policyholder's spouse."""
    match nominee:
        case None:
            return None
        case DependantNominee():
            return nominee_among(known, nominee.dependant_id, user_id)
        case ExternalNominee():
            refuse_external(nominee, day=day)
            return None


def nominee_among(known: dict[UUID, Dependant], dependant_id: UUID, user_id: UUID) -> Dependant:
    found = known.get(dependant_id)
    if found is None or found.primary_user_id != user_id:
        raise NomineeNotFound
    if found.relationship != Relationship.SPOUSE:
        raise not_spouse("nominee_details.dependant_id")
    return found


def refuse_external(nominee: ExternalNominee, *, day: date) -> None:
    if nominee.relationship != Relationship.SPOUSE:
        raise not_spouse("nominee_details.relationship")
    if not years_before(day, NOMINEE_AGE_MAX) <= nominee.date_of_birth < day:
        raise invalid("nominee_details.date_of_birth", "range", f"must be in the past and within {NOMINEE_AGE_MAX} years")


def not_spouse(field: str) -> PolicyInvalid:
    return invalid(field, "not_spouse", "the nominee must be the policyholder's spouse")


def invalid(field: str, code: str, message: str) -> PolicyInvalid:
    """Return IP-1010 about one field."""
    return PolicyInvalid(f"{field}: {message}", details=(Detail(field, code, message),))
