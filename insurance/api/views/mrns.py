"""MRNs over HTTP."""

from typing import ClassVar

from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.idempotency import idempotent
from aarokya.common.api.pagination import page
from aarokya.common.api.permissions import may
from aarokya.common.api.principals import Customer
from aarokya.common.api.schema import documented
from aarokya.common.api.views import SharedAPIView, SharedRequest
from aarokya.common.errors import Forbidden, InvalidInput
from insurance.api import render
from insurance.api.parsing import NumberedView
from insurance.api.serializers import catalogue as wire
from insurance.errors import MrnBadUuid, MrnInternalError
from insurance.selectors import patients
from insurance.services import mrns


class MrnView(NumberedView, SharedAPIView):
    """The numbers of MRNs; other bad input is VALIDATION_ERROR. Customers reach their own family's."""

    groups: ClassVar[set[str]] = {"ops", "support"}
    invalid = InvalidInput
    bad_uuid = MrnBadUuid
    internal = MrnInternalError


class MrnListView(MrnView):
    """`/mrns`"""

    @documented(
        "Record the number that a member already has at a provider",
        request=wire.MrnCreateInput,
        response=wire.MrnOutput,
        status=201,
        errors=("MR-902", "MR-903", "MR-904", "MR-905", "MR-906"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: SharedRequest) -> Response:
        body = self.parse(wire.MrnCreateInput, request.data)
        added = mrns.add(
            dependant_id=body["dependant_id"],
            provider_id=body["benefit_provider_id"],
            external_mrn=body.get("external_mrn") or {"mrn": body["mrn"]},
            user_id=request.user.user_id if isinstance(request.user, Customer) else None,
            actor=request.user.actor,
            now=clock.now(),
        )
        return Response(render.mrn(added), status=201)

    @documented("Active MRNs, newest first", response=wire.MrnPage, parameters=[wire.MrnListQuery], errors=("MR-906",))
    def get(self, request: SharedRequest) -> Response:
        own = request.user.user_id if isinstance(request.user, Customer) else None
        return page(request, patients.mrns(user_id=own, **self.query(wire.MrnListQuery, request)), render.mrn)


class MrnDetailView(MrnView):
    """`/mrns/{mrn_id}`"""

    @documented("One MRN", response=wire.MrnOutput, errors=("MR-901", "MR-906"))
    def get(self, request: SharedRequest, mrn_id: str) -> Response:
        own = request.user.user_id if isinstance(request.user, Customer) else None
        return Response(render.mrn(patients.mrn(self.id(mrn_id, "mrn_id"), user_id=own)))

    @documented("Make it inactive (ops)", response=wire.MrnOutput, errors=("MR-901", "MR-906", "FORBIDDEN"))
    def delete(self, request: SharedRequest, mrn_id: str) -> Response:
        if isinstance(request.user, Customer) or not may(request.user, {"ops"}):
            raise Forbidden
        found = patients.mrn(self.id(mrn_id, "mrn_id"), user_id=None)
        mrns.retire(found, actor=request.user.actor, now=clock.now())
        return Response(render.mrn(found))
