"""Receipts, mandates with their debits, and lines of the gateway's reports."""

from django.contrib import admin
from unfold.admin import TabularInline

from aarokya.common.office.base import LookOnly, ReadOnly
from payments.models import Mandate, MandateExecution, Receipt, SettlementLine


@admin.register(Receipt)
class ReceiptAdmin(LookOnly):
    list_display = ("number", "order", "issued_at")
    list_filter = ("series",)
    list_select_related = ("order",)
    search_fields = ("order__order_id",)
    ordering = ("-series", "-sequence")


class MandateExecutionInline(ReadOnly, TabularInline):  # type: ignore[misc]  # unfold has no types
    model = MandateExecution
    fields = ("due_on", "amount", "status", "order", "execute_at", "notified_at", "checks", "reason")
    readonly_fields = fields
    ordering = ("-due_on",)


@admin.register(Mandate)
class MandateAdmin(LookOnly):
    list_display = ("id", "frequency", "amount", "status", "pause_cause", "failures", "next_debit_on", "external_status")
    list_filter = ("status", "frequency", "pause_cause")
    search_fields = ("user__phone", "external_id", "reference_id")
    ordering = ("-id",)
    inlines = (MandateExecutionInline,)


@admin.register(SettlementLine)
class SettlementLineAdmin(LookOnly):
    list_display = ("file", "number", "kind", "reference", "amount", "fee", "utr", "outcome", "problem")
    list_filter = ("outcome", "kind")
    list_select_related = ("file",)
    search_fields = ("reference", "utr", "order__order_id")
    ordering = ("-id",)
