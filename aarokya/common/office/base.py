"""Looking and acting in the back office: rows are read-only; an act shows its effect, takes a reason, then happens."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.admin import ModelAdmin

from aarokya.common.errors import DomainError
from aarokya.common.office.forms import ReasonForm
from aarokya.common.office.paging import QuickPaginator

ROWS_MAX = 100  # of one act on a list; the list itself shows no more


def actor_of(request: HttpRequest) -> str:
    return f"staff:{request.user.get_username()}"


def in_groups(request: HttpRequest, *groups: str) -> bool:
    """Superusers and the groups named."""
    user: Any = request.user
    return bool(user.is_superuser or user.groups.filter(name__in=groups).exists())


def may(request: HttpRequest, permission: str) -> bool:
    """Whether the member of staff has `app.codename`."""
    user: Any = request.user
    return bool(user.has_perm(permission))


class ReadOnly:
    """Rows that only the system writes; the group's view permission lets in."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 (Django's signature)
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


class LookOnly(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Rows are read here and changed by acts. `ops`, `finance` and `either` are permissions of acts."""

    show_full_result_count = False
    paginator = QuickPaginator

    def has_ops_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 (unfold's signature)
        return in_groups(request, "ops")

    def has_finance_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        return in_groups(request, "finance")

    def has_either_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        return in_groups(request, "ops", "finance")


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
    advice: str = ""  # what to look at before deciding
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
    return TemplateResponse(request, "admin/office/action.html", context)


@dataclass(frozen=True, kw_only=True)
class ListAct:
    """The same act on several rows, one after the other: each is refused or done by itself."""

    title: str
    verb: str
    effect: Callable[[Any], str]  # what will happen to one row
    perform: Callable[[Any, str], str]  # row and reason → words of success; may raise DomainError
    advice: str = ""


def run_on_rows(admin: ModelAdmin, request: HttpRequest, rows: Iterable[Any], act: ListAct) -> HttpResponse | None:
    """Show what would happen to each chosen row and ask why; with a reason and `confirm`, do it. None: back to the list."""
    chosen = list(rows)[:ROWS_MAX]
    asked = request.POST if "confirm" in request.POST or "reason" in request.POST else None
    form = ReasonForm(asked)
    if asked is not None and form.is_valid():
        for row in chosen:
            attempt(request, row, act, reason=form.cleaned_data["reason"])
        return None
    context = {
        **admin.admin_site.each_context(request),
        "title": act.title,
        "page": act,
        "rows": [(row, act.effect(row)) for row in chosen],
        "form": form,
        "opts": admin.model._meta,
        "back": request.get_full_path(),
        "action": request.POST.get("action", ""),
        "checkbox": ACTION_CHECKBOX_NAME,
        "media": admin.media + form.media,
    }
    return TemplateResponse(request, "admin/office/list_action.html", context)


def attempt(request: HttpRequest, row: Any, act: ListAct, *, reason: str) -> None:
    try:
        messages.success(request, f"{row}: {act.perform(row, reason)}")
    except DomainError as refused:
        messages.error(request, f"{row}: {refused.text}")


def change_url(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def row_of(admin: ModelAdmin, request: HttpRequest, object_id: str) -> Any:
    """Return the row of an act's page; Http404."""
    found = admin.get_object(request, object_id)
    if found is None:
        raise Http404
    return found


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
