"""The four kinds of view. A route belongs to customers unless its class says otherwise."""

from typing import Any, ClassVar
from uuid import UUID

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.views import APIView

from aarokya.common.api.permissions import (
    IsContributor,
    IsCustomer,
    IsCustomerOrStaffMember,
    IsStaffMember,
)
from aarokya.common.api.principals import Contributor, Customer, Principal, StaffMember
from aarokya.common.api.throttles import GeneralThrottle


class CustomerRequest(Request):
    """A request of an app user."""

    user: Customer  # type: ignore[assignment]  # ours, not Django's users
    idempotency_key: str | None
    resource_id: UUID  # for what an idempotent method makes


class StaffRequest(Request):
    """A request of a member of staff."""

    user: StaffMember  # type: ignore[assignment]  # ours, not Django's users
    idempotency_key: str | None
    resource_id: UUID  # for what an idempotent method makes


class SharedRequest(Request):
    """A request of an app user or a member of staff."""

    user: Principal  # type: ignore[assignment]  # ours, not Django's users
    idempotency_key: str | None
    resource_id: UUID  # for what an idempotent method makes


class ContributorRequest(Request):
    """A request of a third party who gives."""

    user: Contributor  # type: ignore[assignment]  # ours, not Django's users
    idempotency_key: str | None
    resource_id: UUID  # for what an idempotent method makes


class WhateverAccepted(DefaultContentNegotiation):
    """For routes with one format: callers get it whatever they say they accept, and errors in our envelope."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:  # noqa: ARG002
        return renderers[0], renderers[0].media_type


class PlainNegotiation(DefaultContentNegotiation):
    """DRF's, without its work for the callers that take whatever comes: nearly all."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        if format_suffix is None and request._request.META.get("HTTP_ACCEPT", "*/*") in {"*/*", renderers[0].media_type}:
            return renderers[0], renderers[0].media_type
        chosen: tuple[Any, str] = super().select_renderer(request, renderers, format_suffix)
        return chosen


class OurAPIView(APIView):
    """Common to all: rate limits, and no content negotiation beyond JSON."""

    public: ClassVar[bool] = False
    asks_for_proof: ClassVar[bool] = True  # of staff before money moves; only the page that takes the proof does not
    throttle_classes: Any = (GeneralThrottle,)
    content_negotiation_class: Any = PlainNegotiation

    @property
    def default_response_headers(self) -> dict[str, str]:
        """DRF's `Allow` where somebody asks for it; a refusal of the method has its own."""
        return {"Allow": ", ".join(self.allowed_methods)} if self.request.method == "OPTIONS" else {}

    def perform_authentication(self, request: Request) -> None:
        """Count the request before its token is looked at, so that wrong tokens are limited too."""
        super().check_throttles(request)
        super().perform_authentication(request)

    def check_throttles(self, request: Request) -> None:
        """Done before authentication."""


class CustomerAPIView(OurAPIView):
    """For app users."""

    permission_classes: Any = (IsCustomer,)


class StaffAPIView(OurAPIView):
    """For staff in one of `groups`."""

    groups: ClassVar[set[str]] = {"ops"}
    permission_classes: Any = (IsStaffMember,)


class SharedAPIView(OurAPIView):
    """For app users about themselves and for staff in one of `groups` about anybody."""

    groups: ClassVar[set[str]] = {"ops", "support"}
    permission_classes: Any = (IsCustomerOrStaffMember,)


class ContributorAPIView(OurAPIView):
    """For third parties who give; who reads their tokens is said by the class below."""

    permission_classes: Any = (IsContributor,)


class PublicAPIView(OurAPIView):
    """For everybody: the explicit mark that the route test looks for."""

    public = True
    authentication_classes: Any = ()
    permission_classes: Any = ()
