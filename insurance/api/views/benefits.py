"""Benefits over HTTP: what is on offer for customers, everything and its upkeep for staff."""

from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.idempotency import idempotent
from aarokya.common.api.pagination import page, time_range
from aarokya.common.api.permissions import may
from aarokya.common.api.principals import Customer, StaffMember
from aarokya.common.api.schema import documented
from aarokya.common.api.views import SharedAPIView, SharedRequest
from aarokya.common.errors import Forbidden
from accounts.models import UserStatus
from insurance.api import render
from insurance.api.parsing import NumberedView
from insurance.api.serializers import catalogue as wire
from insurance.errors import BenefitInternalError, BenefitInvalid
from insurance.models import BenefitStatus
from insurance.selectors import catalogue
from insurance.services import benefits


class BenefitView(NumberedView, SharedAPIView):
    """The numbers of benefits. Writing is for ops."""

    groups: ClassVar[set[str]] = {"ops", "support", "finance", "auditor"}
    invalid = BenefitInvalid
    bad_uuid = BenefitInvalid
    internal = BenefitInternalError

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        user: Any = request.user
        if isinstance(user, Customer):
            refused = request.method not in {"GET", "HEAD", "OPTIONS"} or user.status != UserStatus.ACTIVE
        else:
            refused = request.method not in {"GET", "HEAD", "OPTIONS"} and not may(user, {"ops"})
        if refused:
            raise Forbidden

    def everything(self, request: SharedRequest) -> bool:
        """Whether the caller also sees what is not on offer."""
        return not isinstance(request.user, Customer)


def is_administrator(request: SharedRequest) -> bool:
    """Whether this member of staff may sell something new without a second person."""
    return isinstance(request.user, StaffMember) and request.user.is_superuser


class BenefitListView(BenefitView):
    """`/benefits`"""

    @documented(
        "Create a benefit: active at once for an administrator, else a draft that waits for a second person",
        request=wire.BenefitCreateInput,
        response=wire.BenefitOutput,
        status=201,
        errors=("BE-502", "BE-503", "BE-504", "BE-505", "FORBIDDEN"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: SharedRequest) -> Response:
        body = self.parse(wire.BenefitCreateInput, request.data)
        benefit = benefits.create(**body, alone=is_administrator(request), actor=request.user.actor, now=clock.now())
        return Response(render.benefit(catalogue.benefit(benefit.pk, everything=True)), status=201)

    @documented(
        "Benefits, newest first; customers see those on offer",
        response=wire.BenefitPage,
        parameters=[wire.BenefitListQuery],
        errors=("BE-505", "FORBIDDEN"),
    )
    def get(self, request: SharedRequest) -> Response:
        asked = self.query(wire.BenefitListQuery, request)
        rows = catalogue.benefits(**asked, everything=self.everything(request))
        return page(request, time_range(request, rows), render.benefit)


class BenefitDetailView(BenefitView):
    """`/benefits/{benefit_id}`"""

    @documented("One benefit", response=wire.BenefitOutput, errors=("BE-501", "BE-505", "FORBIDDEN"))
    def get(self, request: SharedRequest, benefit_id: str) -> Response:
        found = catalogue.benefit(self.id(benefit_id, "benefit_id"), everything=self.everything(request))
        return Response(render.benefit(found))

    @documented(
        "Rename, publish, withdraw, or sell under new terms; 202 when what would be sold waits for a second person",
        request=wire.BenefitUpdateInput,
        response={200: wire.BenefitOutput, 202: wire.BenefitOutput},
        errors=("BE-501", "BE-502", "BE-503", "BE-505", "FORBIDDEN"),
    )
    def patch(self, request: SharedRequest, benefit_id: str) -> Response:
        body = self.parse(wire.BenefitUpdateInput, request.data)
        found = catalogue.benefit(self.id(benefit_id, "benefit_id"), everything=True)
        done = benefits.change(found, **body, alone=is_administrator(request), actor=request.user.actor, now=clock.now())
        return Response(render.benefit(catalogue.benefit(found.pk, everything=True)), status=200 if done else 202)

    @documented("Withdraw; policies go on", response=wire.BenefitOutput, errors=("BE-501", "BE-505", "FORBIDDEN"))
    def delete(self, request: SharedRequest, benefit_id: str) -> Response:
        found = catalogue.benefit(self.id(benefit_id, "benefit_id"), everything=True)
        benefits.change(found, status=BenefitStatus.INACTIVE, alone=True, actor=request.user.actor, now=clock.now())
        return Response(render.benefit(found))
