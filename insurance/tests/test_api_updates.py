"""`PATCH /insurance_policies/{id}` and cancel: every move of the table, codes, audit."""

from datetime import date
from http import HTTPStatus
from itertools import product
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from aarokya.common import state
from aarokya.common.errors import InvalidTransition
from aarokya.common.models import AuditEntry
from accounts.models import User
from insurance.models import Benefit, Policy, PolicyStatus
from insurance.services import lifecycle, premiums
from insurance.tests import builders
from insurance.tests.builders import NOW
from insurance.tests.test_api_preview import assert_refused


@pytest.fixture
def policy(user: User, benefit: Benefit) -> Policy:
    return builders.make_policy(user, benefit=benefit)


def patch(client: APIClient, policy: Policy, **body: Any) -> Any:
    return client.patch(f"/insurance_policies/{policy.pk}", body, format="json")


def test_activation_with_defaults(ops: APIClient, policy: Policy) -> None:
    with time_machine.travel("2026-11-20T18:30:00Z", tick=False):  # midnight in India: the 21st begins
        answer = patch(ops, policy, status="ACTIVE", external_policy_id="NH-1")
    assert answer.status_code == HTTPStatus.OK
    shown = answer.json()
    assert (shown["status"], shown["external_policy_id"], shown["premium_status"]) == ("active", "NH-1", "UNPAID")
    assert (shown["start_date"], shown["end_date"]) == ("2026-11-21", "2027-11-20")
    entry = AuditEntry.objects.get(action="policy.activated")
    assert (entry.actor, entry.after["premium_status"], entry.before["status"]) == ("staff:clerk", "UNPAID", "pending")


def test_activation_with_dates_and_in_two_steps(ops: APIClient, policy: Policy) -> None:
    first = patch(ops, policy, external_policy_id="NH-2", start_date="2026-12-01")
    assert first.json()["status"] == "pending"
    shown = patch(ops, policy, status="active", end_date="2027-05-31").json()
    assert (shown["external_policy_id"], shown["start_date"], shown["end_date"]) == ("NH-2", "2026-12-01", "2027-05-31")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"status": "active"}, "external_policy_id"),
        ({"status": "active", "external_policy_id": "N", "start_date": "2026-12-02", "end_date": "2026-12-01"}, "end_date"),
        ({"start_date": "2026-12-02", "end_date": "2026-12-01"}, "end_date"),
        ({"status": "rejected"}, "reason"),
        ({"status": "expired", "start_date": "2026-12-02"}, "status"),
        ({"status": "sold"}, "status"),
        ({"start_date": "tomorrow"}, "start_date"),
        ({"external_policy_id": ""}, "external_policy_id"),
    ],
)
def test_ip_1010_bad_updates(ops: APIClient, policy: Policy, body: dict[str, Any], field: str) -> None:
    answer = patch(ops, policy, **body)
    assert_refused(answer, "IP-1010", 400)
    assert answer.json()["details"][0]["field"] == field
    assert Policy.objects.get().status == "pending"


def test_unknown_fields_are_refused_and_an_empty_update_does_nothing(ops: APIClient, policy: Policy) -> None:
    assert_refused(patch(ops, policy, colour="blue"), "VALIDATION_ERROR", 400)
    audited = AuditEntry.objects.count()
    assert patch(ops, policy).json()["status"] == "pending"
    assert AuditEntry.objects.count() == audited


def test_a_number_belongs_to_one_policy_of_a_provider(ops: APIClient, policy: Policy) -> None:
    patch(ops, policy, status="active", external_policy_id="NH-1")
    other = builders.make_policy(benefit=policy.benefit)
    assert_refused(patch(ops, other, status="active", external_policy_id="NH-1"), "CONFLICT", 409)
    assert_refused(patch(ops, other, external_policy_id="NH-1"), "CONFLICT", 409)
    elsewhere = builders.make_policy()
    assert patch(ops, elsewhere, status="active", external_policy_id="NH-1").status_code == HTTPStatus.OK


def test_activating_twice_is_an_invalid_transition(ops: APIClient, policy: Policy) -> None:
    patch(ops, policy, status="active", external_policy_id="NH-1")
    assert_refused(patch(ops, policy, status="active", external_policy_id="NH-1"), "INVALID_TRANSITION", 409)


def test_rejection_needs_a_reason_and_frees_the_benefit(ops: APIClient, user: User, policy: Policy) -> None:
    shown = patch(ops, policy, status="rejected", reason="The insurer declined").json()
    assert shown["status"] == "rejected"
    assert AuditEntry.objects.get(action="policy.rejected").reason == "The insurer declined"
    assert builders.make_policy(user, benefit=policy.benefit).status == "pending"


def test_the_customer_cancels_while_pending_and_unpaid(client_of_user: APIClient, user: User, policy: Policy) -> None:
    path = f"/users/{user.pk}/insurance_policies/{policy.pk}/cancel"
    assert client_of_user.post(path, {"reason": "changed my mind"}, format="json").json()["status"] == "cancelled"
    assert_refused(client_of_user.post(path, {}, format="json"), "INVALID_TRANSITION", 409)


def test_a_paid_policy_cannot_be_cancelled(client_of_user: APIClient, user: User, policy: Policy) -> None:
    premiums.receive(policy.pk, order_id="O1", amount=policy.annual_premium, now=NOW)
    path = f"/users/{user.pk}/insurance_policies/{policy.pk}/cancel"
    assert_refused(client_of_user.post(path, {}, format="json"), "INVALID_TRANSITION", 409)


def test_support_does_not_cancel_for_a_customer(user: User, policy: Policy) -> None:
    path = f"/users/{user.pk}/insurance_policies/{policy.pk}/cancel"
    assert_refused(builders.staff_client("support").post(path, {}, format="json"), "IP-1012", 403)


ISSUED = {"external_policy_id": "NH-9", "start_date": date(2026, 1, 1), "end_date": date(2026, 12, 31)}


@pytest.mark.parametrize(("old", "new"), list(product(PolicyStatus, PolicyStatus)))
def test_moves(policy: Policy, old: PolicyStatus, new: PolicyStatus) -> None:
    Policy.objects.filter(pk=policy.pk).update(status=old, **ISSUED)
    row = Policy.objects.get()
    if new in Policy.MOVES[old]:
        state.move(row, new)
        assert Policy.objects.get().status == new
    else:
        with pytest.raises(InvalidTransition):
            state.move(row, new)


def test_staff_move_an_issued_policy_on(ops: APIClient, policy: Policy) -> None:
    patch(ops, policy, status="active", external_policy_id="NH-1")
    assert patch(ops, policy, status="REQUIRES_POLICY_REISSUANCE").json()["status"] == "requires_policy_reissuance"
    assert_refused(patch(ops, policy, status="pending"), "INVALID_TRANSITION", 409)
    assert_refused(patch(ops, policy, status="cancelled"), "INVALID_TRANSITION", 409)


def test_what_was_sold_cannot_change(policy: Policy) -> None:
    for change in ({"plan_code": "2A"}, {"premium_amounts": {"daily": 1, "annual": 1, "currency": "INR"}}):
        with pytest.raises(IntegrityError, match="cannot change"), transaction.atomic():
            Policy.objects.filter(pk=policy.pk).update(**change)


def test_an_issued_policy_has_number_and_term(policy: Policy) -> None:
    with pytest.raises(IntegrityError, match="policy_issued_complete"), transaction.atomic():
        Policy.objects.filter(pk=policy.pk).update(status=PolicyStatus.ACTIVE)


def test_a_stale_screen_loses(policy: Policy) -> None:
    stale = Policy.objects.get()
    lifecycle.cancel(policy, actor="user:x", now=NOW)
    with pytest.raises(InvalidTransition):
        lifecycle.activate(stale, external_policy_id="NH-1", actor="staff:x", now=NOW)
