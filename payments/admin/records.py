"""Receipts, mandates with their debits, and lines of the gateway's reports."""

from django.contrib import admin
from unfold.admin import ModelAdmin, TabularInline

from payments.admin.pages import ReadOnly
from payments.models import Mandate, MandateExecution, Receipt, SettlementLine


@admin.register(Receipt)
class ReceiptAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ("number", "order", "issued_at")
    list_filter = ("series",)
    list_select_related = ("order",)
    search_fields = ("order__order_id",)
    ordering = ("-series", "-sequence")
    show_full_result_count = False


class MandateExecutionInline(ReadOnly, TabularInline):  # type: ignore[misc]  # unfold has no types
    model = MandateExecution
    fields = ("due_on", "amount", "status", "order", "execute_at", "notified_at", "checks", "reason")
    readonly_fields = fields
    ordering = ("-due_on",)


@admin.register(Mandate)
class MandateAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ("id", "frequency", "amount", "status", "pause_cause", "failures", "next_debit_on", "external_status")
    list_filter = ("status", "frequency", "pause_cause")
    search_fields = ("user__phone", "external_id", "reference_id")
    ordering = ("-id",)
    show_full_result_count = False
    inlines = (MandateExecutionInline,)


@admin.register(SettlementLine)
class SettlementLineAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ("file", "number", "kind", "reference", "amount", "fee", "utr", "outcome", "problem")
    list_filter = ("outcome", "kind")
    list_select_related = ("file",)
    search_fields = ("reference", "utr", "order__order_id")
    ordering = ("-id",)
    show_full_result_count = False
