"""Policies in the back office: found by number, id or phone; read; activated or rejected with a reason."""

from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.clickjacking import xframe_options_sameorigin
from unfold.enums import ActionVariant

from aarokya.common import clock
from aarokya.common.display import indian_date
from aarokya.common.money import Money
from aarokya.common.office import base
from aarokya.common.office.decorators import action, display
from aarokya.common.office.tables import table
from accounts.services import accesses
from insurance.admin.policy_acts import activation, rejection
from insurance.documents import render_enrollment_form
from insurance.dues import dues
from insurance.models import Policy, PolicyStatus
from insurance.selectors import policies
from insurance.services import watchdog
from insurance.services.forms import pending_form

COLOURS = {
    PolicyStatus.PENDING.label: "info",
    PolicyStatus.ACTIVE.label: "success",
    PolicyStatus.IN_GRACE.label: "warning",
    PolicyStatus.REISSUANCE.label: "warning",
    PolicyStatus.RENEWAL.label: "warning",
    PolicyStatus.REJECTED.label: "danger",
}
PREMIUM_COLOURS = {"UNPAID": "warning", "PAID": "success", "PART_PAID": "warning", "REFUNDED": "info"}


class Behind(admin.SimpleListFilter):
    """Policies paid by the day for whose cover of today nothing has come yet."""

    title = "premiums behind"
    parameter_name = "behind"

    def lookups(self, *_: Any) -> list[tuple[str, str]]:
        """By how much."""
        return [("any", "By a day or more"), ("week", "By a week or more")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Policy]) -> QuerySet[Policy]:  # noqa: ARG002
        """Counted in Asia/Kolkata."""
        days = {"any": 0, "week": 6}.get(self.value() or "")
        today = clock.ist_day(clock.now())
        if days is None:
            return queryset
        return queryset.filter(pk__in=Policy.objects.unpaid_since(today - timedelta(days=days)))


@admin.register(Policy)
class PolicyAdmin(base.LookOnly):
    list_display = ("number", "holder", "phone", "plan_code", "state", "premium", "paid", "term", "bought")
    list_display_links = ("number", "holder")
    list_filter = (
        "status",
        "premium_status",
        "payment_plan",
        Behind,
        "provider",
        "benefit",
        "plan_code",
        "created_at",
    )
    search_fields = ("external_policy_id",)
    search_help_text = "Insurer's number, our policy id, or the customer's phone"
    ordering = ("-created_at", "-pk")
    list_per_page = 50
    actions_detail = ("activate", "reject")
    fieldsets = (
        (None, {"fields": ("number", "state", "reason", "holder", "phone", "term", "activated_at")}),
        ("What is covered", {"fields": ("benefit", "provider", "plan_code", "coverage", "members")}),
        ("Premium", {"fields": ("premium", "daily", "payment_plan", "paid", "standing", "collected", "payments")}),
        ("Nominee", {"fields": ("nominee",)}),
        ("For the record", {"fields": ("id", "created_at", "last_modified_at")}),
    )

    def get_urls(self) -> list[Any]:
        """With the enrolment form that lies beside the activation."""
        form = self.admin_site.admin_view(self.enrolment_form)
        return [path("<path:object_id>/enrolment_form.pdf", form, name="insurance_policy_enrolment_form"), *super().get_urls()]

    @method_decorator(xframe_options_sameorigin)
    def enrolment_form(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The form with everybody's data, for who activates; it stands in the customer's access log."""
        if not self.has_ops_permission(request):
            raise PermissionDenied
        policy, now = policies.policy(base.uuid_of(object_id)), clock.now()
        staff = request.user.get_username()
        accesses.note(user_ids=[policy.primary_user_id], staff=staff, what="enrolment form", reason="activation", now=now)
        return HttpResponse(
            render_enrollment_form(pending_form(policy, now=now)),
            content_type="application/pdf",
            headers={"Content-Disposition": "inline", "Cache-Control": "no-store"},
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Policy]:
        return super().get_queryset(request).select_related("primary_user", "benefit", "provider", "variant")  # type: ignore[no-any-return]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Policy], search_term: str
    ) -> tuple[QuerySet[Policy], bool]:
        found, duplicates = super().get_search_results(request, queryset, search_term)
        digits = "".join(letter for letter in search_term if letter.isdigit())[-10:]
        extra = Q(pk=search_term.strip()) if base.is_uuid(search_term) else Q(pk=None)
        if len(digits) >= 4 and not base.is_uuid(search_term):
            extra |= Q(primary_user__phone__endswith=digits)
        return found | queryset.filter(extra), duplicates

    @display(description="Number", ordering="external_policy_id")
    def number(self, policy: Policy) -> SafeString:
        return one_line(policy.external_policy_id or f"…{str(policy.pk)[-8:]}")

    @display(description="Bought", ordering="created_at")
    def bought(self, policy: Policy) -> SafeString:
        return one_line(short(clock.ist_day(policy.created_at)))

    @display(description="Policyholder")
    def holder(self, policy: Policy) -> str:
        return policy.primary_user.full_name or "—"

    @display(description="Phone")
    def phone(self, policy: Policy) -> str:
        return policy.primary_user.masked_phone

    @display(description="Status", ordering="status", label=COLOURS)
    def state(self, policy: Policy) -> str:
        return str(PolicyStatus(policy.status).label)

    @display(description="Premium a year")
    def premium(self, policy: Policy) -> SafeString:
        return one_line(str(policy.annual_premium))

    @display(description="or a day")
    def daily(self, policy: Policy) -> str:
        return str(Money(policy.premium_amounts["daily"]))

    @display(description="Paid", ordering="premium_status", label=PREMIUM_COLOURS)
    def paid(self, policy: Policy) -> str:
        return str(policy.premium_status)

    @display(description="Today")
    def standing(self, policy: Policy) -> str:
        return standing(policy, day=clock.ist_day(clock.now()))

    @display(description="Collected")
    def collected(self, policy: Policy) -> str:
        if not policy.collect_from:
            return "paid by the customer"
        due = f", next on {short(clock.ist_day(policy.collect_at))}" if policy.collect_at else ""
        return f"day by day from the {policy.get_collect_from_display().lower()}{due}"

    @display(description="Term")
    def term(self, policy: Policy) -> SafeString:
        return one_line(f"{short(policy.start_date)} – {short(policy.end_date)}" if policy.start_date else "not issued yet")

    @display(description="Sum insured")
    def coverage(self, policy: Policy) -> str:
        return str(policy.variant.coverage)

    @display(description="Members")
    def members(self, policy: Policy) -> SafeString:
        rows = [member.dependant for member in policy.members.select_related("dependant")]
        cells = [
            (row.full_name, row.relationship.capitalize(), row.gender.capitalize(), indian_date(row.date_of_birth))
            for row in rows
        ]
        return table(("Name", "Relationship", "Gender", "Born"), cells)

    @display(description="Payments")
    def payments(self, policy: Policy) -> SafeString:
        rows = policy.premium_payments.order_by("received_at")
        return table(
            ("Order", "Amount", "Received"),
            [(row.order_id, str(row.amount), clock.ist_text(row.received_at)) for row in rows],
        )

    @display(description="Nominee")
    def nominee(self, policy: Policy) -> SafeString:
        details: dict[str, Any] = policy.nominee_details or {}
        if details.get("type") == "dependant":
            found = policy.primary_user.dependants.filter(pk=details["dependant_id"]).first()
            return format_html("{} ({})", found.full_name if found else "—", "from the family")
        return format_html("{}", ", ".join(str(value) for name, value in details.items() if name != "type") or "none")

    @action(description="Activate", url_path="activate", permissions=["ops"], icon="verified", variant=ActionVariant.PRIMARY)
    def activate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The insurer issued the policy."""
        return base.run(self, request, activation(request, policies.policy(base.uuid_of(object_id))))

    @action(description="Reject", url_path="reject", permissions=["ops"], icon="block", variant=ActionVariant.DANGER)
    def reject(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The insurer will not issue it."""
        return base.run(self, request, rejection(request, policies.policy(base.uuid_of(object_id))))


def standing(policy: Policy, *, day: date) -> str:
    """What is due and what happens by itself if nobody does anything."""
    found, refund = dues(policy, day), watchdog.refund_on(policy)
    words = [f"{found.due} due, {policy.premium_owed} owed in all"]
    if found.paid_until:
        words.append(f"paid until {short(found.paid_until)}")
    if found.lapses_on:
        words.append(f"cover lapses on {short(found.lapses_on)}, in {(found.lapses_on - day).days} days, unless more is paid")
    if refund:
        words.append(f"given back on {short(refund)}, in {(refund - day).days} days, unless issued")
    return "; ".join(words)


def short(day: date | None) -> str:
    return f"{day:%d %b %Y}" if day else "—"


def one_line(text: str) -> SafeString:
    return format_html('<span class="whitespace-nowrap">{}</span>', text)
