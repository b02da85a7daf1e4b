"""Provider orders (ops) and settlements (finance)."""

from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.idempotency import idempotent
from aarokya.common.api.pagination import page, query, time_range
from aarokya.common.api.schema import documented, page_of
from aarokya.common.api.views import StaffAPIView, StaffRequest
from wallets import selectors
from wallets.api import render_settlements as render
from wallets.api.serializers.accounts import BankReferenceInput
from wallets.api.serializers.settlements import (
    ProviderOrderInput,
    ProviderOrderOutput,
    ProviderOrdersQuery,
    SettlementInput,
    SettlementOutput,
    SettlementsQuery,
)
from wallets.models import ProviderOrder
from wallets.services import provider_orders, settlements


class ProviderOrderStaffView(StaffAPIView):
    groups: ClassVar[set[str]] = {"ops", "finance"}


class ProviderOrdersView(ProviderOrderStaffView):
    @documented(
        "Pay what a policy owes to its provider out of the holder's wallet",
        request=ProviderOrderInput,
        response=ProviderOrderOutput,
        status=201,
        errors=("SPE-1408", "CONFLICT"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: StaffRequest) -> Response:
        asked = ProviderOrderInput.parse(request.data)
        made = provider_orders.create(**asked, order_id=request.resource_id, actor=request.user.actor, now=clock.now())
        return Response(render.provider_order(made), status=201)

    @documented(
        "Provider orders, newest first",
        response=page_of(ProviderOrderOutput, name="ProviderOrder"),
        parameters=[
            OpenApiParameter(name, str)
            for name in ("benefit_entity_id", "provider_id", "status", "start_time", "end_time", "limit", "offset")
        ],
    )
    def get(self, request: StaffRequest) -> Response:
        rows = ProviderOrder.objects.filter(**query(ProviderOrdersQuery, request)).order_by("-id")
        return page(request, time_range(request, rows), render.provider_order)


class ProviderOrderView(ProviderOrderStaffView):
    @documented("One provider order", response=ProviderOrderOutput, errors=("NOT_FOUND",))
    def get(self, request: StaffRequest, order_id: UUID) -> Response:  # noqa: ARG002 (the router's signature)
        return Response(render.provider_order(selectors.provider_order(order_id)))


class ProviderOrderSyncView(ProviderOrderStaffView):
    @documented("Try to pay again; nothing to do once paid", response=ProviderOrderOutput, errors=("NOT_FOUND",))
    def patch(self, request: StaffRequest, order_id: UUID) -> Response:
        done = provider_orders.sync(order_id=order_id, actor=request.user.actor, now=clock.now())
        return Response(render.provider_order(done))


class FinanceView(StaffAPIView):
    groups: ClassVar[set[str]] = {"finance"}


class SettlementsView(FinanceView):
    @documented(
        "Draw up what wallets paid to an account and nobody has settled yet",
        request=SettlementInput,
        response=SettlementOutput,
        status=201,
        errors=("NOT_FOUND", "CONFLICT"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: StaffRequest) -> Response:
        asked = SettlementInput.parse(request.data)
        made = settlements.draw_up(
            settlement_id=request.resource_id, contra_id=asked["account_id"], actor=request.user.actor, now=clock.now()
        )
        return Response(render.settlement(made), status=201)

    @documented(
        "Settlements, newest first",
        response=page_of(SettlementOutput, name="Settlement"),
        parameters=[OpenApiParameter(name, str) for name in ("status", "limit", "offset")],
    )
    def get(self, request: StaffRequest) -> Response:
        return page(request, selectors.settlements(**query(SettlementsQuery, request)), render.settlement)


class SettlementConfirmationView(FinanceView):
    @documented(
        "Confirm, as a second person, that the bank has paid",
        request=BankReferenceInput,
        response=SettlementOutput,
        errors=("NOT_FOUND", "FORBIDDEN", "CONFLICT", "INVALID_TRANSITION"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: StaffRequest, settlement_id: UUID) -> Response:
        asked = BankReferenceInput.parse(request.data)
        done = settlements.confirm(settlement_id=settlement_id, actor=request.user.actor, now=clock.now(), **asked)
        return Response(render.settlement(done))


class SettlementStatementView(FinanceView):
    @documented(
        "The provider's statement: each movement, and the total",
        response={(200, "text/csv"): OpenApiTypes.BINARY},
        errors=("NOT_FOUND",),
    )
    def get(self, request: StaffRequest, settlement_id: UUID) -> HttpResponse:  # noqa: ARG002 (the router's signature)
        found = selectors.settlement(settlement_id)
        name = f'attachment; filename="settlement_{found.pk}.csv"'
        headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
        return HttpResponse(render.statement(found), content_type="text/csv; charset=utf-8", headers=headers)
