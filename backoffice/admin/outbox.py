"""Messages on their way, and those that gave up: the quarantine."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.paginator import InfinitePaginator

from aarokya.common import clock
from aarokya.common.models import OutboxMessage
from aarokya.common.office.base import ActionPage, Effect, LookOnly, actor_of, may, run
from aarokya.common.office.decorators import action, display
from aarokya.common.office.forms import ReasonForm
from backoffice.services import messages
from backoffice.spans import span

STATES = {
    "quarantine": Q(quarantined_at__isnull=False, done_at=None),
    "open": Q(quarantined_at=None, done_at=None),
    "done": Q(done_at__isnull=False),
}
COLOURS = {"quarantine": "danger", "open": "warning", "done": "success"}


class ByState(admin.SimpleListFilter):
    """What became of it. Everything, done or not, is one click away."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002 (Django's signature)
        return [(name, name.capitalize()) for name in STATES]

    def queryset(self, request: HttpRequest, rows: QuerySet[OutboxMessage]) -> QuerySet[OutboxMessage]:  # noqa: ARG002
        chosen = STATES.get(self.value() or "")
        return rows.filter(chosen) if chosen else rows


@admin.register(OutboxMessage)
class OutboxMessageAdmin(LookOnly):
    list_display = ("id", "topic", "handler", "state", "tries", "age", "error")
    list_display_links = ("id", "topic")
    list_filter = (ByState,)
    ordering = ("-id",)
    list_per_page = 50
    paginator = InfinitePaginator
    actions_detail = ("replay",)
    fields = (
        "topic",
        "handler",
        "key",
        "state",
        "attempts",
        "last_error",
        "created_at",
        "not_before",
        "claimed_until",
        "quarantined_at",
        "done_at",
    )  # not the payload: it may name people

    @display(description="State", label=COLOURS)
    def state(self, message: OutboxMessage) -> str:
        if message.done_at:
            return "done"
        return "quarantine" if message.quarantined_at else "open"

    @display(description="Tries", ordering="attempts")
    def tries(self, message: OutboxMessage) -> int:
        return message.attempts

    @display(description="Age")
    def age(self, message: OutboxMessage) -> str:
        """Until it was done, or until now."""
        return span((message.done_at or clock.now()) - message.created_at)

    @display(description="Last error")
    def error(self, message: OutboxMessage) -> SafeString:
        return format_html('<span title="{}">{}</span>', message.last_error, message.last_error[:80])

    def has_replay_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 (unfold's signature)
        return may(request, "backoffice.replay_message")

    @action(description="Try again", url_path="replay", permissions=["replay"], icon="replay")
    def replay(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A fresh set of tries for a message in quarantine."""
        message = get_object_or_404(OutboxMessage, pk=int(object_id) if object_id.isdecimal() else None)
        return run(self, request, replaying(request, message))


def replaying(request: HttpRequest, message: OutboxMessage) -> ActionPage:
    def effects(_asked: dict[str, Any]) -> list[Effect]:
        return [
            Effect(name="State", before="quarantine", after="open: handed to a worker at once"),
            Effect(name="Tries", before=str(message.attempts), after="0, with the usual pauses between them"),
            Effect(
                name="Whatever it does", after="happens once, even if an earlier try got half-way: handlers find their work done"
            ),
        ]

    def perform(asked: dict[str, Any]) -> str:
        messages.replay(message.pk, actor=actor_of(request), reason=asked["reason"], now=clock.now())
        return "The message is tried again."

    facts = [
        ("Message", str(message.pk)),
        ("What happened", message.topic),
        ("Who should act", message.handler),
        ("Tries", str(message.attempts)),
        ("Last error", message.last_error),
    ]
    form = ReasonForm(request.POST or None)
    return ActionPage(
        title="Try the message again", verb="Try again", row=message, form=form, effects=effects, perform=perform, facts=facts
    )
