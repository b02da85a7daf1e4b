"""Acts in the back office: what will happen is shown, a reason is typed, then it happens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold import decorators
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget

from aarokya.common.errors import DomainError
from accounts.models import StaffGroup

Method = TypeVar("Method", bound=Callable[..., Any])


def verb(**options: Any) -> Callable[[Method], Method]:
    """Unfold's action decorator with types: unfold ships none."""
    return cast("Callable[[Method], Method]", decorators.action(**options))


def actor_of(request: HttpRequest) -> str:
    return f"staff:{request.user.get_username()}"


class ActsForFinance:
    """`finance` is the permission of the actions: superusers and the group finance."""

    def has_finance_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 (unfold's signature)
        user: Any = request.user
        return bool(user.is_superuser or user.groups.filter(name=StaffGroup.FINANCE).exists())


class ReadOnly:
    """Rows that only the system writes."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


class ReasonForm(forms.Form):
    """Every act has a reason in the audit log."""

    reason = forms.CharField(
        min_length=3, max_length=300, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}), help_text="Goes into the audit log."
    )


@dataclass(frozen=True, kw_only=True)
class ReasonPage:
    """`effects` says what will happen; `perform` takes the reason, does it and returns words. It may raise DomainError."""

    title: str
    effects: Sequence[str]
    perform: Callable[[str], str]


def row(admin: ModelAdmin, request: HttpRequest, object_id: str) -> Any:
    found = admin.get_object(request, object_id)
    if found is None:
        raise Http404
    return found


def run(admin: ModelAdmin, request: HttpRequest, row: Model, page: ReasonPage) -> HttpResponse:
    """Show the page, or do what it says once the reason is there."""
    form = ReasonForm(request.POST or None)
    back = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, page.perform(form.cleaned_data["reason"]))
            return HttpResponseRedirect(back)
        except DomainError as refused:
            form.add_error(None, refused.text)
    context = {
        **admin.admin_site.each_context(request),
        "title": page.title,
        "page": page,
        "form": form,
        "opts": admin.model._meta,
        "original": row,
        "back": back,
        "media": admin.media + form.media,
    }
    return TemplateResponse(request, "admin/payments/reason.html", context)
