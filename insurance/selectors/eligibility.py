"""What a family can buy: every plan code of every benefit on offer, and for the rest why not. Five queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from aarokya.common.clock import age_on
from accounts import selectors as people
from accounts.models import Dependant, Gender, Relationship, UserStatus
from insurance.models import Benefit, BenefitType, PlanVariant, Policy
from insurance.plans import ADULT_FROM, counts


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a plan cannot be bought: the code that buying would answer, and words."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Option:
    """One plan code; it can be bought when there is no reason against it."""

    variant: PlanVariant
    reasons: tuple[Reason, ...]

    @property
    def eligible(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Offer:
    """One benefit with all its plan codes; `live_policy_id` when the user has one already."""

    benefit: Benefit
    live_policy_id: UUID | None
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """Who could be covered: adults and children by the plan codes' rule, the policyholder among them."""

    adults: int
    children: int
    policyholder_is_adult: bool
    registrable: tuple[int, int]  # adults and children whom the hospital registers
    may_buy: bool


def offers(user_id: UUID, *, day: date) -> list[Offer]:
    """Return what the user's family can buy on `day`; UserNotFound."""
    user = people.user(user_id)
    family = family_of(list(people.dependants_of(user_id)), day=day, may_buy=user.status == UserStatus.ACTIVE)
    live = dict(Policy.objects.of(user_id).live().filter(renewal_of=None).values_list("benefit_id", "pk"))
    benefits = Benefit.objects.on_offer().with_details().filter(benefit_type=BenefitType.INSURANCE_POLICY)
    return [offer(benefit, family, live.get(benefit.pk)) for benefit in benefits.order_by("name", "pk")]


def family_of(members: Sequence[Dependant], *, day: date, may_buy: bool) -> Family:
    adults = [member for member in members if age_on(day, born_on=member.date_of_birth) >= ADULT_FROM]
    registrable = [member for member in members if member.gender != Gender.OTHER]
    registrable_adults = sum(member in adults for member in registrable)
    policyholder = next((member for member in members if member.relationship == Relationship.SELF), None)
    return Family(
        adults=len(adults),
        children=len(members) - len(adults),
        policyholder_is_adult=policyholder in adults,
        # Every plan covers the policyholder: if the hospital cannot register that one, it registers nobody.
        registrable=(registrable_adults, len(registrable) - registrable_adults) if policyholder in registrable else (0, 0),
        may_buy=may_buy and policyholder is not None,
    )


def offer(benefit: Benefit, family: Family, live_policy_id: UUID | None) -> Offer:
    version = benefit.current_version
    variants = version.variants.all() if version else ()
    most = version.max_dependants if version else None
    options = (Option(variant, tuple(reasons(variant, family, most, live_policy_id))) for variant in variants)
    return Offer(benefit, live_policy_id, tuple(options))


def reasons(variant: PlanVariant, family: Family, most: int | None, live_policy_id: UUID | None) -> list[Reason]:
    """Return everything that stands against a plan, each under the code that buying it would answer."""
    adults, children = counts(variant.plan_code)
    checks = (
        (not family.may_buy, Reason("IP-1012", "Complete onboarding first")),
        (live_policy_id is not None, Reason("IP-1008", "There is a live policy of this benefit")),
        (adults > family.adults, Reason("IP-1009", f"It covers {adults} adults, this family has {family.adults}")),
        (children > family.children, Reason("IP-1009", f"It covers {children} children, this family has {family.children}")),
        (excludes_policyholder(adults, children, family), Reason("IP-1009", "The policyholder would not be covered by it")),
        (
            most is not None and adults + children - 1 > most,
            Reason("IP-1009", f"It covers more than the {most} dependants that the benefit allows"),
        ),
        (
            fits(adults, children, family.adults, family.children) and not fits(adults, children, *family.registrable),
            Reason("IP-1013", "The hospital registers only members whose gender is male or female"),
        ),
    )
    return [reason for against, reason in checks if against]


def fits(adults: int, children: int, most_adults: int, most_children: int) -> bool:
    return adults <= most_adults and children <= most_children


def excludes_policyholder(adults: int, children: int, family: Family) -> bool:
    return (adults if family.policyholder_is_adult else children) == 0
