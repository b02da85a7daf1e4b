"""Approvals in the back office: what waits, what each role may decide, who stands in for whom."""

from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.enums import ActionVariant
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)

from aarokya.common import clock
from aarokya.common.clock import ist_midnight
from aarokya.common.errors import DomainError
from aarokya.common.money import Money
from aarokya.common.office import base
from aarokya.common.office.base import ActionPage, Effect, LookOnly, actor_of, row_of, run
from aarokya.common.office.decorators import action, display
from aarokya.common.office.forms import OptionalRupeesField, ReasonForm
from aarokya.common.office.tables import table
from accounts.models import Staff
from approvals import authority, services
from approvals.kinds import act_of
from approvals.models import Delegation, Limit, Request, State

COLOURS = {
    State.WAITING.label: "warning",
    State.APPROVED.label: "success",
    State.DECLINED.label: "danger",
    State.EXPIRED.label: "danger",
    State.CANCELLED.label: "info",
}
ADVICE = "You answer for this as much as who asked. Look at the row itself, not only at this page; decline when in doubt."


class DecisionForm(ReasonForm):
    """What the second person adds, and why they agree."""

    bank_reference = forms.CharField(
        max_length=40,
        label="The bank's reference",
        help_text="As in the bank's statement: UTR or RRN. Each confirms one payment.",
        widget=UnfoldAdminTextInputWidget(),
    )
    field_order = ("bank_reference", "reason")

    def __init__(self, *args: Any, asks: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "bank_reference" not in asks:
            del self.fields["bank_reference"]


@admin.register(Request)
class RequestAdmin(LookOnly):
    """Each act that takes two people, oldest first while it waits."""

    list_display = ("title", "amount", "requested_by", "asked", "expires_at", "standing", "decided_by")
    list_filter = ("state", "kind")
    search_fields = ("=subject_id", "=requested_by", "=decided_by")
    ordering = ("-requested_at", "-id")
    actions_detail = ("approve", "decline")
    fieldsets = (
        (None, {"fields": ("kind", "subject", "amount", "reason", "requested_by", "requested_at", "expires_at")}),
        ("What will happen", {"fields": ("effect",)}),
        ("Decision", {"fields": ("standing", "decided_by", "decided_for", "decided_at", "decision_reason", "outcome")}),
    )

    @display(description="What")
    def title(self, row: Request) -> str:
        return str(row.get_kind_display())

    @display(description="Asked", ordering="requested_at")
    def asked(self, row: Request) -> SafeString:
        return format_html('<span class="whitespace-nowrap">{}</span>', clock.ist_text(row.requested_at))

    @display(description="State", ordering="state", label=COLOURS)
    def standing(self, row: Request) -> str:
        return str(State(row.state).label)

    @display(description="About")
    def subject(self, row: Request) -> SafeString:
        app, model = row.subject_type.split(".")
        try:
            link = reverse(f"admin:{app}_{model}_change", args=[row.subject_id])
        except NoReverseMatch:
            return format_html("{} {}", row.subject_type, row.subject_id)
        return format_html('<a href="{}" class="text-primary-600 underline">{} {}</a>', link, model, row.subject_id)

    @display(description="Effect, as the requester saw it")
    def effect(self, row: Request) -> SafeString:
        cells = [(shown["name"], shown.get("before", ""), shown["after"]) for shown in row.preview]
        return table(("", "Before", "After"), cells)

    def has_decide_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 (unfold's signature)
        """Who decides at all; whether they may decide this one, the engine and the database say."""
        return base.in_groups(request, "ops", "finance")

    @action(description="Approve", url_path="approve", permissions=["decide"], icon="done_all", variant=ActionVariant.PRIMARY)
    def approve(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The second person's yes: it happens at once."""
        return run(self, request, approval(request, row_of(self, request, object_id)))

    @action(description="Decline", url_path="decline", permissions=["decide"], icon="block", variant=ActionVariant.DANGER)
    def decline(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The second person's no, or the first one's change of mind."""
        return run(self, request, refusal(request, row_of(self, request, object_id)))


def facts(row: Request) -> list[tuple[str, str]]:
    return [
        ("What", row.get_kind_display()),
        ("Amount", str(row.amount) if row.amount is not None else ""),
        ("Asked for by", row.requested_by),
        ("Why", row.reason),
        ("Until", clock.ist_text(row.expires_at)),
    ]


def approval(request: HttpRequest, row: Request) -> ActionPage:
    def effects(_asked: dict[str, Any]) -> list[Effect]:
        now, actor = clock.now(), actor_of(request)
        services.refuse(row, actor=actor, now=now)
        standing_in = authority.to_approve(row, actor=actor, now=now)
        shown = [Effect(name=one["name"], before=one.get("before", ""), after=one["after"]) for one in row.preview]
        return [*shown, *([Effect(name="You stand in for", after=standing_in)] if standing_in else [])]

    def perform(asked: dict[str, Any]) -> str:
        given = {name: value for name, value in asked.items() if name != "reason"}
        done = services.approve(request_id=row.pk, actor=actor_of(request), reason=asked["reason"], given=given, now=clock.now())
        return f"{done.get_kind_display()}: {done.outcome}."

    form = DecisionForm(request.POST or None, asks=act_of(row.kind).asks)
    title = f"Approve: {row}"
    return ActionPage(
        title=title, verb="Approve", row=row, form=form, effects=effects, perform=perform, facts=facts(row), advice=ADVICE
    )


def refusal(request: HttpRequest, row: Request) -> ActionPage:
    def effects(_asked: dict[str, Any]) -> list[Effect]:
        return [
            Effect(name="Request", before=row.get_state_display(), after="declined; nothing happens, what was reserved is free")
        ]

    def perform(asked: dict[str, Any]) -> str:
        services.decline(request_id=row.pk, actor=actor_of(request), reason=asked["reason"], now=clock.now())
        return "The request is declined."

    form = ReasonForm(request.POST or None)
    return ActionPage(
        title=f"Decline: {row}",
        verb="Decline",
        row=row,
        form=form,
        effects=effects,
        perform=perform,
        facts=facts(row),
        danger=True,
    )


class LimitForm(ReasonForm):
    """In rupees."""

    alone_up_to = OptionalRupeesField(
        required=False, label="Alone up to, ₹", help_text="What one person may do without a second. Empty: nothing."
    )
    approve_up_to = OptionalRupeesField(required=False, label="May approve up to, ₹", help_text="Empty: any amount.")
    field_order = ("alone_up_to", "approve_up_to", "reason")

    def limits(self) -> dict[str, int | None]:
        """In paise, as they are kept."""
        alone, approve = self.cleaned_data["alone_up_to"], self.cleaned_data["approve_up_to"]
        return {"alone_up_to": -1 if alone is None else alone.paise, "approve_up_to": None if approve is None else approve.paise}


@admin.register(Limit)
class LimitAdmin(LookOnly):
    """What each role may decide. A change takes two people, too."""

    list_display = ("kind", "role", "alone", "at_most")
    list_filter = ("kind", "role")
    ordering = ("kind", "role")
    actions_detail = ("change_limit",)

    @display(description="Alone up to", ordering="alone_up_to")
    def alone(self, row: Limit) -> str:
        return row.shown("alone_up_to", row.alone_up_to)

    @display(description="May approve up to", ordering="approve_up_to")
    def at_most(self, row: Limit) -> str:
        return row.shown("approve_up_to", row.approve_up_to)

    def has_boss_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 (unfold's signature)
        user: Any = request.user
        return bool(user.is_superuser)

    @action(description="Ask for another limit", url_path="change-limit", permissions=["boss"], icon="tune")
    def change_limit(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Superusers ask; another one agrees."""
        return run(self, request, limiting(request, row_of(self, request, object_id)))


def limiting(request: HttpRequest, limit: Limit) -> ActionPage:
    form = LimitForm(
        request.POST or None,
        initial={
            "alone_up_to": Money(limit.alone_up_to) if limit.alone_up_to >= 0 else None,
            "approve_up_to": None if limit.approve_up_to is None else Money(limit.approve_up_to),
        },
    )

    def effects(_asked: dict[str, Any]) -> list[Effect]:
        return [
            Effect(name=name.replace("_", " "), before=limit.shown(name, getattr(limit, name)), after=limit.shown(name, value))
            for name, value in form.limits().items()
        ] + [Effect(name="Second person", after="another superuser has to agree first")]

    def perform(asked: dict[str, Any]) -> str:
        wanted: Any = form.limits()
        services.ask_for_limit(limit=limit, **wanted, reason=asked["reason"], actor=actor_of(request), now=clock.now())
        return "Another superuser has to agree now."

    shown = [("Kind", limit.get_kind_display()), ("Role", limit.role)]
    return ActionPage(title=f"Limit: {limit}", verb="Ask", row=limit, form=form, effects=effects, perform=perform, facts=shown)


class DelegationForm(ReasonForm):
    """Who, and for how long."""

    taker = forms.ModelChoiceField(
        Staff.objects.filter(is_active=True, is_staff=True), label="Who decides for you", widget=UnfoldAdminSelectWidget()
    )
    first_day = forms.DateField(widget=UnfoldAdminSingleDateWidget())
    last_day = forms.DateField(widget=UnfoldAdminSingleDateWidget(), help_text="At most 60 days.")
    field_order = ("taker", "first_day", "last_day", "reason")

    def span(self) -> tuple[datetime, datetime]:
        """From the start of the first day to the end of the last, in Asia/Kolkata."""
        return ist_midnight(self.cleaned_data["first_day"]), ist_midnight(self.cleaned_data["last_day"] + timedelta(days=1))


@admin.register(Delegation)
class DelegationAdmin(LookOnly):
    """Who decides for whom while they are away."""

    list_display = ("giver", "taker", "starts_at", "ends_at", "reason", "ended_by")
    list_select_related = ("giver", "taker")
    ordering = ("-starts_at", "-id")
    actions_list = ("delegate",)
    actions_detail = ("end",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delegation]:
        return cast("QuerySet[Delegation]", super().get_queryset(request).select_related("giver", "taker"))

    def has_decide_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 (unfold's signature)
        return base.in_groups(request, "ops", "finance")

    @action(description="Let somebody decide for me", url_path="delegate", permissions=["decide"], icon="group_add")
    def delegate(self, request: HttpRequest) -> HttpResponse:
        """While one is away."""
        form = DelegationForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            starts_at, ends_at = form.span()
            giver, given = cast("Staff", request.user), form.cleaned_data
            try:
                services.delegate(
                    giver=giver,
                    taker=given["taker"],
                    starts_at=starts_at,
                    ends_at=ends_at,
                    reason=given["reason"],
                    now=clock.now(),
                )
            except DomainError as refused:
                base.refuse(form, refused)
            else:
                messages.success(request, f"{given['taker']} decides for you in that time.")
                return HttpResponseRedirect(reverse("admin:approvals_delegation_changelist"))
        return self.delegation_page(request, form)

    def delegation_page(self, request: HttpRequest, form: forms.Form) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Let somebody decide for me",
            "form": form,
            "opts": self.opts,
            "back": reverse("admin:approvals_delegation_changelist"),
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/office/form.html", context)

    @action(description="End it now", url_path="end", permissions=["decide"], icon="block")
    def end(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Back at work."""
        row = row_of(self, request, object_id)

        def effects(_asked: dict[str, Any]) -> list[Effect]:
            return [Effect(name=str(row.taker), before=f"decides for {row.giver}", after="decides for nobody else any more")]

        def perform(asked: dict[str, Any]) -> str:
            services.end_delegation(delegation=row, actor=actor_of(request), reason=asked["reason"], now=clock.now())
            return "It is over."

        form = ReasonForm(request.POST or None)
        page = ActionPage(
            title="End the delegation", verb="End", row=cast("Model", row), form=form, effects=effects, perform=perform
        )
        return run(self, request, page)
