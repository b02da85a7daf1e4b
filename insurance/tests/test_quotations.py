"""Signed quotes: the price of the preview for 24 hours, or words about what changed."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import httpx2
import pytest
import time_machine
from rest_framework.test import APIClient

from aarokya.common.money import Money
from accounts.models import Dependant, User
from insurance.models import Benefit, Policy
from insurance.services import catalogue
from insurance.services.versions import Terms
from insurance.tests import builders
from insurance.tests.builders import NOW
from insurance.tests.test_api_preview import assert_refused


def preview(client: APIClient, user: User, benefit: Benefit, *dependants: Dependant) -> str:
    body = {"benefit_id": str(benefit.pk), "dependant_ids": [str(each.pk) for each in dependants]}
    with time_machine.travel(NOW, tick=False):
        shown = client.post(f"/users/{user.pk}/insurance_policies/preview?quote=true", body, format="json").json()
    assert shown["quote_expires_at"] == "2026-11-21T06:30:00.000000Z"
    return str(shown["quote"])


def buy(client: APIClient, user: User, benefit: Benefit, *dependants: Dependant, quote: str, hours: int = 1) -> Any:
    body: dict[str, Any] = {
        "benefit_id": str(benefit.pk),
        "dependant_ids": [str(each.pk) for each in dependants],
        "quote": quote,
    }
    if dependants:
        body["nominee_details"] = {"type": "dependant", "dependant_id": str(dependants[0].pk)}
    with time_machine.travel(NOW + timedelta(hours=hours), tick=False):
        return client.post(f"/users/{user.pk}/insurance_policies", body, format="json")


def reprice(benefit: Benefit, **changes: Any) -> None:
    plans = tuple(builders.make_plan(code, **changes) for code in ("1A", "2A", "2A1C"))
    catalogue.change(benefit, terms=Terms(description="Hospital cover", plans=plans), actor="staff:x", now=NOW)


def test_buys_exactly_the_price(
    client_of_user: APIClient, user: User, spouse: Dependant, benefit: Benefit, hospital: httpx2.Client
) -> None:
    quote = preview(client_of_user, user, benefit, spouse)
    answer = buy(client_of_user, user, benefit, spouse, quote=quote)
    assert answer.status_code == HTTPStatus.CREATED
    assert answer.json()["premium_amounts"] == {"daily": 300, "annual": 109_500, "currency": "INR"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"annual_premium": Money(120_000)}, "the annual premium is 120000 instead of 109500 paise"),
        ({"daily_premium": Money(400)}, "the daily premium is 400 instead of 300 paise"),
        ({"coverage": Money(1)}, "the terms of the benefit"),
    ],
)
def test_ip_1019_says_what_changed(
    client_of_user: APIClient, user: User, benefit: Benefit, changes: dict[str, Any], words: str
) -> None:
    quote = preview(client_of_user, user, benefit)
    reprice(benefit, **changes)
    answer = buy(client_of_user, user, benefit, quote=quote)
    assert_refused(answer, "IP-1019", 409)
    assert words in answer.json()["message"]
    assert not Policy.objects.exists()


def test_ip_1019_other_members_and_other_people(
    client_of_user: APIClient, user: User, benefit: Benefit, spouse: Dependant
) -> None:
    quote = preview(client_of_user, user, benefit)
    message = buy(client_of_user, user, benefit, spouse, quote=quote).json()["message"]
    assert "the members are others; the plan is 2A instead of 1A" in message
    stranger = builders.make_user()
    assert_refused(buy(builders.client_of(stranger), stranger, benefit, quote=quote), "IP-1019", 409)


def test_ip_1018_after_a_day(client_of_user: APIClient, user: User, benefit: Benefit) -> None:
    quote = preview(client_of_user, user, benefit)
    assert_refused(buy(client_of_user, user, benefit, quote=quote, hours=24), "IP-1018", 409)


def test_ip_1010_forged(client_of_user: APIClient, user: User, benefit: Benefit) -> None:
    quote = preview(client_of_user, user, benefit)
    for wrong in (quote[:-3] + "abc", "x", "a:b:c"):
        assert_refused(buy(client_of_user, user, benefit, quote=wrong), "IP-1010", 400)
