"""Refunds, which take two people above a limit, and tickets, which take one who knows."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from aarokya.common import clock
from aarokya.common.office.base import ActionPage, Effect, LookOnly, actor_of, row_of, run
from aarokya.common.office.decorators import action
from aarokya.common.office.forms import ReasonForm
from payments.models import Refund, Ticket
from payments.services import tickets


@admin.register(Refund)
class RefundAdmin(LookOnly):
    """What waits for a second person is decided under Approvals."""

    list_display = ("unique_request_id", "order", "amount", "status", "reason", "requested_by", "requested_at", "finished_at")
    list_filter = ("status", "reason")
    list_select_related = ("order",)
    search_fields = ("unique_request_id", "order__order_id", "arn")
    ordering = ("-id",)


@admin.register(Ticket)
class TicketAdmin(LookOnly):
    list_display = ("opened_at", "kind", "subject", "problem", "closed_at", "closed_by")
    list_filter = ("kind", ("closed_at", admin.EmptyFieldListFilter))
    search_fields = ("subject", "order__order_id")
    ordering = ("-opened_at",)
    actions_detail = ("close",)

    @action(description="Close", url_path="close", permissions=["finance"], icon="task_alt")
    def close(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Somebody has put it right."""
        return run(self, request, closing(request, row_of(self, request, object_id)))


def closing(request: HttpRequest, ticket: Ticket) -> ActionPage:
    def effects(_asked: dict[str, Any]) -> list[Effect]:
        return [Effect(name="Ticket", before="open", after="closed, with your words as its resolution; nothing else changes")]

    def perform(asked: dict[str, Any]) -> str:
        tickets.close(ticket=ticket, actor=actor_of(request), resolution=asked["reason"], now=clock.now())
        return "The ticket is closed."

    return ActionPage(
        title="Close ticket",
        verb="Close",
        row=ticket,
        form=ReasonForm(request.POST or None),
        effects=effects,
        perform=perform,
        facts=[("Kind", ticket.get_kind_display()), ("About", ticket.subject), ("Problem", ticket.problem)],
        advice="A ticket is closed once the money is where it belongs: say what was done and where it can be seen.",
    )
