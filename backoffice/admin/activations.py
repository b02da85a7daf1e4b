"""Activating many: upload, look, apply, report."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import SafeString
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from aarokya.common import clock
from aarokya.common.errors import DomainError
from aarokya.common.office import base
from aarokya.common.office.base import ActionPage, Effect, LookOnly, actor_of, row_of, run
from aarokya.common.office.decorators import action, display
from aarokya.common.office.forms import ReasonForm
from aarokya.common.office.tables import table
from backoffice.models import ActivationBatch, BatchState, RowState
from backoffice.services import activating
from backoffice.sheets import reading, writing
from insurance.models import BenefitProvider

COLOURS = {"Checked; nothing has happened": "info", "Being applied": "warning", "Done": "success", "Dropped": "danger"}
SHOWN_MAX = 200
ADVICE = (
    "A spreadsheet (.xlsx) or CSV with the columns policy_id, external_policy_id and, where they are not the usual ones, "
    "start_date and end_date. Uploading only checks it: you see each row before anything happens."
)


class UploadForm(forms.Form):
    """The insurer, and what it sent."""

    provider = forms.ModelChoiceField(BenefitProvider.objects.order_by("name"), widget=UnfoldAdminSelectWidget())
    file = forms.FileField(max_length=200, widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx,.csv"}))


@admin.register(ActivationBatch)
class ActivationBatchAdmin(LookOnly):
    """Files of insurers, newest first."""

    list_display = ("file_name", "provider", "standing", "summary", "uploaded_by", "created_at")
    list_filter = ("state", "provider")
    list_select_related = ("provider",)
    ordering = ("-created_at", "-id")
    actions_list = ("upload", "template")
    actions_detail = ("apply", "drop", "report")
    fieldsets = (
        (
            None,
            {"fields": ("file_name", "provider", "standing", "summary", "uploaded_by", "applied_by", "reason", "finished_at")},
        ),
        ("Rows left out or refused", {"fields": ("wrong",)}),
        ("Rows", {"fields": ("lines",)}),
    )

    def get_urls(self) -> list[Any]:
        report = self.admin_site.admin_view(self.report_file)
        return [path("<path:object_id>/report.csv", report, name="backoffice_activationbatch_report_file"), *super().get_urls()]

    @display(description="State", ordering="state", label=COLOURS)
    def standing(self, batch: ActivationBatch) -> str:
        return str(BatchState(batch.state).label)

    @display(description="Rows")
    def summary(self, batch: ActivationBatch) -> str:
        found = activating.counts(batch)
        return ", ".join(f"{found[state]} {RowState(state).label.lower()}" for state in RowState.values if state in found)

    @display(description="Problems")
    def wrong(self, batch: ActivationBatch) -> SafeString:
        rows = batch.rows.filter(state__in=[RowState.WRONG, RowState.FAILED]).order_by("number")[:SHOWN_MAX]
        cells = [(str(row.number), row.cells.get("policy_id", "")[:40], row.external_policy_id, row.problem) for row in rows]
        return table(("Row", "Policy", "Insurer's number", "What is wrong"), cells)

    @display(description="All rows")
    def lines(self, batch: ActivationBatch) -> SafeString:
        cells = [
            (str(row.number), str(row.policy_id or "–"), row.external_policy_id, str(row.get_state_display()), row.problem)
            for row in batch.rows.order_by("number")[:SHOWN_MAX]
        ]
        return table(("Row", "Policy", "Insurer's number", "State", ""), cells)

    @action(
        description="Activate many", url_path="upload", permissions=["ops"], icon="upload_file", variant=ActionVariant.PRIMARY
    )
    def upload(self, request: HttpRequest) -> HttpResponse:
        """Check an insurer's file."""
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data["file"]
            try:
                batch = activating.check(
                    data=given.read(reading.BYTES_MAX + 1),
                    file_name=given.name,
                    provider=form.cleaned_data["provider"],
                    actor=actor_of(request),
                    now=clock.now(),
                )
            except DomainError as refused:
                form.add_error("file", refused.text)
            else:
                messages.info(request, "Checked: nothing has happened yet. Look at the rows left out, then apply.")
                return HttpResponseRedirect(base.change_url(batch))
        return self.form_page(request, form, title="Activate many", verb="Check the file", advice=ADVICE)

    @action(description="File for the insurer", url_path="template", permissions=["ops"], icon="download")
    def template(self, request: HttpRequest) -> HttpResponse:
        """Everything that waits at one insurer, to be filled in."""
        form = TemplateForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            provider = form.cleaned_data["provider"]
            header = (*activating.ALL_COLUMNS, "plan_code", "bought_on")
            data = writing.as_xlsx(header, activating.template_of(provider))
            return download(data, f"to-activate-{clock.ist_day(clock.now())}.xlsx", writing.XLSX)
        advice = "Policies of this insurer that wait, without anybody's name. It comes back with the numbers filled in."
        return self.form_page(request, form, title="File for the insurer", verb="Download", advice=advice)

    def form_page(self, request: HttpRequest, form: forms.Form, **words: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            **words,
            "form": form,
            "opts": self.opts,
            "back": reverse("admin:backoffice_activationbatch_changelist"),
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/office/form.html", context)

    @action(description="Apply", url_path="apply", permissions=["ops"], icon="done_all", variant=ActionVariant.PRIMARY)
    def apply(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Activate what is ready."""
        return run(self, request, applying(request, row_of(self, request, object_id)))

    @action(description="Drop", url_path="drop", permissions=["ops"], icon="block", variant=ActionVariant.DANGER)
    def drop(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The file was wrong."""
        return run(self, request, dropping(request, row_of(self, request, object_id)))

    @action(description="Report", url_path="report", permissions=["ops"], icon="description")
    def report(self, request: HttpRequest, object_id: str) -> HttpResponse:  # noqa: ARG002 (unfold's signature)
        """What became of each row, as a file."""
        return HttpResponseRedirect(reverse("admin:backoffice_activationbatch_report_file", args=[object_id]))

    def report_file(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        batch = get_object_or_404(ActivationBatch, pk=base.uuid_of(object_id))
        header = ("row", *activating.ALL_COLUMNS, "state", "problem")
        return download(writing.as_csv(header, activating.report(batch)), f"report-{batch.pk}.csv", "text/csv; charset=utf-8")


class TemplateForm(forms.Form):
    """For whom."""

    provider = forms.ModelChoiceField(BenefitProvider.objects.order_by("name"), widget=UnfoldAdminSelectWidget())


def download(data: bytes, name: str, content_type: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(data, content_type=content_type, headers=headers)


def applying(request: HttpRequest, batch: ActivationBatch) -> ActionPage:
    found = activating.counts(batch)

    def effects(_asked: dict[str, Any]) -> list[Effect]:
        ready, wrong = found.get(RowState.READY, 0), found.get(RowState.WRONG, 0)
        return [
            Effect(name="Policies", before="pending", after=f"{ready} become active, each customer is told"),
            Effect(name="Left out", after=f"{wrong} rows; nothing happens to them", warning=bool(wrong)),
        ]

    def perform(asked: dict[str, Any]) -> str:
        activating.apply(batch=batch, actor=actor_of(request), reason=asked["reason"], now=clock.now())
        return "Being applied. Load this page again to see how far it is."

    return page(request, batch, "Apply", effects, perform)


def dropping(request: HttpRequest, batch: ActivationBatch) -> ActionPage:
    def effects(_asked: dict[str, Any]) -> list[Effect]:
        return [Effect(name="File", before=str(BatchState(batch.state).label), after="dropped; no policy changes")]

    def perform(asked: dict[str, Any]) -> str:
        activating.drop(batch=batch, actor=actor_of(request), reason=asked["reason"], now=clock.now())
        return "The file is dropped."

    return page(request, batch, "Drop", effects, perform)


def page(request: HttpRequest, batch: ActivationBatch, verb: str, effects: Any, perform: Any) -> ActionPage:
    facts = [("File", batch.file_name), ("Insurer", str(batch.provider)), ("Uploaded by", batch.uploaded_by)]
    return ActionPage(
        title=f"{verb}: {batch}",
        verb=verb,
        row=cast("Any", batch),
        form=ReasonForm(request.POST or None),
        effects=effects,
        perform=perform,
        facts=facts,
        advice="Compare one or two numbers with the insurer's mail before you apply; a wrong number reaches the customer's card.",
        danger=verb == "Drop",
    )
