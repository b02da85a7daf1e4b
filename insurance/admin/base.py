"""What insurance's pages in the back office share: looking is for staff, acting is for ops and shows its effect first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.admin import ModelAdmin

from aarokya.common.errors import DomainError
from accounts.models import StaffGroup


def actor_of(request: HttpRequest) -> str:
    return f"staff:{request.user.get_username()}"


def acts_for_ops(request: HttpRequest) -> bool:
    """Superusers and the group ops."""
    user: Any = request.user
    return bool(user.is_superuser or user.groups.filter(name=StaffGroup.OPS).exists())


class LookOnly(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Rows are read here and changed by verbs. `ops` is the permission of unfold's actions."""

    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 (Django's signature)
        """All staff may look."""
        return bool(request.user.is_active and request.user.is_staff)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 (Django's signature)
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False

    def has_ops_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        return acts_for_ops(request)


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One thing that will be different; `warning` makes it stand out."""

    name: str
    before: str = ""
    after: str
    warning: bool = False


@dataclass(frozen=True, kw_only=True)
class ActionPage:
    """A form, what it would do, and the button that does it. Both callables may raise DomainError."""

    title: str
    verb: str
    row: Model
    form: forms.Form
    effects: Callable[[dict[str, Any]], Sequence[Effect]]
    perform: Callable[[dict[str, Any]], str]  # returns the message of success
    facts: Sequence[tuple[str, str]] = ()
    danger: bool = False
    context: dict[str, Any] = field(default_factory=dict)


def run(admin: ModelAdmin, request: HttpRequest, page: ActionPage) -> HttpResponse:
    """First submit shows the effect, the second (`confirm`) does it."""
    effects: Sequence[Effect] = ()
    if request.method == "POST" and page.form.is_valid():
        try:
            if "confirm" in request.POST:
                messages.success(request, page.perform(page.form.cleaned_data))
                return HttpResponseRedirect(change_url(page.row))
            effects = page.effects(page.form.cleaned_data)
        except DomainError as refused:
            refuse(page.form, refused)
    return show(admin, request, page, effects)


def refuse(form: forms.Form, refused: DomainError) -> None:
    """Put each detail beside its field."""
    named = [detail for detail in refused.details if detail.field in form.fields]
    for detail in named:
        form.add_error(detail.field, detail.message)
    if not named:
        form.add_error(None, refused.text)


def show(admin: ModelAdmin, request: HttpRequest, page: ActionPage, effects: Sequence[Effect]) -> HttpResponse:
    context = {
        **admin.admin_site.each_context(request),
        "title": page.title,
        "page": page,
        "effects": effects,
        "form": page.form,
        "opts": admin.model._meta,
        "original": page.row,
        "back": change_url(page.row),
        "media": admin.media + page.form.media,
        **page.context,
    }
    return TemplateResponse(request, "admin/insurance/action.html", context)


def change_url(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def is_uuid(text: str) -> bool:
    try:
        UUID(text.strip())
    except ValueError:
        return False
    return True


def uuid_of(text: str) -> UUID:
    """Return the id in an admin URL; Http404 when it is none."""
    if not is_uuid(text):
        raise Http404
    return UUID(text)
