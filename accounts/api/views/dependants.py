"""A user's family."""

from typing import ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.idempotency import idempotent
from aarokya.common.api.numbered import NumberedErrors
from aarokya.common.api.pagination import page
from aarokya.common.api.permissions import require_self_or_staff
from aarokya.common.api.schema import documented
from aarokya.common.api.views import SharedAPIView, SharedRequest
from accounts import selectors
from accounts.api import render
from accounts.api.serializers import people as wire
from accounts.api.views.users import require_writer
from accounts.errors import DependantInternalError, InvalidDependant
from accounts.models import StaffGroup
from accounts.services import dependants
from accounts.services.dependants import Person

RULES = ("DE-602", "DE-603", "DE-604", "DE-605", "DE-606", "AUE-303", "INVALID_DATE_FORMAT")


class DependantView(NumberedErrors, SharedAPIView):
    """The numbers of dependants; the owner, ops and support write, auditors read."""

    groups: ClassVar[set[str]] = {StaffGroup.OPS, StaffGroup.SUPPORT, StaffGroup.AUDITOR}
    invalid = InvalidDependant
    internal = DependantInternalError

    def initial(self, request: Request, *args: object, **kwargs: UUID) -> None:
        super().initial(request, *args, **kwargs)
        is_reading = request.method in {"GET", "HEAD", "OPTIONS"}
        (require_self_or_staff if is_reading else require_writer)(request, kwargs["user_id"])


class DependantListView(DependantView):
    """`/users/{user_id}/dependants`"""

    @documented("The family, in the order it was added", response=wire.DependantPage, parameters=[wire.DependantListQuery])
    def get(self, request: SharedRequest, user_id: UUID) -> Response:
        asked = self.query(wire.DependantListQuery, request)
        return page(request, selectors.family(user_id, **asked), render.dependant)

    @documented(
        "Add a person; who is there already is returned with 200",
        request=wire.DependantInput,
        response={201: wire.DependantOutput, 200: wire.DependantOutput},
        errors=RULES,
        idempotent=True,
    )
    @idempotent
    def post(self, request: SharedRequest, user_id: UUID) -> Response:
        person = Person(**self.parse(wire.DependantInput, request.data))
        [added] = dependants.add(user_id=user_id, people=[person], now=clock.now())
        return Response(render.dependant(added.dependant), status=201 if added.is_new else 200)


class DependantBulkView(DependantView):
    """`/users/{user_id}/dependants/bulk`"""

    @documented(
        "Add up to fifty people, all or none; 200 when all were there already",
        request=wire.DependantBulkInput,
        response={201: wire.DependantBulkOutput, 200: wire.DependantBulkOutput},
        errors=RULES,
        idempotent=True,
    )
    @idempotent
    def post(self, request: SharedRequest, user_id: UUID) -> Response:
        body = self.parse(wire.DependantBulkInput, request.data)
        people = [Person(**person) for person in body["dependants"]]
        added = dependants.add(user_id=user_id, people=people, now=clock.now())
        is_new = any(each.is_new for each in added)
        return Response({"data": [render.dependant(each.dependant) for each in added]}, status=201 if is_new else 200)


class DependantDetailView(DependantView):
    """`/users/{user_id}/dependants/{dependant_id}`"""

    @documented("One person", response=wire.DependantOutput, errors=("DE-601",))
    def get(self, _request: SharedRequest, user_id: UUID, dependant_id: UUID) -> Response:
        return Response(render.dependant(selectors.dependant(user_id, dependant_id)))

    @documented(
        "Correct a person's details: a new version of the same person",
        request=wire.DependantChangeInput,
        response=wire.DependantOutput,
        errors=("DE-601", *RULES),
    )
    def patch(self, request: SharedRequest, user_id: UUID, dependant_id: UUID) -> Response:
        changes = self.parse(wire.DependantChangeInput, request.data)
        person = dependants.change(user_id=user_id, dependant_id=dependant_id, changes=changes, now=clock.now())
        return Response(render.dependant(person))

    @documented("Take a person out of the family", response={204: None}, errors=("DE-601", "DE-603", "AUE-303"))
    def delete(self, _request: SharedRequest, user_id: UUID, dependant_id: UUID) -> Response:
        dependants.discard(user_id=user_id, dependant_id=dependant_id)
        return Response(status=204)
