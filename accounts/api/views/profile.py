"""A customer's own profile."""

from typing import Any

from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.schema import documented
from aarokya.common.api.views import CustomerAPIView, CustomerRequest
from aarokya.common.errors import Detail, ImmutableField
from accounts import selectors
from accounts.api import render
from accounts.api.serializers import people as wire
from accounts.services import people


class ProfileView(CustomerAPIView):
    """`/user/profile`"""

    @documented("My profile", response=wire.ProfileOutput)
    def get(self, request: CustomerRequest) -> Response:
        return Response(render.profile(selectors.user(request.user.user_id)))

    @documented(
        "Change any of my details; null leaves one as it is",
        request=wire.ProfileChangeInput,
        response=wire.ProfileOutput,
        errors=("IMMUTABLE_FIELD", "INVALID_DATE_FORMAT", "UE-104", "DE-606", "AUE-303"),
    )
    def patch(self, request: CustomerRequest) -> Response:
        refuse_immutable(request.data)
        changes = given(wire.ProfileChangeInput.parse(request.data))
        user = people.change(user_id=request.user.user_id, changes=changes, actor=request.user.actor, now=clock.now())
        return Response(render.profile(user))


class PreferencesView(CustomerAPIView):
    """`/user/preferences`"""

    @documented("In which language I am written to", response=wire.PreferencesOutput)
    def get(self, request: CustomerRequest) -> Response:
        return Response({"language": selectors.user(request.user.user_id).language})

    @documented("Choose the language of texts", request=wire.PreferencesInput, response=wire.PreferencesOutput)
    def patch(self, request: CustomerRequest) -> Response:
        changes = wire.PreferencesInput.parse(request.data)
        user = people.change(user_id=request.user.user_id, changes=changes, actor=request.user.actor, now=clock.now())
        return Response({"language": user.language})


def refuse_immutable(data: Any) -> None:
    """ImmutableField for a phone number, an id, or any Aadhaar field but the last four digits."""
    names = [name for name in data if is_immutable(name)]
    if names:
        raise ImmutableField(details=tuple(Detail(name[:40], "immutable", "cannot be changed") for name in names))


def is_immutable(name: str) -> bool:
    return name.startswith("phone") or name == "user_id" or (name.startswith("aadhaar") and name != "aadhaar_last4")


def given(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}
