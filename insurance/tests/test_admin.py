"""The back office: pages open at a constant number of queries, acts show their effect, ask a reason and are audited."""

from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from aarokya.common.models import AuditEntry
from accounts.models import Access, Dependant, Staff, User
from approvals import models as approvals
from insurance.models import Benefit, PatientRegistration, Policy
from insurance.services import premiums, purchases, versions
from insurance.tests import builders
from insurance.tests.builders import NOW
from insurance.tests.test_patients import Doubles, application


def staff(*groups: str) -> Client:
    person = Staff.objects.create_user(f"clerk{next(builders.names)}", password="secret", is_staff=True)
    person.groups.set(Group.objects.filter(name__in=groups))
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def clerk() -> Client:
    return staff("ops")


@pytest.fixture
def policy(user: User, spouse: Dependant, benefit: Benefit) -> Policy:
    return builders.make_policy(user, benefit=benefit, dependants=[spouse])


def page(client: Client, name: str, *arguments: object) -> str:
    answer = client.get(reverse(f"admin:insurance_{name}", args=arguments))
    assert answer.status_code == HTTPStatus.OK, answer.content
    return answer.content.decode()


def act(client: Client, row: Any, verb: str, **body: str) -> Any:
    return client.post(f"/admin/insurance/{row._meta.model_name}/{row.pk}/{verb}/", body)


@pytest.mark.parametrize("model", ["policy", "benefit", "benefitprovider", "mrn", "patientregistration"])
def test_lists_cost_the_same_however_long(clerk: Client, model: str) -> None:
    counts = []
    for number in (1, 4):
        for _ in range(number):
            builders.make_policy()
        with CaptureQueriesContext(connection) as queries:
            page(clerk, f"{model}_changelist")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_policies_are_found_by_number_id_and_phone(clerk: Client, policy: Policy, user: User) -> None:
    other = builders.make_policy()
    act(clerk, other, "activate", external_policy_id="NH-77", reason="issued", confirm="1")
    lists = reverse("admin:insurance_policy_changelist")
    phone = f"{user.phone[3:8]} {user.phone[8:]}"
    for term, found, missing in ((str(policy.pk), policy, other), (phone, policy, other), ("NH-77", other, policy)):
        shown = clerk.get(lists, {"q": term}).content.decode()
        assert str(found.pk) in shown, term
        assert str(missing.pk) not in shown, term


def test_a_policys_page_shows_members_nominee_and_premium_but_masks_the_phone(
    clerk: Client, policy: Policy, user: User, spouse: Dependant
) -> None:
    shown = page(clerk, "policy_change", policy.pk)
    for words in (user.full_name, spouse.full_name, "from the family", "₹1,095.00", "UNPAID", f"+91******{user.phone[-4:]}"):
        assert words in shown
    assert user.phone not in shown


def test_activation_shows_its_effect_and_then_happens(clerk: Client, policy: Policy) -> None:
    body = {"external_policy_id": "NH-1", "start_date": "2026-12-01", "end_date": "", "reason": "Mail of the insurer"}
    shown = act(clerk, policy, "activate", **body).content.decode()
    assert "30 November 2027" in shown
    assert "₹1,095.00 is still owed" in shown
    assert Policy.objects.get().status == "pending"
    done = act(clerk, policy, "activate", **body, confirm="1")
    assert done.status_code == HTTPStatus.FOUND
    assert Policy.objects.get().status == "active"
    entry = AuditEntry.objects.get(action="policy.activated")
    assert entry.reason == "Mail of the insurer"
    assert entry.actor.startswith("staff:clerk")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"external_policy_id": "", "reason": "x"}, "This field is required"),
        ({"external_policy_id": "N", "reason": ""}, "This field is required"),
        (
            {"external_policy_id": "N", "reason": "as agreed", "start_date": "2026-12-02", "end_date": "2026-12-01"},
            "must not be before start_date",
        ),
    ],
)
def test_a_wrong_activation_says_why(clerk: Client, policy: Policy, body: dict[str, str], words: str) -> None:
    for confirmed in ({}, {"confirm": "1"}):
        assert words in act(clerk, policy, "activate", **body, **confirmed).content.decode()
    assert Policy.objects.get().status == "pending"


def test_rejecting_twice_is_refused_in_words(clerk: Client, policy: Policy) -> None:
    premiums.receive(policy.pk, order_id="O1", amount=policy.annual_premium, now=NOW)
    assert "₹1,095.00 goes back" in act(clerk, policy, "reject", reason="declined").content.decode()
    act(clerk, policy, "reject", reason="declined", confirm="1")
    assert Policy.objects.get().status == "rejected"
    assert "cannot go from rejected" in act(clerk, policy, "reject", reason="declined", confirm="1").content.decode()


@pytest.mark.parametrize("verb", ["activate", "reject"])
def test_only_ops_act(policy: Policy, verb: str) -> None:
    support = staff("support")
    assert page(support, "policy_change", policy.pk)
    answer = act(support, policy, verb, external_policy_id="N", reason="x", confirm="1")
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert Policy.objects.get().status == "pending"


def rows(*plans: dict[str, str]) -> dict[str, str]:
    form = {"plans-TOTAL_FORMS": str(len(plans)), "plans-INITIAL_FORMS": "0"}
    filled = {"duration_length": "1", "duration_unit": "YEARS"}
    return form | {
        f"plans-{number}-{name}": value for number, plan in enumerate(plans) for name, value in (filled | plan).items()
    }


PLAN = {
    "plan_code": "1A",
    "daily_premium": "3.50",
    "annual_premium": "1,277.50",
    "coverage": "₹1,00,000",
    "grace_period_days": "15",
}


def test_the_editor_makes_a_new_version_in_paise(clerk: Client, benefit: Benefit) -> None:
    path = f"/admin/insurance/benefit/{benefit.pk}/plans/"
    assert 'value="1095.00"' in clerk.get(path).content.decode()
    removed = PLAN | {"plan_code": "2A", "DELETE": "on"}
    body = rows(PLAN, removed) | {"description": "Better", "max_dependants": "2", "reason": "prices of 2027"}
    shown = clerk.post(path, body).content.decode()
    for words in ("plans.1A.annual_premium", "₹1,277.50", "not sold; nearest is 1A", "One adult (1A)"):
        assert words in shown
    assert benefit.versions.count() == 1

    answer = clerk.post(path, body | {"confirm": "1"})

    assert answer.status_code == HTTPStatus.FOUND, answer.content
    added = benefit.versions.get(number=2)
    benefit.refresh_from_db()
    assert benefit.current_version is not None
    assert (benefit.current_version.number, added.max_dependants) == (1, 2)
    (variant,) = added.variants.all()
    assert (variant.daily_premium.paise, variant.annual_premium.paise, variant.coverage.paise) == (350, 127_750, 100_000_00)
    assert AuditEntry.objects.get(action="benefit.version_added", after__version=2).reason == "prices of 2027"


@pytest.mark.parametrize(
    "change",
    [{"daily_premium": "0"}, {"annual_premium": "1.005"}, {"coverage": "-1"}, {"plan_code": "two"}, {"duration_length": "0"}],
)
def test_the_editor_refuses_nonsense(clerk: Client, benefit: Benefit, change: dict[str, str]) -> None:
    body = rows(PLAN | change) | {"reason": "as agreed", "confirm": "1"}
    answer = clerk.post(f"/admin/insurance/benefit/{benefit.pk}/plans/", body)
    assert answer.status_code == HTTPStatus.OK
    assert 'class="wrong"' in answer.content.decode()
    assert benefit.versions.count() == 1


def published(clerk: Client, benefit: Benefit) -> None:
    """Asked for by one clerk, agreed by another; until then nothing is on sale."""
    before = (benefit.status, benefit.current_version_id)
    act(clerk, benefit, "publish", reason="as agreed", confirm="1")
    benefit.refresh_from_db()
    assert (benefit.status, benefit.current_version_id) == before
    request = approvals.Request.objects.get(state="WAITING")
    path = f"/admin/approvals/request/{request.pk}/approve/"
    own = clerk.post(path, {"reason": "my own wish", "confirm": "1"})
    assert "cannot approve it" in own.content.decode()
    done = staff("ops").post(path, {"reason": "compared with the contract", "confirm": "1"})
    assert done.status_code == HTTPStatus.FOUND, done.content


def test_what_was_withdrawn_meanwhile_is_not_put_on_sale(clerk: Client, benefit: Benefit) -> None:
    versions.add(benefit, terms=versions.Terms(plans=[builders.make_plan("2A")]), actor="system:sync_plans", now=NOW)
    act(clerk, benefit, "publish", reason="as agreed", confirm="1")
    act(clerk, benefit, "withdraw", reason="enough", confirm="1")
    path = f"/admin/approvals/request/{approvals.Request.objects.get().pk}/approve/"

    answer = staff("ops").post(path, {"reason": "compared", "confirm": "1"})

    assert "ask again" in answer.content.decode()
    benefit.refresh_from_db()
    assert (benefit.status, approvals.Request.objects.get().state) == ("INACTIVE", "WAITING")


def test_a_new_benefit_is_a_draft_until_it_is_published(clerk: Client) -> None:
    provider = builders.make_provider()
    body = rows(PLAN) | {
        "name": "Nava Suraksha",
        "provider": str(provider.pk),
        "benefit_type": "INSURANCE_POLICY",
        "reason": "launch",
        "confirm": "1",
    }
    assert clerk.post("/admin/insurance/benefit/new/", body).status_code == HTTPStatus.FOUND
    benefit = Benefit.objects.get(name="Nava Suraksha")
    assert benefit.status == "DRAFT"
    assert "customers see and buy it" in act(clerk, benefit, "publish", reason="launch").content.decode()
    published(clerk, benefit)
    benefit.refresh_from_db()
    assert benefit.status == "ACTIVE"
    act(clerk, benefit, "withdraw", reason="enough", confirm="1")
    benefit.refresh_from_db()
    assert benefit.status == "INACTIVE"


def test_a_waiting_version_is_shown_and_published(clerk: Client, benefit: Benefit) -> None:
    terms = versions.Terms(plans=[builders.make_plan("2A")])
    versions.add(benefit, terms=terms, actor="system:sync_plans", now=NOW)
    assert "v2 to publish" in page(clerk, "benefit_changelist")
    published(clerk, benefit)
    benefit.refresh_from_db()
    assert benefit.current_version is not None
    assert benefit.current_version.number == 2
    assert "2A" in page(clerk, "benefit_change", benefit.pk)


def test_a_withdrawn_provider_takes_its_benefits_off_the_shelf(clerk: Client, benefit: Benefit) -> None:
    assert "1 off the shelf" in act(clerk, benefit.provider, "switch", reason="contract ended").content.decode()
    act(clerk, benefit.provider, "switch", reason="contract ended", confirm="1")
    assert not Benefit.objects.on_offer().exists()


def test_a_person_chooses_among_doubles(clerk: Client, user: User, benefit: Benefit) -> None:
    with pytest.raises(Exception, match="2 patients"):
        purchases.buy(application(user, benefit), gateway=Doubles(), actor="user:x", now=NOW)
    row = PatientRegistration.objects.get()
    assert page(clerk, "patientregistration_change", row.pk)
    act(clerk, row, "choose", patient="1", reason="same phone", confirm="1")
    row.refresh_from_db()
    assert (row.status, row.external_mrn) == ("REGISTERED", {"temp_number": "T2", "mrn": "MRN2"})


def test_the_enrolment_form_lies_beside_the_activation_and_is_noted(clerk: Client, policy: Policy, user: User) -> None:
    address = f"/admin/insurance/policy/{policy.pk}/enrolment_form.pdf"
    assert address in act(clerk, policy, "activate").content.decode()

    answer = clerk.get(address)

    assert (answer.headers["Content-Type"], answer.headers["X-Frame-Options"]) == ("application/pdf", "SAMEORIGIN")
    assert answer.content.startswith(b"%PDF")
    assert Access.objects.get(user=user).what == "enrolment form"
    assert staff("support").get(address).status_code == HTTPStatus.FORBIDDEN
