"""For finance: where our ledger and the issuer differ, and setting it right with a second person."""

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.idempotency import idempotent
from aarokya.common.api.pagination import page, query
from aarokya.common.api.schema import documented, page_of
from aarokya.common.api.views import StaffAPIView, StaffRequest
from wallets.api import render_books
from wallets.api.serializers.reconciliation import (
    AdjustmentInput,
    AdjustmentOutput,
    AdjustmentsQuery,
    DifferenceOutput,
    DifferencesQuery,
    ReasonInput,
)
from wallets.models import Adjustment, Difference
from wallets.services import adjusting

PAGING = [OpenApiParameter("status", str), OpenApiParameter("limit", int), OpenApiParameter("offset", int)]


class FinanceView(StaffAPIView):
    groups: ClassVar[set[str]] = {"finance"}


class DifferencesView(StaffAPIView):
    groups: ClassVar[set[str]] = {"finance", "ops", "auditor"}

    @documented(
        "Wallets whose balance is not the issuer's", response=page_of(DifferenceOutput, name="Difference"), parameters=PAGING
    )
    def get(self, request: StaffRequest) -> Response:
        rows = Difference.objects.filter(**query(DifferencesQuery, request)).order_by("-found_at", "-id")
        return page(request, rows, render_books.difference)


class DifferenceAdjustmentsView(FinanceView):
    @documented(
        "Ask for an adjustment that closes the difference",
        request=AdjustmentInput,
        response=AdjustmentOutput,
        status=201,
        errors=("NOT_FOUND", "CONFLICT"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: StaffRequest, difference_id: UUID) -> Response:
        asked = AdjustmentInput.parse(request.data)
        made = adjusting.request(difference_id=difference_id, actor=request.user.actor, now=clock.now(), **asked)
        return Response(render_books.adjustment(made), status=201)


class AdjustmentsView(StaffAPIView):
    groups: ClassVar[set[str]] = {"finance", "ops", "auditor"}

    @documented("Adjustments, newest first", response=page_of(AdjustmentOutput, name="Adjustment"), parameters=PAGING)
    def get(self, request: StaffRequest) -> Response:
        rows = Adjustment.objects.filter(**query(AdjustmentsQuery, request)).order_by("-created_at", "-id")
        return page(request, rows, render_books.adjustment)


class AdjustmentApprovalView(FinanceView):
    @documented(
        "Approve somebody else's adjustment and carry it out",
        response=AdjustmentOutput,
        errors=("NOT_FOUND", "FORBIDDEN", "CONFLICT", "INVALID_TRANSITION", "INSUFFICIENT_BALANCE"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: StaffRequest, adjustment_id: UUID) -> Response:
        done = adjusting.approve(adjustment_id=adjustment_id, actor=request.user.actor, now=clock.now())
        return Response(render_books.adjustment(done))


class AdjustmentRejectionView(FinanceView):
    @documented(
        "Decide against an adjustment",
        request=ReasonInput,
        response=AdjustmentOutput,
        errors=("NOT_FOUND", "INVALID_TRANSITION"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: StaffRequest, adjustment_id: UUID) -> Response:
        asked = ReasonInput.parse(request.data)
        done = adjusting.reject(adjustment_id=adjustment_id, actor=request.user.actor, now=clock.now(), **asked)
        return Response(render_books.adjustment(done))
