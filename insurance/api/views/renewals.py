"""Renewal and coverage over HTTP."""

from datetime import date
from typing import Any

from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.idempotency import idempotent
from aarokya.common.api.schema import documented
from aarokya.common.api.views import SharedAPIView, SharedRequest
from aarokya.common.clock import ist_day, rfc3339
from accounts.models import Dependant
from insurance import gateways
from insurance.api import render
from insurance.api.serializers import coverage as cover
from insurance.api.serializers import policies as wire
from insurance.api.views.policies import PREVIEW_ERRORS, PolicyView, require_buyer
from insurance.dues import dues
from insurance.models import Policy
from insurance.selectors import policies
from insurance.selectors.advice import advice
from insurance.selectors.coverage import cover_on, last_day
from insurance.services import renewals, watchdog


class RenewView(PolicyView, SharedAPIView):
    """`POST /users/{uid}/insurance_policies/{pid}/renew`"""

    @documented(
        "The next term, at today's prices; it begins as pending",
        request=wire.PolicyRenewInput,
        response=wire.PolicyOutput,
        status=201,
        errors=(*PREVIEW_ERRORS, "IP-1001", "IP-1008", "IP-1013", "IP-1014", "IP-1015", "IP-1017"),
        idempotent=True,
    )
    @idempotent(durable=False)
    def post(self, request: SharedRequest, uid: str, pid: str) -> Response:
        user_id = self.owner(request, uid)
        require_buyer(request)
        wishes = wishes_of(self.parse(wire.PolicyRenewInput, request.data))
        policy = policies.policy_of(user_id, self.id(pid, "policy_id"))
        renewed = renewals.renew(
            policy,
            wishes,
            policy_id=request.resource_id,
            gateway=gateways.narayana(),
            actor=request.user.actor,
            now=clock.now(),
        )
        return Response(render.policy(renewed), status=201)


def wishes_of(body: dict[str, Any]) -> renewals.Wishes:
    return renewals.Wishes(
        dependant_ids=body.get("dependant_ids"),
        nominee=body.get("nominee_details"),
        payment_plan=body.get("payment_plan"),
        collect_from=body.get("collect_from"),
        answers={each["question"]: each["answer"] for each in body.get("questionnaire_responses") or []},
    )


class CoverageView(PolicyView, SharedAPIView):
    """`GET /users/{uid}/insurance_policies/{pid}/coverage?on=DATE`"""

    @documented(
        "Covered or not on a day, for whom, and why",
        response=cover.CoverageOutput,
        parameters=[cover.CoverageQuery],
        errors=("IP-1001", "IP-1010", "IP-1011"),
    )
    def get(self, request: SharedRequest, uid: str, pid: str) -> Response:
        user_id = self.owner(request, uid)
        today = ist_day(clock.now())
        day = self.query(cover.CoverageQuery, request).get("on") or today
        return Response(coverage(policies.policy_of(user_id, self.id(pid, "policy_id")), day=day, today=today))


def coverage(policy: Policy, *, day: date, today: date) -> dict[str, Any]:
    found = cover_on(policy, day)
    last, refund, lapses_on = last_day(policy), watchdog.refund_on(policy), dues(policy, today).lapses_on
    renewed = policy.renewals.live().first()
    may_renew = renewed is None and renewals.is_open(policy, day=today)
    step = advice(policy, today=today, may_renew=may_renew, is_renewed=renewed is not None, refund_on=refund)
    reminders = policy.reminders.order_by("given_at", "pk")
    return {
        "policy_id": str(policy.pk),
        "on": day.isoformat(),
        "covered": found.covered,
        "code": found.code,
        "reason": found.reason,
        "members": [covered(row.dependant) for row in policy.members.all()] if found.covered else [],
        "last_day": last and last.isoformat(),
        "renewal_open": may_renew,
        "renewed_by": str(renewed.pk) if renewed else None,
        "refund_on": refund and refund.isoformat(),
        "lapses_on": lapses_on and lapses_on.isoformat(),
        "next_step": step.step.value,
        "next_step_by": step.by and step.by.isoformat(),
        "reminders": [
            {"kind": row.kind, "end_date": row.end_date.isoformat(), "given_at": rfc3339(row.given_at)} for row in reminders
        ],
    }


def covered(person: Dependant) -> dict[str, str]:
    return {
        "dependant_id": str(person.pk),
        "first_name": person.first_name,
        "last_name": person.last_name,
        "relationship": person.relationship,
    }
