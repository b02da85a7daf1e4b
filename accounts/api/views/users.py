"""Users, for themselves and for staff."""

from typing import Any, ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.numbered import NumberedErrors
from aarokya.common.api.pagination import page, time_range
from aarokya.common.api.permissions import may, note_access, require_self_or_staff
from aarokya.common.api.principals import Customer
from aarokya.common.api.schema import documented
from aarokya.common.api.views import CustomerAPIView, CustomerRequest, SharedAPIView, SharedRequest, StaffAPIView, StaffRequest
from aarokya.common.errors import Forbidden, NotFound
from accounts import selectors
from accounts.api import render
from accounts.api.serializers import people as wire
from accounts.api.views.profile import given, refuse_immutable
from accounts.errors import InvalidUser, UserInternalError
from accounts.models import StaffGroup
from accounts.services import people, tokens


class UserErrors(NumberedErrors):
    """The numbers of users."""

    invalid = InvalidUser
    internal = UserInternalError


class UserListView(UserErrors, StaffAPIView):
    """`/users`"""

    groups: ClassVar[set[str]] = {StaffGroup.OPS, StaffGroup.SUPPORT, StaffGroup.AUDITOR}

    @documented("Users, for staff", response=wire.UserPage, parameters=[wire.UserListQuery], errors=("UE-102",))
    def get(self, request: StaffRequest) -> Response:
        asked = self.query(wire.UserListQuery, request)
        statuses = [*asked.get("statuses", ()), *([asked["status"]] if "status" in asked else [])]
        rows = selectors.users(statuses=statuses, phone=asked.get("phone", ""), email=asked.get("email", ""))
        direction = "" if asked["sort"].endswith("asc") else "-"
        answer = page(request, time_range(request, rows.order_by(f"{direction}created_at", f"{direction}id")), render.user)
        note_access(request, request.user, [UUID(shown["user_id"]) for shown in answer.data["data"]])
        return answer


class UserDetailView(UserErrors, SharedAPIView):
    """`/users/{user_id}`"""

    groups: ClassVar[set[str]] = {StaffGroup.OPS, StaffGroup.SUPPORT, StaffGroup.AUDITOR}

    @documented("One user", response=wire.UserOutput, errors=("NOT_FOUND", "UE-101", "UE-103"))
    def get(self, request: SharedRequest, user_id: UUID) -> Response:
        require_self_or_staff(request, user_id)
        return Response(render.user(selectors.user(user_id)))

    @documented(
        "Change a user's details; name, dob and gender make a new version of SELF",
        request=wire.PersonChangeInput,
        response=wire.UserOutput,
        errors=("IMMUTABLE_FIELD", "INVALID_DATE_FORMAT", "UE-101", "UE-102", "UE-104", "DE-606", "AUE-303"),
    )
    def patch(self, request: SharedRequest, user_id: UUID) -> Response:
        require_writer(request, user_id)
        refuse_immutable(request.data)
        changes = given(self.parse(wire.PersonChangeInput, request.data))
        user = people.change(user_id=user_id, changes=changes, actor=request.user.actor, now=clock.now())
        return Response(render.user(user))

    @documented(
        "Deactivate a user, for ops: sessions die, no new tokens",
        response={204: None},
        parameters=[wire.DeactivateQuery],
        errors=("FORBIDDEN", "UE-101", "INVALID_TRANSITION"),
    )
    def delete(self, request: SharedRequest, user_id: UUID) -> Response:
        if isinstance(request.user, Customer) or not may(request.user, {StaffGroup.OPS}):
            raise Forbidden
        reason = self.query(wire.DeactivateQuery, request)["reason"]
        people.deactivate(user_id=user_id, actor=request.user.actor, reason=reason, now=clock.now())
        return Response(status=204)


def require_writer(request: Request, user_id: UUID) -> None:
    """The user, ops or support; auditors only read."""
    require_self_or_staff(request, user_id)
    user: Any = request.user
    if not isinstance(user, Customer) and not may(user, {StaffGroup.OPS, StaffGroup.SUPPORT}):
        raise Forbidden


class OnboardingView(UserErrors, CustomerAPIView):
    """`/users/{user_id}/complete_onboarding`"""

    @documented(
        "Become a member: ACTIVE, with a fresh token",
        request=wire.OnboardingInput,
        response=wire.OnboardingOutput,
        errors=("INVALID_DATE_FORMAT", "UE-102", "UE-104", "AUE-303", "AUE-307"),
    )
    def post(self, request: CustomerRequest, user_id: UUID) -> Response:
        if request.user.user_id != user_id:
            raise NotFound
        details = self.parse(wire.OnboardingInput, request.data)
        if "bank_details" in details:
            details["bank_account"] = details.pop("bank_details")
        now = clock.now()
        user = people.complete_onboarding(user_id=user_id, details=details, now=now)
        token = tokens.for_customer(user_id=user_id, session_id=request.user.session_id, status=user.status, now=now)
        answer = {"access_token": token.text, "access_token_expires_at": clock.epoch_s(token.expires_at)}
        return Response(answer | {"user": render.user(user)})
