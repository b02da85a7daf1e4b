"""Policies over HTTP: preview, buy, read, cancel; and for staff the list of all and the update."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.idempotency import idempotent
from aarokya.common.api.pagination import page, time_range
from aarokya.common.api.permissions import may, require_self_or_staff
from aarokya.common.api.principals import Customer
from aarokya.common.api.schema import documented
from aarokya.common.api.views import SharedAPIView, SharedRequest, StaffAPIView, StaffRequest, WhateverAccepted
from insurance import gateways, quotations
from insurance.api import render
from insurance.api.parsing import NumberedView
from insurance.api.serializers import policies as wire
from insurance.api.serializers.documents import LanguageQuery
from insurance.documents import ENROLLMENT_FORM_PREVIEW_FILE, render_enrollment_form
from insurance.errors import PolicyBadUuid, PolicyForbidden, PolicyInternalError, PolicyInvalid
from insurance.selectors import policies
from insurance.selectors.quotes import Quote, quote
from insurance.services import amendments, lifecycle
from insurance.services.forms import preview_form
from insurance.services.purchases import Application, buy

PREVIEW_ERRORS = ("IP-1002", "IP-1003", "IP-1004", "IP-1005", "IP-1006", "IP-1007", "IP-1009", "IP-1010", "IP-1011", "IP-1012")


class PolicyView(NumberedView):
    """The numbers of policies."""

    invalid = PolicyInvalid
    bad_uuid = PolicyBadUuid
    internal = PolicyInternalError

    def owner(self, request: Request, uid: str) -> UUID:
        """Return the user of the path; somebody else's path does not exist for a customer."""
        user_id = self.id(uid, "user_id")
        require_self_or_staff(request, user_id)
        return user_id


def require_buyer(request: SharedRequest) -> None:
    """Customers act for themselves; of staff only ops act for a customer."""
    if not isinstance(request.user, Customer) and not may(request.user, {"ops"}):
        raise PolicyForbidden


def quoted(body: dict[str, Any], user_id: UUID, *, nominee_asked: bool) -> Quote:
    return quote(
        user_id=user_id,
        benefit_id=body["benefit_id"],
        dependant_ids=body["dependant_ids"],
        nominee=body.get("nominee_details"),
        nominee_asked=nominee_asked,
        now=clock.now(),
    )


class PolicyPreviewView(PolicyView, SharedAPIView):
    """`POST /users/{uid}/insurance_policies/preview`"""

    @documented(
        "What this family would get and pay; writes nothing",
        request=wire.PolicyPreviewInput,
        response=wire.PolicyPreviewOutput,
        parameters=[wire.PreviewQuery],
        errors=PREVIEW_ERRORS,
    )
    def post(self, request: SharedRequest, uid: str) -> Response:
        user_id = self.owner(request, uid)
        body = self.parse(wire.PolicyPreviewInput, request.data)
        wants_quote = self.query(wire.PreviewQuery, request)["quote"]
        offer = quoted(body, user_id, nominee_asked=False)
        return Response(render.preview(offer) | (render.signed(offer, now=clock.now()) if wants_quote else {}))


class PolicyPreviewFormView(PolicyView, SharedAPIView):
    """`POST /users/{uid}/insurance_policies/preview_enrollment_form`"""

    content_negotiation_class = WhateverAccepted

    @documented(
        "The enrolment form of a policy that is not bought yet; writes nothing",
        request=wire.PolicyPreviewInput,
        response={(200, "application/pdf"): OpenApiTypes.BINARY},
        parameters=[LanguageQuery],
        errors=(*PREVIEW_ERRORS, "IP-1015"),
    )
    def post(self, request: SharedRequest, uid: str) -> HttpResponse:
        user_id = self.owner(request, uid)
        body = self.parse(wire.PolicyPreviewInput, request.data)
        language = self.query(LanguageQuery, request)["language"]
        form = preview_form(quoted(body, user_id, nominee_asked=True), now=clock.now())
        return pdf(render_enrollment_form(form, language=language), ENROLLMENT_FORM_PREVIEW_FILE)


def pdf(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


class PolicyListView(PolicyView, SharedAPIView):
    """`/users/{uid}/insurance_policies`"""

    @documented(
        "Buy a policy; it begins as pending",
        request=wire.PolicyCreateInput,
        response=wire.PolicyOutput,
        status=201,
        errors=(*PREVIEW_ERRORS, "IP-1008", "IP-1013", "IP-1014", "IP-1015", "IP-1018", "IP-1019"),
        idempotent=True,
    )
    @idempotent(durable=False)
    def post(self, request: SharedRequest, uid: str) -> Response:
        user_id = self.owner(request, uid)
        require_buyer(request)
        asked = application(self.parse(wire.PolicyCreateInput, request.data), user_id, request)
        policy = buy(asked, gateway=gateways.narayana(), actor=request.user.actor, now=clock.now())
        return Response(render.policy(policy), status=201)

    @documented(
        "The user's policies, newest first", response=wire.PolicyPage, parameters=[wire.PolicyListQuery], errors=("IP-1011",)
    )
    def get(self, request: SharedRequest, uid: str) -> Response:
        user_id = self.owner(request, uid)
        rows = policies.listed(user_id=user_id, **self.query(wire.PolicyListQuery, request))
        return page(request, rows, render.policy)


def application(body: dict[str, Any], user_id: UUID, request: SharedRequest) -> Application:
    """The policy's id is the same for every repeat of an Idempotency-Key: a repeat after a crash resumes the same purchase."""
    responses = body.get("questionnaire_responses") or []
    return Application(
        user_id=user_id,
        benefit_id=body["benefit_id"],
        dependant_ids=body["dependant_ids"],
        nominee=body.get("nominee_details"),
        payment_plan=body["payment_plan"],
        collect_from=body.get("collect_from"),
        answers={each["question"]: each["answer"] for each in responses},
        policy_id=request.resource_id,
        price=quotations.read(body["quote"], now=clock.now()) if "quote" in body else None,
    )


class PolicyDetailView(PolicyView, SharedAPIView):
    """`GET /users/{uid}/insurance_policies/{pid}`"""

    @documented("One policy", response=wire.PolicyOutput, errors=("IP-1001", "IP-1011"))
    def get(self, request: SharedRequest, uid: str, pid: str) -> Response:
        user_id = self.owner(request, uid)
        return Response(render.policy(policies.policy_of(user_id, self.id(pid, "policy_id"))))


class PolicyWithBenefitView(PolicyView, SharedAPIView):
    """`GET /users/{uid}/insurance_policies/{pid}/details`"""

    @documented("One policy with its benefit", response=wire.PolicyDetailsOutput, errors=("IP-1001", "IP-1011"))
    def get(self, request: SharedRequest, uid: str, pid: str) -> Response:
        user_id = self.owner(request, uid)
        return Response(render.policy_details(policies.policy_with_benefit(user_id, self.id(pid, "policy_id"))))


class PolicyCancelView(PolicyView, SharedAPIView):
    """`POST /users/{uid}/insurance_policies/{pid}/cancel`"""

    @documented(
        "Cancel a policy that is pending and unpaid",
        request=wire.PolicyCancelInput,
        response=wire.PolicyOutput,
        errors=("IP-1001", "IP-1011", "INVALID_TRANSITION"),
    )
    def post(self, request: SharedRequest, uid: str, pid: str) -> Response:
        user_id = self.owner(request, uid)
        require_buyer(request)
        reason = self.parse(wire.PolicyCancelInput, request.data).get("reason", "")
        policy = policies.policy_of(user_id, self.id(pid, "policy_id"))
        lifecycle.cancel(policy, actor=request.user.actor, now=clock.now(), reason=reason)
        return Response(render.policy(policy))


class PolicyStaffListView(PolicyView, StaffAPIView):
    """`GET /insurance_policies`"""

    groups: ClassVar[set[str]] = {"ops", "support", "finance", "auditor"}

    @documented(
        "All policies, for staff", response=wire.PolicyPage, parameters=[wire.PolicyStaffListQuery], errors=("IP-1010", "IP-1011")
    )
    def get(self, request: StaffRequest) -> Response:
        asked = self.query(wire.PolicyStaffListQuery, request)
        return page(request, time_range(request, policies.listed(**asked)), render.policy)


class PolicyStaffView(PolicyView, StaffAPIView):
    """`/insurance_policies/{pid}`"""

    @documented(
        "Activate, reject or move a policy, or correct its number and dates",
        request=wire.PolicyUpdateInput,
        response=wire.PolicyOutput,
        errors=("IP-1001", "IP-1010", "IP-1011", "INVALID_TRANSITION", "CONFLICT"),
    )
    def patch(self, request: StaffRequest, pid: str) -> Response:
        body = self.parse(wire.PolicyUpdateInput, request.data)
        policy = policies.policy(self.id(pid, "policy_id"))
        amendments.amend(policy, **body, actor=request.user.actor, now=clock.now())
        return Response(render.policy(policies.policy(policy.pk)))
