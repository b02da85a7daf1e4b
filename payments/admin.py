"""Payments in the back office: everything can be looked at, nothing typed over."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from aarokya.common import clock
from aarokya.common.clients.http import PartnerError
from payments.gateways import gateway
from payments.gateways.base import GatewayRefused
from payments.models import Charge, Order, OrderEvent, Refund, WebhookInbox
from payments.services import syncing


class ReadOnly:
    """Rows that only the system writes."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


class OrderEventInline(ReadOnly, TabularInline):  # type: ignore[misc]  # unfold has no types
    model = OrderEvent
    fields = ("at", "from_status", "to_status", "cause", "evidence_id", "evidence")
    readonly_fields = fields
    ordering = ("id",)


class ChargeInline(ReadOnly, TabularInline):  # type: ignore[misc]  # unfold has no types
    model = Charge
    fields = ("transaction_id", "amount", "is_extra", "at")
    readonly_fields = fields


class RefundInline(ReadOnly, TabularInline):  # type: ignore[misc]  # unfold has no types
    model = Refund
    fields = (
        "unique_request_id",
        "amount",
        "status",
        "reason",
        "requested_by",
        "requested_at",
        "finished_at",
        "arn",
        "last_error",
    )
    readonly_fields = fields


@admin.register(Order)
class OrderAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ("order_id", "type", "amount", "status", "gateway_status", "settlement", "age", "review_reason")
    list_filter = ("status", "type", "payment_method", "settlement")
    search_fields = ("order_id", "gateway_reference", "reference_id", "user__phone")
    ordering = ("-id",)
    show_full_result_count = False
    exclude = ("payload",)  # carries a client token and the customer's address
    inlines = (OrderEventInline, ChargeInline, RefundInline)
    actions = ("ask_the_gateway_now",)

    @admin.display(ordering="opened_at")
    def age(self, order: Order) -> str:
        """How long an open order has been open; empty once its end is known."""
        return spell(order.age(clock.now())) if order.is_open else ""

    @admin.action(description="Ask the gateway now", permissions=["view"])
    def ask_the_gateway_now(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        """Settle at once what the poller would settle later; quarantined orders stay where they are."""
        for order in queryset:
            self.ask(request, order)

    def ask(self, request: HttpRequest, order: Order) -> None:
        actor = f"staff:{request.user.get_username()}"
        cause = OrderEvent.Cause.POLL
        try:
            fresh = syncing.sync_order(
                order_id=order.order_id, cause=cause, gateway=gateway(), now=clock.now(), evidence_id=actor
            )
        except (PartnerError, GatewayRefused) as error:
            self.message_user(request, f"{order.order_id}: {error}", messages.ERROR)
            return
        self.message_user(
            request, f"{fresh.order_id}: {order.status} → {fresh.status}, gateway says {fresh.gateway_status or 'nothing'}"
        )


@admin.register(OrderEvent)
class OrderEventAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ("at", "order", "from_status", "to_status", "cause", "evidence_id")
    list_filter = ("cause", "to_status")
    list_select_related = ("order",)
    search_fields = ("order__order_id", "evidence_id")
    ordering = ("-id",)
    show_full_result_count = False


@admin.register(Refund)
class RefundAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ("unique_request_id", "order", "amount", "status", "reason", "requested_by", "requested_at", "finished_at")
    list_filter = ("status", "reason")
    list_select_related = ("order",)
    search_fields = ("unique_request_id", "order__order_id", "arn")
    ordering = ("-id",)
    show_full_result_count = False


@admin.register(WebhookInbox)
class WebhookInboxAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ("id", "provider", "event_name", "order_id", "state", "attempts", "received_at", "processed_at", "last_error")
    list_filter = ("provider", "state", "event_name")
    search_fields = ("order_id", "dedupe_key")
    ordering = ("-id",)
    show_full_result_count = False
    exclude = ("body",)
    readonly_fields = ("text",)

    @admin.display(description="body")
    def text(self, row: WebhookInbox) -> str:
        return row.raw.decode("utf-8", errors="replace")[:20_000]


def spell(age: timedelta) -> str:
    """Return `3 d 4 h`, `4 h 10 min` or `10 min`."""
    minutes = int(age.total_seconds() // 60)
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"
