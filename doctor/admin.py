"""The doctor in the back office: queues and records to look at; what was said stays closed here."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from aarokya.common import clock
from doctor.gateways import aathma
from doctor.gateways.base import AathmaUnavailable
from doctor.models import AathmaWebhook, Assignment, AssignmentEvent, Cause, ConsultationGrant, EmergencyAlert, Feedback, Session
from doctor.services import assignments, emergencies


class ReadOnly:
    """Rows that only the system writes."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


class AlertInline(ReadOnly, TabularInline):  # type: ignore[misc]  # unfold has no types
    model = EmergencyAlert
    fields = ("raised_at", "rules", "source", "delivered_at", "acknowledged_at", "acknowledged_by", "note")
    readonly_fields = fields


class AssignmentEventInline(ReadOnly, TabularInline):  # type: ignore[misc]  # unfold has no types
    model = AssignmentEvent
    fields = ("at", "status", "version", "doctor_name", "slot_at", "cause")
    readonly_fields = fields


@admin.register(Session)
class SessionAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """States and times. The words are health data: they are not shown here, not even in part."""

    list_display = ("id", "status", "language", "covered_by", "fee", "created_at", "submitted_at", "locked_at")
    list_filter = ("status", "language", "covered_by")
    search_fields = ("id", "user__phone")
    ordering = ("-created_at",)
    show_full_result_count = False
    exclude = ("memory", "summary")
    inlines = (AlertInline,)


@admin.register(EmergencyAlert)
class EmergencyAlertAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """The on-call queue: filter by "acknowledged at: empty"."""

    list_display = ("raised_at", "session", "rules", "source", "delivered_at", "acknowledged_at", "acknowledged_by")
    list_filter = (("acknowledged_at", admin.EmptyFieldListFilter), "source")
    list_select_related = ("session",)
    ordering = ("acknowledged_at", "-raised_at")
    show_full_result_count = False
    actions = ("take",)

    @admin.action(description="Take these emergencies", permissions=["view"])
    def take(self, request: HttpRequest, queryset: QuerySet[EmergencyAlert]) -> None:
        actor = f"staff:{request.user.get_username()}"
        note = "taken in the back office"
        taken = sum(emergencies.acknowledge(alert_id=row.pk, actor=actor, note=note, now=clock.now()) for row in queryset)
        self.message_user(request, f"{taken} taken")


@admin.register(Assignment)
class AssignmentAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ("session", "status", "reference", "doctor_name", "slot_at", "reassignments", "next_check_at", "last_error")
    list_filter = ("status",)
    list_select_related = ("session",)
    search_fields = ("reference", "session__id", "registration_number")
    ordering = ("-created_at",)
    show_full_result_count = False
    inlines = (AssignmentEventInline,)
    actions = ("ask_aathma_now",)

    @admin.action(description="Ask Aathma now", permissions=["view"])
    def ask_aathma_now(self, request: HttpRequest, queryset: QuerySet[Assignment]) -> None:
        for row in queryset:
            try:
                fresh = assignments.sync(assignment_id=row.pk, gateway=aathma(), cause=Cause.STAFF, now=clock.now())
            except AathmaUnavailable as error:
                self.message_user(request, f"{row.pk}: {error}", messages.ERROR)
                continue
            self.message_user(request, f"{row.pk}: {row.status} → {fresh.status}")


@admin.register(ConsultationGrant)
class ConsultationGrantAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ("user", "title", "starts_on", "ends_on", "granted_by")
    list_select_related = ("user",)
    ordering = ("-created_at",)
    show_full_result_count = False


@admin.register(Feedback)
class FeedbackAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ("given_at", "session", "rating", "comment")
    list_filter = ("rating",)
    list_select_related = ("session",)
    ordering = ("-given_at",)
    show_full_result_count = False


@admin.register(AathmaWebhook)
class AathmaWebhookAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ("event_id", "external_id", "received_at", "processed_at")
    search_fields = ("event_id", "external_id")
    ordering = ("-id",)
    show_full_result_count = False
    exclude = ("body",)
