"""The customer's payments, and refunds by finance."""

from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.idempotency import idempotent
from aarokya.common.api.pagination import page, time_range
from aarokya.common.api.schema import documented, page_of
from aarokya.common.api.views import CustomerAPIView, CustomerRequest, StaffAPIView, StaffRequest, WhateverAccepted
from payments import selectors
from payments.api import serializers
from payments.documents import receipt_document, render_receipt
from payments.gateways import gateway
from payments.models import OrderEvent
from payments.services import approving, receipts, sessions, syncing
from payments.services.orders import Wish


class SessionView(CustomerAPIView):
    """Opening a payment."""

    @documented(
        "Open a payment session",
        request=serializers.PaymentSessionInput,
        response=serializers.PaymentSessionOutput,
        status=201,
        errors=("VALIDATION_ERROR", "INSUFFICIENT_BALANCE", "UPSTREAM_ERROR"),
        idempotent=True,
    )
    @idempotent(durable=False)
    def post(self, request: CustomerRequest) -> Response:
        asked = serializers.PaymentSessionInput.parse(request.data)
        wish = Wish(
            user_id=request.user.user_id,
            type=asked["type"].upper(),
            amount=asked.get("amount"),
            policy_id=asked.get("policy_id"),
            payment_method=asked["payment_method"],
        )
        order = sessions.start(wish, row_id=request.resource_id, gateway=gateway(), now=clock.now())
        return Response(serializers.render_session(order), status=201)


class OrderStatusView(CustomerAPIView):
    """Waiting for a payment."""

    @documented(
        "Status of a payment; asks the gateway while it is open", response=serializers.OrderStatusOutput, errors=("NOT_FOUND",)
    )
    def get(self, request: CustomerRequest, order_id: str) -> Response:
        order = selectors.order_of(user_id=request.user.user_id, order_id=order_id)
        fresh = syncing.poll(order=order, cause=OrderEvent.Cause.POLL, gateway=gateway(), now=clock.now())
        return Response(serializers.render_order_status(fresh))


class OrderListView(CustomerAPIView):
    """All payments of the customer."""

    @documented("My payments, newest first", response=page_of(serializers.OrderOutput, name="Order"))
    def get(self, request: CustomerRequest) -> Response:
        rows = time_range(request, selectors.orders_of(request.user.user_id), "opened_at")
        return page(request, rows, serializers.render_order)


class ReceiptView(CustomerAPIView):
    """The paper for the customer's files."""

    content_negotiation_class = WhateverAccepted

    @documented(
        "Receipt of a payment, PDF",
        response={(200, "application/pdf"): OpenApiTypes.BINARY},
        errors=("NOT_FOUND", "OE-1303"),
    )
    def get(self, request: CustomerRequest, order_id: str) -> HttpResponse:
        order = selectors.order_of(user_id=request.user.user_id, order_id=order_id)
        document = receipt_document(receipts.issue(order_id=order.order_id, now=clock.now()))
        headers = {"Content-Disposition": f'inline; filename="{document.file_name}"', "Cache-Control": "no-store"}
        return HttpResponse(render_receipt(document), content_type="application/pdf", headers=headers)


class RefundView(StaffAPIView):
    """Giving money back, by finance."""

    groups: ClassVar[set[str]] = {"finance"}

    @documented(
        "Refund a payment, in whole or in part; above a limit it waits for a second person",
        request=serializers.RefundInput,
        response=serializers.RefundOutput,
        status=201,
        errors=("NOT_FOUND", "INSUFFICIENT_BALANCE", "OE-1301", "OE-1302"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: StaffRequest, order_id: str) -> Response:
        asked = serializers.RefundInput.parse(request.data)
        order = selectors.order_by_number(order_id)
        refund = approving.request(
            order_id=order.order_id,
            amount=asked["amount"],
            note=asked["note"],
            destination=asked["destination"],
            actor=request.user.actor,
            idempotency_key=request.idempotency_key,
            now=clock.now(),
        )
        return Response(serializers.render_refund(refund), status=201)


class RefundApprovalView(StaffAPIView):
    """The second person's yes."""

    groups: ClassVar[set[str]] = {"finance"}

    @documented(
        "Approve a refund that somebody else asked for",
        response=serializers.RefundOutput,
        errors=("NOT_FOUND", "FORBIDDEN", "INVALID_TRANSITION", "INSUFFICIENT_BALANCE"),
    )
    def post(self, request: StaffRequest, order_id: str, refund_id: UUID) -> Response:
        refund = approving.approve(order_id=order_id, refund_id=refund_id, actor=request.user.actor, now=clock.now())
        return Response(serializers.render_refund(refund))


class RefundDeclineView(StaffAPIView):
    """The second person's no, or the first one's change of mind."""

    groups: ClassVar[set[str]] = {"finance"}

    @documented(
        "Decline a refund that waits for approval",
        request=serializers.DeclineInput,
        response=serializers.RefundOutput,
        errors=("NOT_FOUND", "INVALID_TRANSITION"),
    )
    def post(self, request: StaffRequest, order_id: str, refund_id: UUID) -> Response:
        note = serializers.DeclineInput.parse(request.data)["note"]
        actor = request.user.actor
        refund = approving.decline(order_id=order_id, refund_id=refund_id, actor=actor, reason=note, now=clock.now())
        return Response(serializers.render_refund(refund))
