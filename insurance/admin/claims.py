"""Claims in the back office: read only, since the insurer decides. What happened to a person stays with the customer."""

from django.contrib import admin

from aarokya.common.office import base
from aarokya.common.office.decorators import display
from aarokya.common.office.tables import table
from insurance.models import Claim

COLOURS = {
    "DRAFT": "info",
    "SUBMITTED": "warning",
    "FORWARDED": "info",
    "QUERIED": "danger",
    "ANSWERED": "info",
    "DECIDED": "success",
    "SETTLED": "success",
}


@admin.register(Claim)
class ClaimAdmin(base.LookOnly):
    list_display = ("number", "policy", "state", "amount", "decision", "approved_amount", "submitted_at")
    list_filter = ("status", "decision", "created_at")
    list_select_related = ("policy",)
    search_fields = ("number", "external_claim_id", "policy__external_policy_id")
    ordering = ("-created_at", "-pk")
    fieldsets = (
        (None, {"fields": ("number", "state", "policy", "incident_date", "hospital_name", "amount")}),
        ("Insurer", {"fields": ("external_claim_id", "decision", "approved_amount", "decision_reason", "settlement_reference")}),
        ("Files", {"fields": ("files",)}),
        ("For the record", {"fields": ("id", "submitted_at", "next_poll_at", "created_at", "last_modified_at")}),
    )

    @display(description="Status", ordering="status", label=COLOURS)
    def state(self, claim: Claim) -> str:
        return str(claim.status)

    @display(description="Files")
    def files(self, claim: Claim) -> str:
        rows = claim.documents.all()
        return table(
            ("Kind", "Name", "Bytes", "At the insurer"),
            [(row.kind, row.file_name, str(row.size), "yes" if row.forwarded_at else "no") for row in rows],
        )
