"""Every act on a list shows its effect and asks for a typed reason before anything happens."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory

from accounts.models import Staff
from approvals.models import Delegation, Limit, Request
from backoffice.tests.conftest import SignIn

pytestmark = pytest.mark.django_db
ACTS = [(model, name) for model, page in admin.site._registry.items() for name in page.actions or ()]


@pytest.mark.parametrize(("model", "name"), ACTS, ids=[f"{model._meta.label_lower}.{name}" for model, name in ACTS])
@pytest.mark.parametrize("typed", [{}, {"reason": ""}, {"reason": "x", "confirm": "1"}])
def test_every_act_on_a_list_asks_for_a_reason(model: Any, name: str, typed: dict[str, str]) -> None:
    request = RequestFactory().post("/admin/", {"action": name, **typed})
    request.user = Staff.objects.create(username="boss", is_staff=True, is_superuser=True)
    request.session = {}  # type: ignore[assignment]  # nothing is kept here

    answer: Any = getattr(admin.site._registry[model], name)(request, model._default_manager.none())

    assert "reason" in answer.context_data["form"].fields


def test_there_are_acts_on_lists() -> None:
    assert len(ACTS) >= 4


@pytest.mark.parametrize("model", [Request, Limit, Delegation])
def test_the_pages_of_approvals_open(sign_in: SignIn, model: Any) -> None:
    boss = sign_in()
    assert boss.get(f"/admin/approvals/{model._meta.model_name}/").status_code == 200


def test_a_limit_changes_once_two_superusers_agree(sign_in: SignIn) -> None:
    limit = Limit.objects.get(kind="REFUND", role="finance")
    first = sign_in()
    body = {"alone_up_to": "1,000.00", "approve_up_to": "", "reason": "too many mistakes", "confirm": "1"}
    assert first.post(f"/admin/approvals/limit/{limit.pk}/change-limit/", body).status_code == 302
    path = f"/admin/approvals/request/{Request.objects.get().pk}/approve/"
    assert "cannot approve it" in first.post(path, {"reason": "mine", "confirm": "1"}).content.decode()
    Staff.objects.filter(username="boss").update(username="somebody-else")  # a new name is not another person
    assert "cannot approve it" in first.post(path, {"reason": "mine", "confirm": "1"}).content.decode()
    Staff.objects.filter(username="somebody-else").update(username="first")

    second = Client()
    second.force_login(Staff.objects.create(username="second", is_staff=True, is_superuser=True))
    assert second.post(path, {"reason": "agreed", "confirm": "1"}).status_code == 302

    limit.refresh_from_db()
    assert (limit.alone_up_to, limit.approve_up_to) == (100_000, None)
    assert "₹1,000.00" in first.get("/admin/approvals/limit/").content.decode()


def test_somebody_stands_in(sign_in: SignIn) -> None:
    sign_in("ops")
    finance = sign_in("finance")
    taker = Staff.objects.get(username="ops")
    body = {"taker": str(taker.pk), "first_day": "2020-01-01", "last_day": "2020-01-02", "reason": "on leave"}
    assert "in the future" in finance.post("/admin/approvals/delegation/delegate/", body).content.decode()

    days = {"first_day": "2099-01-01", "last_day": "2099-01-31"}
    assert finance.post("/admin/approvals/delegation/delegate/", body | days).status_code == 302

    made = Delegation.objects.get()
    assert (made.giver.username, made.taker) == ("finance", taker)
    assert (made.ends_at - made.starts_at).days == 31
    assert finance.post(f"/admin/approvals/delegation/{made.pk}/end/", {"reason": "back", "confirm": "1"}).status_code == 302
    made.refresh_from_db()
    assert made.ended_by == "staff:finance"
