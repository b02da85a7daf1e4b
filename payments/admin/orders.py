"""Orders, their history, and what gateways pushed: looked at, never typed over."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin, TabularInline

from aarokya.common import clock
from aarokya.common.clients.http import PartnerError
from aarokya.common.errors import UpstreamError
from payments.admin import pages
from payments.admin.pages import ActsForFinance, ReadOnly, ReasonPage, verb
from payments.gateways import gateway
from payments.gateways.base import GatewayRefused
from payments.models import Charge, Order, OrderEvent, Refund, WebhookInbox
from payments.services import syncing


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
class OrderAdmin(ActsForFinance, ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ("order_id", "type", "amount", "status", "gateway_status", "settlement", "age", "review_reason")
    list_filter = ("status", "type", "payment_method", "settlement")
    search_fields = ("order_id", "gateway_reference", "reference_id", "user__phone")
    ordering = ("-id",)
    show_full_result_count = False
    exclude = ("payload",)  # carries a client token and the customer's address
    inlines = (OrderEventInline, ChargeInline, RefundInline)
    actions = ("ask_the_gateway_now",)
    actions_detail = ("release",)

    @verb(description="Release from quarantine", url_path="release", permissions=["finance"], icon="lock_open")
    def release(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The gateway's facts were put right: ask it again, and let the order go on if they agree now."""
        order = pages.row(self, request, object_id)

        def perform(reason: str) -> str:
            actor = pages.actor_of(request)
            try:
                fresh = syncing.release_from_quarantine(
                    order_id=order.order_id, actor=actor, reason=reason, gateway=gateway(), now=clock.now()
                )
            except (PartnerError, GatewayRefused) as error:
                raise UpstreamError(f"The gateway did not say: {error}") from error
            return f"{order.order_id}: {order.status} → {fresh.status}. {fresh.review_reason}"

        page = ReasonPage(
            title="Release from quarantine",
            effects=(
                f"The gateway is asked about {order.order_id} again.",
                f"If its facts are ours by now, {order.amount} is settled as {order.type}; otherwise nothing changes.",
                f"Kept back because: {order.review_reason or 'it is not in quarantine'}",
            ),
            perform=perform,
        )
        return pages.run(self, request, order, page)

    @admin.display(ordering="opened_at")
    def age(self, order: Order) -> str:
        """How long an open order has been open; empty once its end is known."""
        return spell(order.age(clock.now())) if order.is_open else ""

    def has_ask_permission(self, request: HttpRequest) -> bool:
        """Who only looks does not settle."""
        user: Any = request.user
        return bool(user.is_superuser or user.groups.filter(name__in=["ops", "finance"]).exists())

    @admin.action(description="Ask the gateway now", permissions=["ask"])
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
