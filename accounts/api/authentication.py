"""Who sends the request: a bearer token, checked without touching the database for customers."""

import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from aarokya.common import clock
from aarokya.common.api.principals import Contributor, Customer, Principal, StaffMember
from aarokya.common.errors import InvalidToken
from accounts import selectors
from accounts.selectors import StaffRights
from accounts.services import contributors, liveness, staff, tokens


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access token>` of a customer or of staff; InvalidToken for anything but a good one."""

    def authenticate(self, request: Request) -> tuple[Principal, None] | None:
        token = bearer_of(request)
        return None if token is None else (principal_of(tokens.claims_of(token)), None)

    def authenticate_header(self, _request: Request) -> str:
        return 'Bearer realm="aarokya"'


def bearer_of(request: Request) -> str | None:
    """Return the token; None without the header, InvalidToken for another scheme."""
    header = request.META.get("HTTP_AUTHORIZATION", "")
    if not header:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise InvalidToken
    return str(token).strip()


def principal_of(claims: dict[str, Any]) -> Principal:
    try:
        return staff_member(claims) if claims["aud"] == tokens.STAFF else customer(claims)
    except (KeyError, ValueError, TypeError) as error:
        raise InvalidToken from error


def customer(claims: dict[str, Any]) -> Customer:
    session_id = UUID(claims["sid"])
    if not liveness.is_live(session_id, now=clock.now()):
        raise InvalidToken
    return Customer(UUID(claims["sub"]), session_id, claims["status"])


class RightsOfStaff:
    """What each member of staff may do, as the database said within the last half second."""

    def __init__(self) -> None:
        self.known: dict[int, tuple[float, StaffRights | None]] = {}

    def of(self, staff_id: int) -> StaffRights | None:
        until, rights = self.known.get(staff_id, (0.0, None))
        if until <= time.monotonic():
            rights = selectors.staff_rights(staff_id)
            self.known[staff_id] = (time.monotonic() + liveness.LOCAL_S, rights)
        return rights


RIGHTS = RightsOfStaff()


def staff_member(claims: dict[str, Any]) -> StaffMember:
    staff_id, seconds = int(claims["sub"]), claims.get("proved_at")
    rights = RIGHTS.of(staff_id)
    if rights is None:
        raise InvalidToken
    has_proved = staff.has_proved(
        proved_at=datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None,
        has_authenticator=rights.has_authenticator,
        sandbox=settings.SANDBOX,
        now=clock.now(),
    )
    return StaffMember(staff_id, rights.username, rights.groups, rights.is_superuser, has_proved)


class ContributorAuthentication(BearerAuthentication):
    """The same header with a contributor token, which opens nothing else."""

    def authenticate(self, request: Request) -> tuple[Contributor, None] | None:  # type: ignore[override]  # another principal
        token = bearer_of(request)
        return None if token is None else (Contributor(contributors.grant_of(token, now=clock.now()).pk), None)


class ContributorScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # as below
    """How the OpenAPI document names it."""

    target_class = "accounts.api.authentication.ContributorAuthentication"
    name = "contributor"

    def get_security_definition(self, _auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself, as the library wants
    """How the OpenAPI document names it."""

    target_class = "accounts.api.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, _auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
