"""Where care is possible now: shown with the summary, before a rupee is asked."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import httpx2
import pytest

from aarokya.common.clock import ist_day
from aarokya.common.ids import uuid7
from aarokya.common.money import Money
from accounts.tests import builders as people
from doctor.gateways import aathma
from doctor.tests.builders import INTAKES, NOW, Clinic, Talker, balance, client_of_staff
from insurance.models import Benefit, BenefitStatus, BenefitType, Mrn, Policy, PolicyMember, PolicyStatus
from insurance.services import catalogue, providers
from insurance.services.versions import Plan, Terms

TODAY = ist_day(NOW)


@pytest.fixture
def talker(db: None) -> Talker:
    return Talker.new(money=100_000)


@pytest.fixture
def clinic(sandbox_url: str) -> Iterator[Clinic]:
    with httpx2.Client(base_url=sandbox_url, timeout=30, trust_env=False) as http:
        clinic = Clinic(http)
        clinic.control("POST", "reset")
        yield clinic
    aathma().close()
    aathma.cache_clear()


def make_benefit(kind: BenefitType, *, teleconsultation: bool = True) -> Benefit:
    plan = Plan(plan_code="1A", daily_premium=Money(300), annual_premium=Money(109_500), coverage=Money(10_000_000))
    plans = (plan,) if kind == BenefitType.INSURANCE_POLICY else ()
    return catalogue.create(
        provider=providers.add(name=f"Provider {uuid7()}", actor="staff:test", now=NOW),
        name="Suraksha",
        benefit_type=kind,
        terms=Terms(description="Cover", plans=plans, includes_teleconsultation=teleconsultation),
        status=BenefitStatus.ACTIVE,
        actor="staff:test",
        now=NOW,
    )


def insure(talker: Talker, benefit: Benefit, *, person: Any = None, **changes: Any) -> Policy:
    """An issued policy that covers `person`, or the user."""
    covered = person or people_self(talker)
    assert benefit.current_version is not None
    fields: dict[str, Any] = {
        "primary_user": talker.user,
        "benefit": benefit,
        "provider": benefit.provider,
        "variant": benefit.current_version.variants.get(),
        "plan_code": "1A",
        "premium_amounts": {"daily": 300, "annual": 109_500, "currency": "INR"},
        "status": PolicyStatus.ACTIVE,
        "external_policy_id": f"NH-{uuid7()}",
        "start_date": TODAY - timedelta(days=10),
        "end_date": TODAY + timedelta(days=300),
    }
    policy = Policy.objects.create(**(fields | changes))
    PolicyMember.objects.create(policy=policy, dependant=covered, position=0)
    Mrn.objects.create(dependant=covered, provider=benefit.provider, external_mrn={"mrn": "MRN0042"})
    return policy


def people_self(talker: Talker) -> Any:
    return talker.user.dependants.get(relationship="SELF")


def test_an_active_policy_bears_it(clinic: Clinic, talker: Talker) -> None:
    policy = insure(talker, make_benefit(BenefitType.INSURANCE_POLICY))

    care = talker.tell()["care"]

    assert (care["covered_by"], care["title"], care["amount"]) == ("POLICY", "Suraksha", 0)
    [shown] = care["policies"]
    assert (shown["policy_id"], shown["policy_number"], shown["mrn"]) == (
        str(policy.pk),
        policy.external_policy_id,
        {"mrn": "MRN0042"},
    )
    answer = talker.submitted()
    assert (answer["fee"], balance(talker.user)) == (0, 100_000)
    assert clinic.calls("aathma", "consultation")[0]["body"]["mrn"] == {"mrn": "MRN0042"}


@pytest.mark.parametrize(
    "changes",
    [
        {"status": PolicyStatus.PENDING, "external_policy_id": None, "start_date": None, "end_date": None},
        {"status": PolicyStatus.RENEWAL},
        {"status": PolicyStatus.EXPIRED},
        {"start_date": TODAY + timedelta(days=1)},
        {"end_date": TODAY - timedelta(days=1)},
    ],
    ids=["pending", "renewal", "expired", "future", "over"],
)
def test_a_policy_not_in_force_does_not(talker: Talker, changes: dict[str, Any]) -> None:
    insure(talker, make_benefit(BenefitType.INSURANCE_POLICY), **changes)

    care = talker.tell()["care"]

    assert (care["covered_by"], care["amount"], care["policies"]) == ("WALLET", 29_900, [])


def test_a_policy_in_grace_does(talker: Talker) -> None:
    insure(talker, make_benefit(BenefitType.INSURANCE_POLICY), status=PolicyStatus.IN_GRACE, end_date=TODAY - timedelta(days=3))

    assert talker.tell()["care"]["covered_by"] == "POLICY"


def test_a_policy_without_teleconsultation_is_shown_and_does_not(talker: Talker) -> None:
    insure(talker, make_benefit(BenefitType.INSURANCE_POLICY, teleconsultation=False))

    care = talker.tell()["care"]

    assert (care["covered_by"], len(care["policies"])) == ("WALLET", 1)


def test_it_covers_members_and_nobody_else(talker: Talker) -> None:
    child = people.add_dependant(
        talker.user, relationship="CHILD", gender="MALE", salutation="MASTER", date_of_birth=date(2018, 1, 1)
    )
    insure(talker, make_benefit(BenefitType.INSURANCE_POLICY), person=child)

    assert talker.tell()["care"]["covered_by"] == "WALLET"
    talker.start(language="en", for_dependant_id=str(child.pk))
    answers = [talker.say(text) for text in INTAKES["en"][:-1]]
    assert answers[-1]["care"]["covered_by"] == "POLICY"


def test_a_strangers_policy_bears_nothing(talker: Talker) -> None:
    insure(Talker.new(), make_benefit(BenefitType.INSURANCE_POLICY))

    assert talker.tell()["care"]["covered_by"] == "WALLET"


def grant(talker: Talker, benefit: Benefit, *groups: str, **changes: Any) -> Any:
    client = client_of_staff(*(groups or ("ops",)))
    body = {
        "user_id": str(talker.user.pk),
        "benefit_id": str(benefit.pk),
        "starts_on": TODAY.isoformat(),
        "ends_on": (TODAY + timedelta(days=30)).isoformat(),
    }
    return client.post("/doctor/grants", body | changes, format="json")


@pytest.mark.usefixtures("clinic")
def test_a_granted_consultation_benefit_bears_it(talker: Talker) -> None:
    benefit = make_benefit(BenefitType.CONSULTATION)
    assert [grant(talker, benefit).status_code for _ in range(2)] == [201, 201]

    care = talker.tell()["care"]

    assert (care["covered_by"], care["amount"], care["title"]) == ("BENEFIT", 0, "Suraksha")
    assert talker.submitted()["fee"] == 0


def test_grants_are_for_consultations_by_ops_and_for_their_days(talker: Talker) -> None:
    consultation, policy = make_benefit(BenefitType.CONSULTATION), make_benefit(BenefitType.INSURANCE_POLICY)
    yesterday = (TODAY - timedelta(days=1)).isoformat()

    assert grant(talker, policy).json()["error"] == "DR-1510"
    assert grant(talker, consultation, ends_on=yesterday).json()["error"] == "DR-1510"
    assert grant(talker, consultation, "support").json()["error"] == "FORBIDDEN"
    assert grant(talker, consultation, starts_on=yesterday, ends_on=yesterday).status_code == 201
    assert talker.tell()["care"]["covered_by"] == "WALLET"
