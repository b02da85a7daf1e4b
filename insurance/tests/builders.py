"""Families, catalogues and policies for tests. What has rules goes through services."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import UUID

from rest_framework.test import APIClient

from aarokya.common.api.principals import Customer, StaffMember
from aarokya.common.ids import uuid7
from aarokya.common.money import Money
from accounts.models import Dependant, Gender, Relationship, Salutation, User, UserStatus
from insurance.gateways.base import Patient, Person
from insurance.models import Benefit, BenefitProvider, BenefitType, Policy
from insurance.nominees import DependantNominee, Nominee
from insurance.services import catalogue, providers, purchases
from insurance.services.versions import Plan, Terms

NOW = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)  # noon in India
ACTOR = "staff:tester"
phones = count(9_000_000_000)
names = count(1)
SALUTATIONS = {Gender.MALE: Salutation.MR, Gender.FEMALE: Salutation.MRS, Gender.OTHER: Salutation.MS}


def make_user(*, status: UserStatus = UserStatus.ACTIVE, born_on: date = date(1990, 5, 17), gender: Gender = Gender.MALE) -> User:
    """A user; an active one has a SELF dependant, as onboarding leaves it."""
    user = User.objects.create(
        phone=f"+91{next(phones)}",
        status=status,
        first_name="Ravi",
        last_name=f"Kumar{next(names)}",
        dob=born_on,
        gender=gender,
        salutation=SALUTATIONS[gender],
        address={"text": "12 MG Road, Bengaluru 560001"},
    )
    if status == UserStatus.ACTIVE:
        make_dependant(
            user,
            relationship=Relationship.SELF,
            born_on=born_on,
            gender=gender,
            first_name=user.first_name,
            last_name=user.last_name,
        )
    return user


def make_dependant(
    user: User,
    *,
    relationship: Relationship = Relationship.CHILD,
    born_on: date = date(2016, 3, 1),
    gender: Gender = Gender.FEMALE,
    first_name: str = "Asha",
    last_name: str = "",
) -> Dependant:
    return Dependant.objects.create(
        primary_user=user,
        first_name=first_name,
        last_name=last_name or f"Kumar{next(names)}",
        salutation=SALUTATIONS[gender],
        relationship=relationship,
        gender=gender,
        date_of_birth=born_on,
    )


def make_spouse(user: User, **changes: Any) -> Dependant:
    values: dict[str, Any] = {"relationship": Relationship.SPOUSE, "born_on": date(1992, 4, 15), "first_name": "Meena"}
    return make_dependant(user, **values | changes)


def self_of(user: User) -> Dependant:
    return user.dependants.get(relationship=Relationship.SELF)


def make_provider(name: str = "") -> BenefitProvider:
    return providers.add(name=name or f"Provider {next(names)}", actor=ACTOR, now=NOW)


def make_plan(plan_code: str = "1A", **changes: Any) -> Plan:
    values: dict[str, Any] = {
        "plan_code": plan_code,
        "daily_premium": Money(300),
        "annual_premium": Money(109_500),
        "coverage": Money(100_000_00),
        "grace_period_days": 15,
    }
    return Plan(**values | changes)


def make_benefit(
    *codes: str,
    provider: BenefitProvider | None = None,
    plans: Sequence[Plan] = (),
    max_dependants: int | None = None,
    **changes: Any,
) -> Benefit:
    """An active insurance benefit that sells `codes`, or `plans`."""
    sold = tuple(plans) or tuple(make_plan(code) for code in codes or ("1A", "2A", "2A1C", "2A2C", "1A1C"))
    values: dict[str, Any] = {
        "provider": provider or make_provider(),
        "name": f"Suraksha {next(names)}",
        "benefit_type": BenefitType.INSURANCE_POLICY,
        "terms": Terms(description="Hospital cover", max_dependants=max_dependants, plans=sold),
    }
    return catalogue.create(**values | changes, actor=ACTOR, now=NOW)


def make_consultation(provider: BenefitProvider | None = None) -> Benefit:
    return make_benefit(provider=provider, benefit_type=BenefitType.CONSULTATION, terms=Terms(description="Talk to a doctor"))


class Register:
    """A hospital's register in memory: everybody new is registered, once for each request id."""

    def __init__(self) -> None:
        self.patients: dict[UUID, Patient] = {}

    def search(self, person: Person) -> list[Patient]:
        return [self.patients[person.request_id]] if person.request_id in self.patients else []

    def register(self, person: Person) -> Patient:
        number = f"T{len(self.patients) + 1}"
        return self.patients.setdefault(person.request_id, Patient(temp_number=number, mrn=None))


def make_policy(
    user: User | None = None,
    *,
    benefit: Benefit | None = None,
    dependants: Sequence[Dependant] = (),
    nominee: Nominee | None = None,
    **changes: Any,
) -> Policy:
    """A pending policy, bought through the service. With dependants the first one is the nominee unless told otherwise."""
    buyer = user or make_user()
    application = purchases.Application(
        user_id=buyer.pk,
        benefit_id=(benefit or make_benefit()).pk,
        dependant_ids=[dependant.pk for dependant in dependants],
        nominee=nominee or (DependantNominee(dependant_id=dependants[0].pk) if dependants else None),
        **changes,
    )
    return purchases.buy(application, gateway=Register(), actor=f"user:{buyer.pk}", now=NOW)


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user=Customer(user_id=user.pk, session_id=uuid7(), status=user.status))  # type: ignore[arg-type]
    return client


def staff_client(*groups: str, superuser: bool = False) -> APIClient:
    client = APIClient()
    member = StaffMember(staff_id=1, username="clerk", groups=frozenset(groups or ("ops",)), is_superuser=superuser)
    client.force_authenticate(user=member)  # type: ignore[arg-type]
    return client
