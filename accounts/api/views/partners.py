"""Platforms: kept by ops, and the tokens they fetch."""

from typing import Any, ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.fields import normal_phone
from aarokya.common.api.numbered import NumberedErrors
from aarokya.common.api.pagination import page
from aarokya.common.api.schema import documented
from aarokya.common.api.views import PublicAPIView, StaffAPIView, StaffRequest
from aarokya.common.errors import InvalidInput, InvalidPhone
from accounts import selectors
from accounts.api import render
from accounts.api.caller import caller_address
from accounts.api.credentials import platform_of
from accounts.api.serializers import partners as wire
from accounts.errors import (
    InvalidPlatform,
    PlatformInternalError,
    TokenInternalError,
)
from accounts.models import StaffGroup
from accounts.services import partner_tokens, platforms

PREFILL = ("id_proof", "dob", "address", "gender", "first_name", "last_name")


class PlatformView(NumberedErrors, StaffAPIView):
    """The numbers of platforms; for ops."""

    groups: ClassVar[set[str]] = {StaffGroup.OPS}
    invalid = InvalidPlatform
    internal = PlatformInternalError


class PlatformListView(PlatformView):
    """`/platforms`"""

    @documented("Partners, newest first", response=wire.PlatformPage, parameters=[wire.PlatformListQuery], errors=("PE-203",))
    def get(self, request: StaffRequest) -> Response:
        return page(request, selectors.platforms(**self.query(wire.PlatformListQuery, request)), render.platform)

    @documented(
        "Register a partner; its secret is shown this once",
        request=wire.PlatformInput,
        response=wire.PlatformSecretOutput,
        status=201,
        errors=("PE-202", "PE-203"),
    )
    def post(self, request: StaffRequest) -> Response:
        body = self.parse(wire.PlatformInput, request.data)
        platform, secret = platforms.register(**body, actor=request.user.actor, now=clock.now())
        return Response(render.platform(platform) | {"secret": secret}, status=201)


class PlatformDetailView(PlatformView):
    """`/platforms/{platform_id}`"""

    @documented("One partner", response=wire.PlatformOutput, errors=("PE-201",))
    def get(self, _request: StaffRequest, platform_id: UUID) -> Response:
        return Response(render.platform(selectors.platform(platform_id)))

    @documented(
        "Rename a partner", request=wire.PlatformInput, response=wire.PlatformOutput, errors=("PE-201", "PE-202", "PE-203")
    )
    def patch(self, request: StaffRequest, platform_id: UUID) -> Response:
        body = self.parse(wire.PlatformInput, request.data)
        platform = platforms.rename(platform_id=platform_id, **body, actor=request.user.actor, now=clock.now())
        return Response(render.platform(platform))

    @documented("No more tokens for this partner", response={204: None}, errors=("PE-201", "INVALID_TRANSITION"))
    def delete(self, request: StaffRequest, platform_id: UUID) -> Response:
        platforms.deactivate(platform_id=platform_id, actor=request.user.actor, now=clock.now())
        return Response(status=204)


class PlatformSecretView(PlatformView):
    """`/platforms/{platform_id}/rotate_secret`"""

    @documented(
        "A new secret, shown this once; the old one works for another day",
        response=wire.PlatformSecretOutput,
        errors=("PE-201", "PE-203"),
    )
    def post(self, request: StaffRequest, platform_id: UUID) -> Response:
        platform, secret = platforms.rotate_secret(platform_id=platform_id, actor=request.user.actor, now=clock.now())
        return Response(render.platform(platform) | {"secret": secret})


class PartnerTokenView(NumberedErrors, PublicAPIView):
    """`/auth/token`. Public to our tokens: the platform's credentials are its own, and neither users nor staff have them."""

    invalid = InvalidInput
    internal = TokenInternalError

    @documented(
        "A day's token for one of the platform's people. Credentials: HTTP Basic with id and secret, or the header api-key",
        request=wire.PartnerTokenInput,
        response=wire.PartnerTokenOutput,
        errors=("AUE-301", "AUE-302", "AUE-303", "AUE-304", "AUE-305", "AUE-306", "INVALID_PHONE", "INVALID_DATE_FORMAT"),
        public=True,
    )
    def post(self, request: Request) -> Response:
        now = clock.now()
        body = self.parse(wire.PartnerTokenInput, request.data)
        platform = platform_of(request, named=body.get("platform_id"))
        login = partner_tokens.issue(
            platform=platform, phone=phone_of(body), known=known_of(body), address=caller_address(request), now=now
        )
        return Response({"access_token": login.access.text, "user_id": str(login.user_id)})


def phone_of(body: dict[str, Any]) -> str:
    phone = normal_phone(body["phone_number"]) if body["phone_country_code"].lstrip("+") == "91" else None
    if phone is None:
        raise InvalidPhone
    return phone


def known_of(body: dict[str, Any]) -> dict[str, Any]:
    """Return what the platform knows of the person, by column."""
    known = {name: body[name] for name in PREFILL if body.get(name)}
    if body.get("dl_number"):
        known.setdefault("id_proof", {"proof_type": "DRIVING_LICENCE", "number": body["dl_number"]})
    return known
