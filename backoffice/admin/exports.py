"""Exports: ask, wait for the second person, fetch."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminSingleDateWidget, UnfoldBooleanSwitchWidget

from aarokya.common import clock
from aarokya.common.errors import DomainError, NotFound
from aarokya.common.office import base
from aarokya.common.office.base import LookOnly, in_groups, row_of
from aarokya.common.office.decorators import action, display
from aarokya.common.office.forms import ReasonForm
from accounts.models import Staff
from backoffice.admin.activations import download
from backoffice.datasets import DATASETS
from backoffice.models import Export, ExportState, Format
from backoffice.services import exporting
from backoffice.sheets.writing import XLSX

COLOURS = {"Waits for a second person": "warning", "Is being made": "info", "Ready": "success", "Not agreed to": "danger"}
ADVICE = (
    "Names and phones are masked. Readable ones are for cases in which the work cannot be done otherwise: "
    "each customer in the file can then read that you took it, and why. The file is deleted after a day."
)


class ExportForm(ReasonForm):
    """Which table, of which days."""

    dataset = forms.ChoiceField(
        choices=[(name, found.title) for name, found in DATASETS.items()], label="Table", widget=UnfoldAdminSelectWidget()
    )
    first_day = forms.DateField(widget=UnfoldAdminSingleDateWidget())
    last_day = forms.DateField(widget=UnfoldAdminSingleDateWidget(), help_text="Included. Days are days in India.")
    format = forms.ChoiceField(choices=Format.choices, widget=UnfoldAdminSelectWidget())
    readable = forms.BooleanField(required=False, label="With readable personal data", widget=UnfoldBooleanSwitchWidget())
    field_order = ("dataset", "first_day", "last_day", "format", "readable", "reason")


@admin.register(Export)
class ExportAdmin(LookOnly):
    """Who asked for which table, who agreed, and whether it was fetched."""

    list_display = ("dataset", "first_day", "last_day", "masked", "standing", "rows", "requested_by", "created_at")
    list_filter = ("state", "dataset", "masked")
    ordering = ("-created_at", "-id")
    actions_list = ("ask",)
    actions_detail = ("fetch",)
    exclude = ("content",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("content")

    def get_urls(self) -> list[Any]:
        file = self.admin_site.admin_view(self.file)
        return [path("file/<str:token>/", file, name="backoffice_export_file"), *super().get_urls()]

    def has_ask_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 (unfold's signature)
        return in_groups(request, "ops", "finance", "auditor")

    @display(description="State", ordering="state", label=COLOURS)
    def standing(self, export: Export) -> str:
        return str(ExportState(export.state).label)

    @action(description="Ask for an export", url_path="ask", permissions=["ask"], icon="download")
    def ask(self, request: HttpRequest) -> HttpResponse:
        """Somebody else has to agree."""
        form = ExportForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            try:
                export = exporting.ask(
                    dataset=given["dataset"],
                    first_day=given["first_day"],
                    last_day=given["last_day"],
                    masked=not given["readable"],
                    form=Format(given["format"]),
                    reason=given["reason"],
                    staff=cast("Staff", request.user),
                    now=clock.now(),
                )
            except DomainError as refused:
                form.add_error(None, refused.text)
            else:
                messages.info(request, "Somebody else has to agree, under Approvals. Then it is made and you can fetch it here.")
                return HttpResponseRedirect(base.change_url(export))
        context = {
            **self.admin_site.each_context(request),
            "title": "Ask for an export",
            "verb": "Ask",
            "advice": ADVICE,
            "form": form,
            "opts": self.opts,
            "back": reverse("admin:backoffice_export_changelist"),
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/office/form.html", context)

    @action(description="Fetch", url_path="fetch", permissions=["ask"], icon="download")
    def fetch(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A link for a quarter of an hour, for who asked alone."""
        export = row_of(self, request, object_id)
        if export.state != ExportState.DONE or export.requested_by != base.actor_of(request):
            messages.error(request, "It is not ready, or it is not yours to fetch.")
            return HttpResponseRedirect(base.change_url(export))
        token = exporting.link(export, staff=cast("Staff", request.user))
        return HttpResponseRedirect(reverse("admin:backoffice_export_file", args=[token]))

    def file(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            export, data = exporting.fetch(token=token, staff=cast("Staff", request.user), now=clock.now())
        except NotFound as error:
            raise Http404 from error
        return download(data, export.file_name, XLSX if export.format == Format.XLSX else "text/csv; charset=utf-8")
