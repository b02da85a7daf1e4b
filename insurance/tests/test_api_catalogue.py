"""Providers, benefits and MRNs through the API: fields, codes, who may what."""

from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from aarokya.common.ids import uuid7
from aarokya.common.models import AuditEntry
from accounts.models import Dependant, DependantStatus, Staff, User, UserStatus
from approvals import services as engine
from approvals.models import Request
from insurance.models import Benefit, BenefitVersion, PlanVariant
from insurance.services import demo
from insurance.tests import builders
from insurance.tests.builders import NOW
from insurance.tests.test_api_preview import assert_refused

PLAN = {"daily_premium_amount": 300, "annual_premium_amount": 109_500, "coverage_amount": 10_000_000}
INSURANCE = {"benefit_type": "INSURANCE_POLICY", "description": "Cover", "max_dependants": 3, "plans": {"1A": PLAN}}


def body_of(provider_id: object, **changes: Any) -> dict[str, Any]:
    body = {"name": "Suraksha", "benefit_type": "INSURANCE_POLICY", "provider_id": str(provider_id), "benefit_details": INSURANCE}
    return body | changes


def second_person() -> str:
    """Somebody else who may put plans on sale."""
    staff, _ = Staff.objects.get_or_create(username="bela", defaults={"is_staff": True})
    staff.groups.add(Group.objects.get(name="ops"))
    return "staff:bela"


def test_provider_life(ops: APIClient, db: None) -> None:
    created = ops.post("/benefit_providers", {"name": "Narayana Health"}, format="json")
    assert created.status_code == HTTPStatus.CREATED
    provider = created.json()
    assert set(provider) == {"id", "name", "status", "created_at", "last_modified_at"}
    path = f"/benefit_providers/{provider['id']}"
    assert ops.get(path).json() == provider
    assert ops.patch(path, {"name": "NH"}, format="json").json()["name"] == "NH"
    assert ops.delete(path).json()["status"] == "INACTIVE"
    assert ops.get("/benefit_providers?status=inactive").json()["total"] == 1
    assert [each.action for each in AuditEntry.objects.order_by("number")] == [
        "provider.added",
        "provider.changed",
        "provider.changed",
    ]


def test_provider_codes(ops: APIClient, client_of_user: APIClient) -> None:
    provider = builders.make_provider("NH")
    assert_refused(ops.get(f"/benefit_providers/{uuid7()}"), "BPE-401", 404)
    assert_refused(ops.post("/benefit_providers", {"name": provider.name}, format="json"), "BPE-402", 409)
    assert_refused(ops.post("/benefit_providers", {"name": 7}, format="json"), "BPE-403", 400)
    assert_refused(ops.get("/benefit_providers/x"), "BPE-403", 400)
    assert_refused(client_of_user.get("/benefit_providers"), "FORBIDDEN", 403)


def test_benefit_fields_and_versions(administrator: APIClient) -> None:
    ops, provider = administrator, builders.make_provider()
    created = ops.post("/benefits", body_of(provider.pk), format="json")
    assert created.status_code == HTTPStatus.CREATED
    benefit = created.json()
    plan: dict[str, Any] = PLAN | {
        "description": "",
        "sponsor_contribution": 0,
        "currency": "INR",
        "grace_period_days": None,
        "duration": {"years": 1},
        "questionnaire": [],
    }
    assert benefit["benefit_details"] == INSURANCE | {"includes_teleconsultation": True, "plans": {"1A": plan}}
    assert (benefit["provider_name"], benefit["status"]) == (provider.name, "ACTIVE")
    path = f"/benefits/{benefit['id']}"
    edited = ops.patch(path, {"benefit_details": INSURANCE | {"plans": {"1A": PLAN, "2A": PLAN}}}, format="json").json()
    assert sorted(edited["benefit_details"]["plans"]) == ["1A", "2A"]
    assert BenefitVersion.objects.count() == 2
    ops.patch(path, {"benefit_details": edited["benefit_details"]}, format="json")
    ops.patch(path, {}, format="json")
    assert BenefitVersion.objects.count() == 2
    assert ops.delete(path).json()["status"] == "INACTIVE"


def test_what_a_clerk_would_sell_waits_for_a_second_person(ops: APIClient, client_of_user: APIClient) -> None:
    created = ops.post("/benefits", body_of(builders.make_provider().pk), format="json")
    path = f"/benefits/{created.json()['id']}"
    assert (created.status_code, created.json()["status"]) == (201, "DRAFT")
    assert_refused(client_of_user.get(path), "BE-501", 404)
    asked = Request.objects.get()
    assert (asked.kind, asked.requested_by) == ("PLAN", "staff:clerk")
    engine.approve(request_id=asked.pk, actor=second_person(), now=NOW)
    assert client_of_user.get(path).json()["benefit_details"]["plans"].keys() == {"1A"}

    renamed = ops.patch(path, {"name": "Another name"}, format="json")
    assert (renamed.status_code, renamed.json()["name"]) == (200, "Another name")
    waits = ops.patch(path, {"benefit_details": INSURANCE | {"plans": {"1A": PLAN, "2A": PLAN}}}, format="json")
    assert (waits.status_code, sorted(waits.json()["benefit_details"]["plans"])) == (202, ["1A"])
    engine.approve(request_id=Request.objects.latest("created_at").pk, actor=second_person(), now=NOW)
    assert sorted(ops.get(path).json()["benefit_details"]["plans"]) == ["1A", "2A"]

    assert ops.delete(path).json()["status"] == "INACTIVE"
    assert ops.patch(path, {"status": "ACTIVE"}, format="json").status_code == 202
    assert ops.get(path).json()["status"] == "INACTIVE"


def test_consultation(ops: APIClient) -> None:
    details = {"type": "Consultation", "description": "Talk"}
    body = body_of(builders.make_provider().pk, benefit_type="consultation", benefit_details=details)
    shown = ops.post("/benefits", body, format="json").json()
    assert shown["benefit_details"] == {"benefit_type": "CONSULTATION", "description": "Talk"}


@pytest.mark.parametrize(
    ("details", "code", "field"),
    [
        ({"benefit_type": "CONSULTATION", "description": "x"}, "BE-503", "benefit_details.benefit_type"),
        ({"description": "x"}, "BE-505", "benefit_details"),
        ({"plans": {}}, "BE-505", "benefit_details.plans"),
        ({"plans": {"two": PLAN}}, "BE-505", "benefit_details.plans"),
        ({"plans": {"1A": PLAN | {"daily_premium_amount": 3.0}}}, "BE-505", "benefit_details.plans.1A.daily_premium_amount"),
        ({"plans": {"1A": PLAN | {"coverage_amount": -1}}}, "BE-505", "benefit_details.plans.1A.coverage_amount"),
        ({"plans": {"1A": PLAN | {"coverage_amount": True}}}, "BE-505", "benefit_details.plans.1A.coverage_amount"),
        ({"plans": {"1A": PLAN | {"duration": {"years": 1, "days": 2}}}}, "BE-505", "benefit_details.plans.1A.duration"),
    ],
)
def test_misshapen_details_name_the_path(ops: APIClient, details: dict[str, Any], code: str, field: str) -> None:
    answer = ops.post("/benefits", body_of(builders.make_provider().pk, benefit_details=details), format="json")
    assert_refused(answer, code, 400)
    assert answer.json()["details"][0]["field"] == field
    assert not Benefit.objects.exists()


def test_benefit_codes(ops: APIClient, benefit: Benefit) -> None:
    assert_refused(ops.get(f"/benefits/{uuid7()}"), "BE-501", 404)
    assert_refused(ops.post("/benefits", body_of(benefit.provider_id, name=benefit.name), format="json"), "BE-502", 409)
    assert_refused(ops.post("/benefits", body_of(uuid7()), format="json"), "BE-504", 404)
    ops.delete(f"/benefit_providers/{benefit.provider_id}")
    assert_refused(ops.post("/benefits", body_of(benefit.provider_id), format="json"), "BE-504", 404)
    assert_refused(ops.get("/benefits/x"), "BE-505", 400)
    assert_refused(ops.post("/benefits", {}, format="json"), "BE-505", 400)


def test_customers_see_what_is_on_offer(client_of_user: APIClient, ops: APIClient, benefit: Benefit) -> None:
    hidden = builders.make_benefit()
    ops.delete(f"/benefits/{hidden.pk}")
    for query in ("", "?status=INACTIVE"):
        assert [each["id"] for each in client_of_user.get(f"/benefits{query}").json()["data"]] == [str(benefit.pk)]
    assert ops.get("/benefits").json()["total"] == 2
    assert ops.get("/benefits?status=inactive").json()["total"] == 1
    assert client_of_user.get(f"/benefits/{benefit.pk}").json()["id"] == str(benefit.pk)
    assert_refused(client_of_user.get(f"/benefits/{hidden.pk}"), "BE-501", 404)


def test_who_may_what(client_of_user: APIClient, benefit: Benefit) -> None:
    onboarding = builders.client_of(builders.make_user(status=UserStatus.ONBOARDING))
    assert_refused(onboarding.get("/benefits"), "FORBIDDEN", 403)
    for client in (client_of_user, builders.staff_client("support")):
        assert_refused(client.post("/benefits", body_of(benefit.provider_id), format="json"), "FORBIDDEN", 403)
        assert_refused(client.delete(f"/benefits/{benefit.pk}"), "FORBIDDEN", 403)


@pytest.mark.parametrize("number", [1, 5])
def test_the_list_costs_three_queries(client_of_user: APIClient, number: int) -> None:
    for _ in range(number):
        builders.make_benefit()
    with CaptureQueriesContext(connection) as queries:
        assert client_of_user.get("/benefits").json()["total"] == number
    assert len(queries) == 3  # benefits, variants, total


def test_prices_once_sold_cannot_change(benefit: Benefit) -> None:
    for rows in (PlanVariant.objects.all(), BenefitVersion.objects.all()):
        with pytest.raises(Exception, match=r"append-only|permission denied"), transaction.atomic():
            rows.update(description="cheaper")
    with pytest.raises(IntegrityError), transaction.atomic():
        Benefit.objects.filter(pk=benefit.pk).update(current_version=None)


def test_demo_catalogue_is_installed_once(db: None) -> None:
    first = demo.install_demo_catalogue(now=NOW)
    assert demo.install_demo_catalogue(now=NOW) == first
    assert first.current_version is not None
    assert sorted(variant.plan_code for variant in first.current_version.variants.all()) == ["1A", "1A1C", "2A", "2A1C", "2A2C"]
    assert first.provider.name == "Narayana Health"
    assert Benefit.objects.count() == 2


def test_mrn_life(client_of_user: APIClient, ops: APIClient, user: User, child: Dependant) -> None:
    provider = builders.make_provider()
    body = {
        "dependant_id": str(child.pk),
        "benefit_provider_id": str(provider.pk),
        "external_mrn": {"mrn": "M1", "temp_number": "T1"},
    }
    created = client_of_user.post("/mrns", body, format="json")
    assert created.status_code == HTTPStatus.CREATED
    mrn = created.json()
    assert mrn | body | {"primary_user_id": str(user.pk), "status": "ACTIVE"} == mrn
    path = f"/mrns/{mrn['id']}"
    assert client_of_user.get(path).json() == mrn
    for query in (
        "mrn=T1",
        "mrn=M1",
        f"dependant_id={child.pk}",
        f"primary_user_id={user.pk}",
        f"benefit_provider_id={provider.pk}",
    ):
        assert client_of_user.get(f"/mrns?{query}").json()["total"] == 1, query
    assert client_of_user.get("/mrns?mrn=T2").json()["total"] == 0
    assert_refused(client_of_user.delete(path), "FORBIDDEN", 403)
    assert ops.delete(path).json()["status"] == "INACTIVE"
    assert_refused(client_of_user.get(path), "MR-901", 404)
    again = client_of_user.post("/mrns", body | {"external_mrn": None, "mrn": "M2"}, format="json")
    assert_refused(again, "VALIDATION_ERROR", 400)
    del body["external_mrn"]
    assert client_of_user.post("/mrns", body | {"mrn": "M2"}, format="json").json()["external_mrn"] == {"mrn": "M2"}


def test_mrn_codes(client_of_user: APIClient, child: Dependant) -> None:
    provider = builders.make_provider()
    body = {"dependant_id": str(child.pk), "benefit_provider_id": str(provider.pk), "mrn": "M1"}
    stranger = builders.make_user()
    theirs = builders.make_dependant(stranger)
    assert_refused(client_of_user.post("/mrns", body | {"dependant_id": str(theirs.pk)}, format="json"), "MR-902", 403)
    client_of_user.post("/mrns", body, format="json")
    assert_refused(client_of_user.post("/mrns", body, format="json"), "MR-903", 409)
    assert_refused(client_of_user.post("/mrns", body | {"benefit_provider_id": str(uuid7())}, format="json"), "MR-905", 404)
    assert_refused(client_of_user.post("/mrns", body | {"dependant_id": "x"}, format="json"), "MR-906", 400)
    assert_refused(client_of_user.get("/mrns/x"), "MR-906", 400)
    Dependant.objects.filter(pk=child.pk).update(status=DependantStatus.DISCARDED)
    assert_refused(client_of_user.post("/mrns", body, format="json"), "MR-904", 404)
    assert builders.client_of(stranger).get("/mrns").json()["total"] == 0
