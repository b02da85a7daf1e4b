"""A person's rights over their data."""

from typing import ClassVar
from uuid import UUID

from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.numbered import NumberedErrors
from aarokya.common.api.pagination import IdKeysetQuery, keyset, query
from aarokya.common.api.schema import documented
from aarokya.common.api.views import CustomerAPIView, CustomerRequest, StaffAPIView, StaffRequest
from aarokya.common.errors import NotFound
from accounts import selectors
from accounts.api import render
from accounts.api.caller import caller_address
from accounts.api.serializers import privacy as wire
from accounts.errors import InvalidUser, UserInternalError
from accounts.models import StaffGroup
from accounts.services import consents, erasure, exports


class ExportView(CustomerAPIView):
    """`/user/export`"""

    @documented("Everything held about me", response=wire.ExportOutput, errors=("UE-103",))
    def get(self, request: CustomerRequest) -> Response:
        now = clock.now()
        found = exports.export(user_id=request.user.user_id, actor=request.user.actor, now=now)
        return Response({"exported_at": clock.rfc3339(now), **found})


class AccessLogView(CustomerAPIView):
    """`/user/access_log`"""

    @documented(
        "Which member of staff was shown what about me, when and why, newest first",
        response=wire.AccessFeed,
        parameters=[IdKeysetQuery],
    )
    def get(self, request: CustomerRequest) -> Response:
        return keyset(request, selectors.accesses_of(request.user.user_id), render.access, key="id")


class ConsentView(CustomerAPIView):
    """`/user/consents`"""

    @documented("What I am asked, and what I answered", response=wire.AnsweredConsentList)
    def get(self, request: CustomerRequest) -> Response:
        return Response({"data": render.consents(selectors.consent_texts(), selectors.consents_of(request.user.user_id))})

    @documented(
        "Answer; a change of mind is another answer, and all of them are kept",
        request=wire.ConsentInput,
        response=wire.AnsweredConsentOutput,
        status=201,
        errors=("CONFLICT",),
    )
    def post(self, request: CustomerRequest) -> Response:
        body = wire.ConsentInput.parse(request.data)
        made = consents.answer(user_id=request.user.user_id, **body, address=caller_address(request), now=clock.now())
        return Response(render.consent(made.text, made), status=201)


class ErasureView(CustomerAPIView):
    """`/user`"""

    @documented("Ask to be forgotten, in 48 hours or once nothing stands against it", response=wire.ErasureOutput, status=202)
    def delete(self, request: CustomerRequest) -> Response:
        made = erasure.request(user_id=request.user.user_id, actor=request.user.actor, now=clock.now())
        return Response(render.erasure(made), status=202)


class ErasureStateView(CustomerAPIView):
    """`/user/erasure`"""

    @documented("Where my wish to be forgotten stands", response=wire.ErasureOutput, errors=("NOT_FOUND",))
    def get(self, request: CustomerRequest) -> Response:
        made = selectors.erasure_of(request.user.user_id)
        if made is None:
            raise NotFound
        return Response(render.erasure(made))

    @documented("Withdraw it", response=wire.ErasureOutput, errors=("NOT_FOUND", "INVALID_TRANSITION"))
    def delete(self, request: CustomerRequest) -> Response:
        made = erasure.withdraw(user_id=request.user.user_id, actor=request.user.actor, now=clock.now())
        return Response(render.erasure(made))


class LegalHoldView(NumberedErrors, StaffAPIView):
    """`/users/{user_id}/legal_hold`"""

    groups: ClassVar[set[str]] = {StaffGroup.OPS}
    invalid = InvalidUser
    internal = UserInternalError

    @documented(
        "Keep everything of this user: an authority or a dispute needs it",
        request=wire.LegalHoldInput,
        response=wire.LegalHoldOutput,
        status=201,
        errors=("UE-101", "UE-102", "CONFLICT"),
    )
    def post(self, request: StaffRequest, user_id: UUID) -> Response:
        body = self.parse(wire.LegalHoldInput, request.data)
        hold = erasure.place_hold(user_id=user_id, **body, actor=request.user.actor, now=clock.now())
        return Response(render.legal_hold(hold), status=201)

    @documented("Lift the hold", response={204: None}, parameters=[wire.ReasonQuery], errors=("NOT_FOUND",))
    def delete(self, request: StaffRequest, user_id: UUID) -> Response:
        reason = query(wire.ReasonQuery, request)["reason"]
        erasure.lift_hold(user_id=user_id, reason=reason, actor=request.user.actor, now=clock.now())
        return Response(status=204)
