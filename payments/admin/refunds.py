"""Refunds, which take two people above a limit, and tickets, which take one who knows."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from aarokya.common import clock
from payments.admin import pages
from payments.admin.pages import ActsForFinance, ReadOnly, ReasonPage, verb
from payments.models import Refund, Ticket
from payments.services import approving, tickets


@admin.register(Refund)
class RefundAdmin(ActsForFinance, ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ("unique_request_id", "order", "amount", "status", "reason", "requested_by", "requested_at", "finished_at")
    list_filter = ("status", "reason")
    list_select_related = ("order",)
    search_fields = ("unique_request_id", "order__order_id", "arn")
    ordering = ("-id",)
    show_full_result_count = False
    actions_detail = ("approve", "decline")

    @verb(description="Approve", url_path="approve", permissions=["finance"], icon="done_all")
    def approve(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The second person's yes."""
        refund = pages.row(self, request, object_id)

        def perform(_reason: str) -> str:
            actor = pages.actor_of(request)
            approving.approve(order_id=refund.order.order_id, refund_id=refund.pk, actor=actor, now=clock.now())
            return f"{refund.amount} goes back."

        where = "into the customer's wallet" if refund.destination == "WALLET" else "to the bank account it came from"
        effects = (f"{refund.amount} goes {where}.", f"Asked for by {refund.requested_by}: {refund.note}")
        return pages.run(self, request, refund, ReasonPage(title="Approve refund", effects=effects, perform=perform))

    @verb(description="Decline", url_path="decline", permissions=["finance"], icon="block")
    def decline(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The second person's no."""
        refund = pages.row(self, request, object_id)

        def perform(reason: str) -> str:
            actor = pages.actor_of(request)
            approving.decline(order_id=refund.order.order_id, refund_id=refund.pk, actor=actor, reason=reason, now=clock.now())
            return "The refund is declined."

        effects = ("Nothing goes back; the amount can be refunded again.",)
        return pages.run(self, request, refund, ReasonPage(title="Decline refund", effects=effects, perform=perform))


@admin.register(Ticket)
class TicketAdmin(ActsForFinance, ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ("opened_at", "kind", "subject", "problem", "closed_at", "closed_by")
    list_filter = ("kind", ("closed_at", admin.EmptyFieldListFilter))
    search_fields = ("subject", "order__order_id")
    ordering = ("-opened_at",)
    show_full_result_count = False
    actions_detail = ("close",)

    @verb(description="Close", url_path="close", permissions=["finance"], icon="task_alt")
    def close(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Somebody has put it right."""
        ticket = pages.row(self, request, object_id)

        def perform(reason: str) -> str:
            tickets.close(ticket=ticket, actor=pages.actor_of(request), resolution=reason, now=clock.now())
            return "The ticket is closed."

        effects = (ticket.problem, "Nothing else changes: say what was done about it.")
        return pages.run(self, request, ticket, ReasonPage(title="Close ticket", effects=effects, perform=perform))
