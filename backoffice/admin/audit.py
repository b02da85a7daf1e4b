"""The audit log and its anchors, to be read."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.paginator import InfinitePaginator

from aarokya.common import clock
from aarokya.common.models import AuditEntry
from aarokya.common.office import differences
from aarokya.common.office.base import LookOnly
from backoffice.admin.filters import Exactly, OnDay
from backoffice.models import AuditAnchor


class ByActor(Exactly):
    title, parameter_name = "who", "actor"


class ByAction(Exactly):
    title, parameter_name = "what", "action"


class ByType(Exactly):
    title, parameter_name = "kind of object", "object_type"


class ById(Exactly):
    title, parameter_name = "id of the object", "object_id"


class ByDay(OnDay):
    title, parameter_name = "day (India)", "day"


@admin.register(AuditEntry)
class AuditEntryAdmin(LookOnly):
    """Who did what, to what, why. Newest first; never counted, however long it grows."""

    list_display = ("when", "actor", "action", "what", "changed", "reason")
    list_display_links = ("when", "action")
    list_filter = (ByActor, ByAction, ByType, ById, ByDay)
    list_filter_submit = True
    list_fullwidth = True
    list_filter_sheet = False
    ordering = ("-id",)
    list_per_page = 50
    paginator = InfinitePaginator
    readonly_fields = ("difference", "chain")
    fieldsets = (
        (None, {"fields": ("at", "actor", "action", "object_type", "object_id", "reason", "request_id")}),
        ("What changed", {"fields": ("difference",)}),
        ("Its place in the chain", {"fields": ("chain",)}),
    )

    @admin.display(description="at (IST)")
    def when(self, entry: AuditEntry) -> SafeString:
        return format_html('<span class="whitespace-nowrap">{}</span>', f"{entry.at.astimezone(clock.IST):%d %b %Y %H:%M:%S}")

    @admin.display(description="object")
    def what(self, entry: AuditEntry) -> str:
        return f"{entry.object_type} {entry.object_id[-12:]}"

    @admin.display(description="changed")
    def changed(self, entry: AuditEntry) -> str:
        """The names of what is different; never the values, which belong on the entry's own page."""
        names = [change.path for change in differences.changes(entry.before, entry.after) if change.kind != "same"]
        return ", ".join(names[:4]) + (" …" if len(names) > 4 else "") if names else "–"

    @admin.display(description="")
    def difference(self, entry: AuditEntry) -> SafeString:
        rows = differences.changes(entry.before, entry.after)
        return SafeString(render_to_string("admin/office/difference.html", {"changes": rows}))

    @admin.display(description="")
    def chain(self, entry: AuditEntry) -> SafeString:
        words = '<p>Number {} of {}</p><p><code class="break-all">{}</code> ← after <code class="break-all">{}</code></p>'
        return format_html(words, entry.number, day_words(entry.day), entry.hash, entry.previous_hash)


@admin.register(AuditAnchor)
class AuditAnchorAdmin(LookOnly):
    """The published hash of each day."""

    list_display = ("day", "entries", "hash", "made_at")
    ordering = ("-day",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:  # noqa: ARG002 (Django's signature)
        return ("day", "entries", "hash", "made_at")


def day_words(day: date) -> str:
    return f"{day:%d %b %Y}"
