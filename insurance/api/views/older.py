"""The older `/insurance/*` paths, over the same services."""

from datetime import date
from typing import Any

from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.idempotency import idempotent
from aarokya.common.api.schema import documented
from aarokya.common.api.views import CustomerAPIView, CustomerRequest
from aarokya.common.clock import age_on, ist_day
from accounts.models import Gender, Salutation
from accounts.services.dependants import Person
from insurance import gateways, indicative
from insurance.api import render
from insurance.api.serializers import older as wire
from insurance.api.serializers.older import CoverageType, OlderRelationship, PlanType
from insurance.api.serializers.policies import PolicyOutput
from insurance.api.views.policies import PREVIEW_ERRORS, PolicyView
from insurance.models import PlanVariant
from insurance.plans import counts, plan_code
from insurance.selectors import catalogue, policies
from insurance.services import prepaid

LAKH = 100_000_00  # paise
BASIC_UP_TO = 2 * LAKH
COMPREHENSIVE_UP_TO = 10 * LAKH
SALUTATIONS = {Gender.MALE: Salutation.MR, Gender.FEMALE: Salutation.MS, Gender.OTHER: Salutation.MS}


class OlderPlansView(PolicyView, CustomerAPIView):
    """`GET /insurance/plans`"""

    @documented(
        "Plans on offer (older path)", response=wire.OlderPlansOutput, parameters=[wire.OlderPlanQuery], errors=("IP-1010",)
    )
    def get(self, request: CustomerRequest) -> Response:
        asked = self.query(wire.OlderPlanQuery, request)
        return Response({"plans": [shown for row in catalogue.plans_on_offer() if wanted(shown := plan(row), asked)]})


def plan(row: PlanVariant) -> dict[str, Any]:
    adults, children = counts(row.plan_code)
    return {
        "id": str(row.pk),
        "name": f"{row.version.benefit.name} {row.plan_code}",
        "plan_code": row.plan_code,
        "plan_type": PlanType.INDIVIDUAL.value if adults + children == 1 else PlanType.FAMILY.value,
        "coverage_type": coverage_type(row.coverage.paise).value,
        "provider_name": row.version.benefit.provider.name,
        "benefit_id": str(row.version.benefit_id),
        "sum_insured": row.coverage.paise,
        "base_premium": row.annual_premium.paise,
        "daily_premium": row.daily_premium.paise,
        "currency": row.currency,
        "includes_teleconsultation": row.version.includes_teleconsultation,
    }


def coverage_type(paise: int) -> CoverageType:
    if paise <= BASIC_UP_TO:
        return CoverageType.BASIC
    return CoverageType.COMPREHENSIVE if paise <= COMPREHENSIVE_UP_TO else CoverageType.PREMIUM


def wanted(shown: dict[str, Any], asked: dict[str, Any]) -> bool:
    equal = all(shown[name] == asked.get(name, shown[name]) for name in ("plan_type", "coverage_type"))
    enough = bool(shown["sum_insured"] >= asked.get("min_sum_insured", 0))
    return equal and enough and bool(shown["base_premium"] <= asked.get("max_premium", shown["base_premium"]))


class CalculatePremiumView(PolicyView, CustomerAPIView):
    """`POST /insurance/calculate-premium`"""

    @documented(
        "The older price formula, and what the plan is sold for; writes nothing",
        request=wire.CalculateInput,
        response=wire.CalculateOutput,
        errors=("IP-1010", "IP-1011", "IP-1022"),
    )
    def post(self, request: CustomerRequest) -> Response:
        body = self.parse(wire.CalculateInput, request.data)
        return Response(calculated(catalogue.plan(body["plan_id"]), body, day=ist_day(clock.now())))


def calculated(variant: PlanVariant, body: dict[str, Any], *, day: date) -> dict[str, Any]:
    relationships = [member["relationship"] for member in body["dependants"]]
    ages = [age_on(day, born_on=person["dob"]) for person in (body["policyholder"], *body["dependants"])]
    found = indicative.breakdown(
        base=variant.annual_premium.paise,
        age=ages[0],
        spouses=relationships.count(OlderRelationship.SPOUSE),
        children=relationships.count(OlderRelationship.CHILD),
    )
    names = ("base_premium", "age_loading", "spouse_loading", "child_loading", "subtotal", "gst", "total")
    amounts = {name: getattr(found, name) for name in names}
    sold = variant.version.variants.filter(plan_code=plan_code(ages)).first()
    return {"plan_id": str(variant.pk), **amounts, "currency": variant.currency, "sold_as": sold_as(sold) if sold else None}


def sold_as(row: PlanVariant) -> dict[str, Any]:
    return {"plan_id": str(row.pk), "plan_code": row.plan_code, "annual_premium": row.annual_premium.paise}


class OlderPurchaseView(PolicyView, CustomerAPIView):
    """`POST /insurance/purchase`"""

    @documented(
        "Buy with an order that was paid (older path); the order is used once",
        request=wire.PurchaseInput,
        response=PolicyOutput,
        status=201,
        errors=(*PREVIEW_ERRORS, "IP-1008", "IP-1013", "IP-1014", "IP-1015", "IP-1020", "IP-1021", "IP-1022", "NOT_FOUND"),
        idempotent=True,
    )
    @idempotent(durable=False)
    def post(self, request: CustomerRequest) -> Response:
        body = self.parse(wire.PurchaseInput, request.data)
        purchase = prepaid.Purchase(
            user_id=request.user.user_id,
            plan_id=body["plan_id"],
            order_id=body["payment_order_id"],
            family=[person(each) for each in body["dependants"]],
            nominee=body.get("nominee_details"),
            policy_id=request.resource_id,
        )
        policy = prepaid.buy(purchase, gateway=gateways.narayana(), actor=request.user.actor, now=clock.now())
        return Response(render.policy(policy), status=201)


def person(member: dict[str, Any]) -> Person:
    first, _, last = member["name"].rpartition(" ")
    return Person(
        first_name=first or last,
        last_name=last,
        salutation=member.get("salutation") or SALUTATIONS[Gender(member["gender"])],
        relationship=member["relationship"],
        gender=member["gender"],
        date_of_birth=member["dob"],
    )


class OlderPolicyView(PolicyView, CustomerAPIView):
    """`GET /insurance/policies/{policy_id}`"""

    @documented("One policy (older path)", response=PolicyOutput, errors=("IP-1001", "IP-1011"))
    def get(self, request: CustomerRequest, pid: str) -> Response:
        return Response(render.policy(policies.policy_of(request.user.user_id, self.id(pid, "policy_id"))))
