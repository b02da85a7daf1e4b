"""The older `/insurance/*` paths: plans, the price formula, purchase with a paid order, one policy."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx2
import pytest
import time_machine
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from aarokya.common import outbox
from aarokya.common.ids import order_id, uuid7
from aarokya.common.money import Money
from accounts.models import User
from insurance import indicative
from insurance.models import Benefit, OrderUse, PlanVariant, Policy
from insurance.tests import builders
from insurance.tests.builders import NOW
from insurance.tests.test_api_preview import assert_refused
from payments.models import Order, OrderStatus
from wallets import services as wallets
from wallets.selectors import wallet_of

SPOUSE = {"name": "Meena Kumar", "relationship": "SPOUSE", "dob": "1992-04-15", "gender": "FEMALE"}
CHILD = {"name": "Asha Kumar", "relationship": "CHILD", "dob": "2016-03-01", "gender": "FEMALE"}


@pytest.mark.parametrize(
    ("age", "spouses", "children", "parts", "total"),
    [
        (40, 1, 1, (250_00, 1_500_00, 1_000_00), 9_145_00),
        (38, 0, 0, (0, 0, 0), 5_900_00),
        (52, 1, 0, (750_00, 1_500_00, 0), 8_555_00),
        (35, 0, 0, (0, 0, 0), 5_900_00),
    ],
)
def test_the_worked_examples(age: int, spouses: int, children: int, parts: tuple[int, int, int], total: int) -> None:
    found = indicative.breakdown(base=5_000_00, age=age, spouses=spouses, children=children)
    assert (found.age_loading, found.spouse_loading, found.child_loading) == parts
    assert found.total == total


@given(st.integers(1, 10**12), st.integers(0, 120), st.integers(0, 1), st.integers(0, 4))
def test_the_formula_never_falls_with_family_or_age(base: int, age: int, spouses: int, children: int) -> None:
    found = indicative.breakdown(base=base, age=age, spouses=spouses, children=children)
    assert found.total == found.subtotal + found.gst
    for more in ({"age": age + 1}, {"children": children + 1}):
        family: dict[str, Any] = {"base": base, "age": age, "spouses": spouses, "children": children} | more
        assert indicative.breakdown(**family).total >= found.total


def variant(benefit: Benefit, code: str) -> PlanVariant:
    assert benefit.current_version is not None
    return benefit.current_version.variants.get(plan_code=code)


def paid_order(user: User, *, amount: int = 109_500, status: OrderStatus = OrderStatus.CHARGED) -> Order:
    """A top-up that was charged, its money in the wallet."""
    with transaction.atomic():
        outbox.emit("user.registered", payload={"user_id": str(user.pk)}, now=NOW)
    number = order_id()
    if status == OrderStatus.CHARGED:
        wallets.credit_topup(user_id=user.pk, order_id=number, amount=Money(amount), now=NOW)
    return Order.objects.create(
        order_id=number,
        user=user,
        type="WALLET_TOPUP",
        amount=Money(amount),
        gateway_amount=Money(amount),
        reference_type="wallet",
        reference_id=str(user.pk),
        opened_at=NOW,
        expires_at=NOW,
        status=status,
    )


def purchase(client: APIClient, plan: PlanVariant, order: Order | str, *family: dict[str, str], **more: Any) -> Any:
    number = order if isinstance(order, str) else order.order_id
    body = {"plan_id": str(plan.pk), "payment_order_id": number, "dependants": list(family)} | more
    with time_machine.travel(NOW, tick=False):
        return client.post("/insurance/purchase", body, format="json")


def test_plans_and_filters(client_of_user: APIClient) -> None:
    small = builders.make_plan("1A", coverage=Money(200_000_00))
    large = builders.make_plan("2A", coverage=Money(300_000_00), annual_premium=Money(200_000))
    builders.make_benefit(plans=[small, large])
    shown = client_of_user.get("/insurance/plans").json()["plans"]
    assert [(each["plan_code"], each["plan_type"], each["coverage_type"], each["base_premium"]) for each in shown] == [
        ("1A", "INDIVIDUAL", "BASIC", 109_500),
        ("2A", "FAMILY", "COMPREHENSIVE", 200_000),
    ]
    for query, codes in (
        ("plan_type=family", ["2A"]),
        ("plan_type=GROUP", []),
        ("coverage_type=BASIC", ["1A"]),
        ("min_sum_insured=30000000", ["2A"]),
        ("max_premium=109500", ["1A"]),
    ):
        assert [each["plan_code"] for each in client_of_user.get(f"/insurance/plans?{query}").json()["plans"]] == codes
    assert_refused(client_of_user.get("/insurance/plans?plan_type=x"), "IP-1010", 400)


def test_calculate_premium(client_of_user: APIClient, benefit: Benefit) -> None:
    body = {
        "plan_id": str(variant(benefit, "1A").pk),
        "policyholder": {"dob": "1986-11-20", "gender": "MALE"},
        "dependants": [{"relationship": "spouse", "dob": "1990-01-01", "gender": "FEMALE"}],
    }
    with time_machine.travel(NOW, tick=False):
        shown = client_of_user.post("/insurance/calculate-premium", body, format="json").json()
    assert (shown["base_premium"], shown["age_loading"], shown["spouse_loading"]) == (109_500, 5_475, 32_850)
    assert (shown["subtotal"], shown["gst"], shown["total"]) == (147_825, 26_609, 174_434)
    assert shown["sold_as"]["plan_code"] == "2A"
    missing = body | {"plan_id": str(uuid7())}
    assert_refused(client_of_user.post("/insurance/calculate-premium", missing, format="json"), "IP-1022", 404)
    assert_refused(client_of_user.post("/insurance/calculate-premium", body | {"plan_id": "x"}, format="json"), "IP-1011", 400)


def test_a_paid_order_buys_one_policy(client_of_user: APIClient, user: User, benefit: Benefit, hospital: httpx2.Client) -> None:
    order = paid_order(user)
    answer = purchase(client_of_user, variant(benefit, "2A1C"), order, SPOUSE, CHILD)
    assert answer.status_code == HTTPStatus.CREATED, answer.content
    shown = answer.json()
    assert (shown["plan_code"], shown["premium_status"]) == ("2A1C", "PAID")
    assert [each["first_name"] for each in shown["dependants"]] == ["Ravi", "Meena", "Asha"]
    assert wallet_of(user.pk).available == Money(0)
    assert client_of_user.get(f"/insurance/policies/{shown['id']}").json() == shown
    assert_refused(purchase(client_of_user, variant(benefit, "2A1C"), order, SPOUSE, CHILD), "IP-1021", 409)
    stranger = builders.client_of(builders.make_user())
    assert_refused(stranger.get(f"/insurance/policies/{shown['id']}"), "IP-1001", 404)


def test_a_premium_order_shows_the_policy_it_bought(client_of_user: APIClient, user: User, benefit: Benefit) -> None:
    policy = builders.make_policy(user, benefit=benefit)
    paid_order(user)
    body = {"type": "INSURANCE_PREMIUM", "policy_id": str(policy.pk), "payment_method": "WALLET"}
    number = client_of_user.post("/payments/session", body, format="json").json()["order_id"]
    assert purchase(client_of_user, variant(benefit, "1A"), number).json()["id"] == str(policy.pk)
    assert_refused(purchase(client_of_user, variant(builders.make_benefit(), "1A"), number), "IP-1021", 409)


def test_ip_1020_unpaid_or_too_little(client_of_user: APIClient, user: User, benefit: Benefit) -> None:
    plan = variant(benefit, "1A")
    assert_refused(purchase(client_of_user, plan, paid_order(user, status=OrderStatus.FAILED)), "IP-1020", 409)
    assert_refused(purchase(client_of_user, plan, paid_order(user, amount=109_499)), "IP-1020", 409)
    assert_refused(purchase(client_of_user, plan, "0" * 20), "NOT_FOUND", 404)
    assert_refused(purchase(client_of_user, plan, paid_order(builders.make_user())), "NOT_FOUND", 404)
    assert not Policy.objects.exists()
    assert not OrderUse.objects.exists()


def test_ip_1022_another_plan_than_the_familys(client_of_user: APIClient, user: User, benefit: Benefit) -> None:
    answer = purchase(client_of_user, variant(benefit, "1A"), paid_order(user), SPOUSE)
    assert_refused(answer, "IP-1022", 404)
    assert str(variant(benefit, "2A").pk) in answer.json()["message"]


def test_a_use_whose_policy_never_came_is_free_again(
    client_of_user: APIClient, user: User, benefit: Benefit, hospital: httpx2.Client
) -> None:
    order = paid_order(user)
    OrderUse.objects.create(order_id=order.order_id, policy_id=uuid7())
    answer = purchase(client_of_user, variant(benefit, "1A"), order)
    assert answer.status_code == HTTPStatus.CREATED
    assert OrderUse.objects.get().policy_id == UUID(answer.json()["id"])


def test_what_the_wallet_cannot_pay_is_undone(
    client_of_user: APIClient, user: User, benefit: Benefit, hospital: httpx2.Client
) -> None:
    order = paid_order(user)
    other = builders.make_policy(user)
    body = {"type": "INSURANCE_PREMIUM", "policy_id": str(other.pk), "payment_method": "WALLET"}
    assert client_of_user.post("/payments/session", body, format="json").json()["status"] == "SUCCESS"
    assert_refused(purchase(client_of_user, variant(benefit, "1A"), order), "INSUFFICIENT_BALANCE", 402)
    assert Policy.objects.exclude(pk=other.pk).get().status == "cancelled"
