"""Routes that behave as a test asks: mounted by `aarokya.common.tests.urls` alone."""

import threading
from typing import Any, ClassVar
from uuid import UUID

from django.db import DatabaseError, OperationalError, connection, transaction
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from aarokya.common import errors
from aarokya.common.api.idempotency import idempotent
from aarokya.common.api.pagination import keyset, page, time_range
from aarokya.common.api.principals import Customer, Principal, StaffMember
from aarokya.common.api.views import CustomerAPIView, CustomerRequest, PublicAPIView, SharedAPIView, SharedRequest, StaffAPIView
from aarokya.common.clients.http import PartnerError, refuse_inside_transaction
from aarokya.common.clock import now as clock_now
from aarokya.common.models import OutboxMessage


class NamedByHeader(BaseAuthentication):
    """`Authorization: Customer <uuid>`, or `Staff <group>`; the real tokens belong to another app."""

    def authenticate(self, request: Request) -> tuple[Principal, None] | None:
        kind, _, name = request.headers.get("Authorization", "").partition(" ")
        match kind:
            case "Customer":
                return Customer(user_id=UUID(name), session_id=UUID(int=1), status="ACTIVE"), None
            case "Staff":
                return StaffMember(staff_id=1, username=name, groups=frozenset({name}), is_superuser=name == "admin"), None
            case "":
                return None
            case _:
                raise errors.InvalidToken

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class Crash(BaseException):
    """The process dies: nobody catches this on the way out."""


class Gate:
    """Holds a running request until the test opens it."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.opened = threading.Event()

    def pass_through(self) -> None:
        self.entered.set()
        assert self.opened.wait(timeout=20)


GATES: dict[str, Gate] = {}
OUTCOMES: dict[str, type[errors.DomainError]] = {
    kind.code: kind
    for kind in (
        errors.InvalidInput,
        errors.InsufficientBalance,
        errors.NotFound,
        errors.Forbidden,
        errors.Conflict,
        errors.RateLimited,
        errors.UpstreamError,
        errors.ServiceUnavailable,
    )
}


def effect(request: CustomerRequest) -> Response:
    """Write one row, then end as the body's `do` says."""
    body: Any = request.data
    do = body.get("do", "")
    row = OutboxMessage.objects.create(
        topic="effect", handler="nobody", last_error=str(request.idempotency_key), payload=body, not_before=clock_now()
    )
    if do in GATES:
        GATES[do].pass_through()
    elif do in OUTCOMES:
        raise OUTCOMES[do]("as asked")
    elif do == "CRASH":
        raise Crash
    elif do == "BUG":
        raise ZeroDivisionError("a detail that nobody outside may read")
    return Response({"row": row.pk, "at": clock_now(), "customer": request.user.user_id}, status=201)


class CustomerView(CustomerAPIView):
    authentication_classes = (NamedByHeader,)


class DurableView(CustomerView):
    @idempotent
    def post(self, request: CustomerRequest) -> Response:
        return effect(request)


class ResumableView(CustomerView):
    @idempotent(durable=False)
    def post(self, request: CustomerRequest) -> Response:
        refuse_inside_transaction("partner", "call")
        with transaction.atomic():
            return effect(request)


class EchoView(CustomerView):
    def get(self, request: CustomerRequest) -> Response:
        return Response({"query": request.query_params.dict()})

    def post(self, request: CustomerRequest) -> Response:
        return Response({"body": request.data})


class NameView(CustomerView):
    """A path parameter that may be any text."""

    def get(self, request: CustomerRequest, name: str) -> Response:
        return Response({"found": OutboxMessage.objects.filter(topic=name).count()})


class PageView(CustomerView):
    def get(self, request: CustomerRequest) -> Response:
        rows = time_range(request, OutboxMessage.objects.order_by("id"), "not_before")
        return page(request, rows, lambda row: {"id": row.pk})


class FeedView(CustomerView):
    def get(self, request: CustomerRequest) -> Response:
        return keyset(request, OutboxMessage.objects.all(), lambda row: {"id": row.pk}, key="id")


class StaffView(StaffAPIView):
    authentication_classes = (NamedByHeader,)
    groups: ClassVar[set[str]] = {"finance"}

    def get(self, request: Request) -> Response:
        return Response({"staff": request.user.username})


class SharedView(SharedAPIView):
    authentication_classes = (NamedByHeader,)

    def get(self, request: SharedRequest) -> Response:
        return Response({"actor": request.user.actor})


def locked() -> None:
    raise OperationalError("canceling statement due to lock timeout")


def gone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM common_outbox WHERE id = 9223372036854775808::numeric::bigint")


def wrong_sql() -> None:
    raise DatabaseError("a detail that nobody outside may read")


def bug() -> None:
    raise ZeroDivisionError("a detail that nobody outside may read")


def partner() -> None:
    raise PartnerError("gateway session: no answer in time", permanent=False)


FAILURES: dict[str, Any] = {"locked": locked, "range": gone, "sql": wrong_sql, "bug": bug, "partner": partner}


class FailingView(PublicAPIView):
    def get(self, request: Request, how: str) -> Response:
        FAILURES[how]()
        return Response({})


def plain_failure(request: Any) -> Any:
    """A view without DRF: its failure is Django's to answer."""
    raise ZeroDivisionError("a detail that nobody outside may read")
