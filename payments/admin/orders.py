"""Orders, their history, and what gateways pushed: looked at, never typed over."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from unfold.admin import TabularInline

from aarokya.common import clock
from aarokya.common.clients.http import PartnerError
from aarokya.common.errors import UpstreamError
from aarokya.common.office.base import ActionPage, Effect, ListAct, LookOnly, ReadOnly, actor_of, row_of, run, run_on_rows
from aarokya.common.office.decorators import action
from aarokya.common.office.forms import ReasonForm
from payments.admin import steps
from payments.admin.refunding import refunding
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
class OrderAdmin(LookOnly):
    list_display = ("order_id", "type", "amount", "status", "gateway_status", "settlement", "age", "review_reason")
    list_filter = ("status", "type", "payment_method", "settlement")
    search_fields = ("order_id", "gateway_reference", "reference_id", "user__phone")
    ordering = ("-id",)
    exclude = ("payload",)  # carries a client token and the customer's address
    inlines = (OrderEventInline, ChargeInline, RefundInline)
    actions = ("ask_the_gateway_now",)
    actions_detail = ("ask", "refund", "release")
    readonly_fields = ("way",)

    def get_fields(self, request: HttpRequest, obj: Order | None = None) -> list[str]:
        """The graph of its steps first."""
        names: list[str] = super().get_fields(request, obj)
        return ["way", *(name for name in names if name != "way")]

    @admin.display(description="Steps")
    def way(self, order: Order) -> SafeString:
        return steps.drawn(order)

    @action(description="Ask the gateway", url_path="ask", permissions=["either"], icon="sync")
    def ask(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Try the step again that waits for the gateway."""
        return run(self, request, asking(request, row_of(self, request, object_id)))

    @action(description="Refund", url_path="refund", permissions=["finance"], icon="undo")
    def refund(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """In whole or in part."""
        return run(self, request, refunding(request, row_of(self, request, object_id)))

    @action(description="Release from quarantine", url_path="release", permissions=["finance"], icon="lock_open")
    def release(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The gateway's facts were put right: ask it again, and let the order go on if they agree now."""
        return run(self, request, releasing(request, row_of(self, request, object_id)))

    @admin.display(ordering="opened_at")
    def age(self, order: Order) -> str:
        """How long an open order has been open; empty once its end is known."""
        return spell(order.age(clock.now())) if order.is_open else ""

    @admin.action(description="Ask the gateway now", permissions=["either"])
    def ask_the_gateway_now(self, request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponse | None:
        """Settle at once what the poller would settle later; quarantined orders stay where they are."""

        def perform(order: Order, reason: str) -> str:
            return ask_about(order, actor=actor_of(request), reason=reason)

        act = ListAct(
            title="Ask the gateway now",
            verb="Ask",
            effect=lambda order: (
                f"is {order.status}; becomes what the gateway says, and {order.amount} is settled if it was paid"
            ),
            perform=perform,
        )
        return run_on_rows(self, request, queryset, act)


def ask_about(order: Order, *, actor: str, reason: str) -> str:
    """Take over what the gateway says, and say what became of it."""
    before = order.status
    fresh = asked(
        lambda: syncing.ask_by_hand(order_id=order.order_id, actor=actor, reason=reason, gateway=gateway(), now=clock.now())
    )
    return f"{before} → {fresh.status}, gateway says {fresh.gateway_status or 'nothing'}"


def asking(request: HttpRequest, order: Order) -> ActionPage:
    def effects(_asked: dict[str, Any]) -> list[Effect]:
        return [
            Effect(name="Order", before=str(order.status), after="becomes what the gateway says"),
            Effect(name="If it was paid", after=f"{order.amount} is settled as {order.type}, once", warning=True),
        ]

    def perform(given: dict[str, Any]) -> str:
        return f"{order.order_id}: {ask_about(order, actor=actor_of(request), reason=given['reason'])}"

    return ActionPage(
        title="Ask the gateway",
        verb="Ask",
        row=order,
        form=ReasonForm(request.POST or None),
        effects=effects,
        perform=perform,
        facts=[("Order", order.order_id), ("Amount", str(order.amount)), ("Status", str(order.status))],
        advice="Harmless to repeat: only what the gateway says is taken over. Quarantined orders stay where they are.",
    )


def releasing(request: HttpRequest, order: Order) -> ActionPage:
    def effects(_asked: dict[str, Any]) -> list[Effect]:
        return [
            Effect(name="Gateway", after=f"is asked about {order.order_id} again"),
            Effect(
                name="If it agrees", after=f"{order.amount} is settled as {order.type}; otherwise nothing changes", warning=True
            ),
        ]

    def perform(given: dict[str, Any]) -> str:
        fresh = asked(
            lambda: syncing.release_from_quarantine(
                order_id=order.order_id, actor=actor_of(request), reason=given["reason"], gateway=gateway(), now=clock.now()
            )
        )
        return f"{order.order_id}: {order.status} → {fresh.status}. {fresh.review_reason}"

    facts = [
        ("Order", order.order_id),
        ("Amount", str(order.amount)),
        ("Status", str(order.status)),
        ("Kept back because", order.review_reason or "it is not in quarantine"),
    ]
    return ActionPage(
        title="Release from quarantine",
        verb="Release",
        row=order,
        form=ReasonForm(request.POST or None),
        effects=effects,
        perform=perform,
        facts=facts,
        advice="Release only once the gateway has corrected its record: compare order id, amount and currency in its dashboard.",
    )


def asked(call: Callable[[], Order]) -> Order:
    """Return what the gateway made of the order; UpstreamError when it did not say."""
    try:
        return call()
    except (PartnerError, GatewayRefused) as error:
        raise UpstreamError(f"The gateway did not say: {error}") from error


@admin.register(OrderEvent)
class OrderEventAdmin(LookOnly):
    list_display = ("at", "order", "from_status", "to_status", "cause", "evidence_id")
    list_filter = ("cause", "to_status")
    list_select_related = ("order",)
    search_fields = ("order__order_id", "evidence_id")
    ordering = ("-id",)


@admin.register(WebhookInbox)
class WebhookInboxAdmin(LookOnly):
    list_display = ("id", "provider", "event_name", "order_id", "state", "attempts", "received_at", "processed_at", "last_error")
    list_filter = ("provider", "state", "event_name")
    search_fields = ("order_id", "dedupe_key")
    ordering = ("-id",)
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
