"""The doctor in the back office: queues and records to look at; what was said stays closed here."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.admin import TabularInline

from aarokya.common import clock
from aarokya.common.errors import UpstreamError
from aarokya.common.office.base import ListAct, LookOnly, ReadOnly, actor_of, run_on_rows
from doctor.gateways import aathma
from doctor.gateways.base import AathmaUnavailable
from doctor.models import AathmaWebhook, Assignment, AssignmentEvent, ConsultationGrant, EmergencyAlert, Feedback, Session
from doctor.services import assignments, emergencies


class AlertInline(ReadOnly, TabularInline):  # type: ignore[misc]  # unfold has no types
    model = EmergencyAlert
    fields = ("raised_at", "rules", "source", "delivered_at", "acknowledged_at", "acknowledged_by", "note")
    readonly_fields = fields


class AssignmentEventInline(ReadOnly, TabularInline):  # type: ignore[misc]  # unfold has no types
    model = AssignmentEvent
    fields = ("at", "status", "version", "doctor_name", "slot_at", "cause")
    readonly_fields = fields


@admin.register(Session)
class SessionAdmin(LookOnly):
    """States and times. The words are health data: they are not shown here, not even in part."""

    list_display = ("id", "status", "language", "covered_by", "fee", "created_at", "submitted_at", "locked_at")
    list_filter = ("status", "language", "covered_by")
    search_fields = ("id", "user__phone")
    ordering = ("-created_at",)
    exclude = ("memory", "summary")
    inlines = (AlertInline,)


@admin.register(EmergencyAlert)
class EmergencyAlertAdmin(LookOnly):
    """The on-call queue: filter by "acknowledged at: empty"."""

    list_display = ("raised_at", "session", "rules", "source", "delivered_at", "acknowledged_at", "acknowledged_by")
    list_filter = (("acknowledged_at", admin.EmptyFieldListFilter), "source")
    list_select_related = ("session",)
    ordering = ("acknowledged_at", "-raised_at")
    actions = ("take",)

    @admin.action(description="Take these emergencies", permissions=["ops"])
    def take(self, request: HttpRequest, queryset: QuerySet[EmergencyAlert]) -> HttpResponse | None:
        """Say that somebody looks after them, and what was done."""

        def perform(alert: EmergencyAlert, reason: str) -> str:
            taken = emergencies.acknowledge(alert_id=alert.pk, actor=actor_of(request), note=reason, now=clock.now())
            return "is yours" if taken else "was taken before"

        def effect(alert: EmergencyAlert) -> str:
            return f"taken by {alert.acknowledged_by} already" if alert.acknowledged_at else "is yours; nobody else is called"

        act = ListAct(
            title="Take emergencies",
            verb="Take",
            effect=effect,
            perform=perform,
            advice="Write what you did: whom you called, whether help is on its way. 112 comes before this page.",
        )
        return run_on_rows(self, request, queryset.select_related("session"), act)


@admin.register(Assignment)
class AssignmentAdmin(LookOnly):
    list_display = ("session", "status", "reference", "doctor_name", "slot_at", "reassignments", "next_check_at", "last_error")
    list_filter = ("status",)
    list_select_related = ("session",)
    search_fields = ("reference", "session__id", "registration_number")
    ordering = ("-created_at",)
    inlines = (AssignmentEventInline,)
    actions = ("ask_aathma_now",)

    @admin.action(description="Ask Aathma now", permissions=["ops"])
    def ask_aathma_now(self, request: HttpRequest, queryset: QuerySet[Assignment]) -> HttpResponse | None:
        """Learn at once what the next look would learn."""

        def perform(row: Assignment, reason: str) -> str:
            try:
                fresh = assignments.ask_by_hand(
                    assignment_id=row.pk, gateway=aathma(), actor=actor_of(request), reason=reason, now=clock.now()
                )
            except AathmaUnavailable as error:
                raise UpstreamError(f"Aathma did not say: {error}") from error
            return f"{row.status} → {fresh.status}"

        act = ListAct(
            title="Ask Aathma now",
            verb="Ask",
            effect=lambda row: f"is {row.status}; becomes what Aathma says, nothing is booked or cancelled",
            perform=perform,
        )
        return run_on_rows(self, request, queryset, act)


@admin.register(ConsultationGrant)
class ConsultationGrantAdmin(LookOnly):
    list_display = ("user", "title", "starts_on", "ends_on", "granted_by")
    list_select_related = ("user",)
    ordering = ("-created_at",)


@admin.register(Feedback)
class FeedbackAdmin(LookOnly):
    list_display = ("given_at", "session", "rating", "comment")
    list_filter = ("rating",)
    list_select_related = ("session",)
    ordering = ("-given_at",)


@admin.register(AathmaWebhook)
class AathmaWebhookAdmin(LookOnly):
    list_display = ("event_id", "external_id", "received_at", "processed_at")
    search_fields = ("event_id", "external_id")
    ordering = ("-id",)
    exclude = ("body",)
