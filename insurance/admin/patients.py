"""Patients in the back office: MRNs, and the queue of those whom nobody may guess."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from aarokya.common import clock
from aarokya.common.office import base
from aarokya.common.office.base import ActionPage, Effect
from aarokya.common.office.decorators import action, display
from insurance.admin.forms import ChooseForm
from insurance.models import Mrn, PatientRegistration, RegistrationStatus
from insurance.services import patients

COLOURS = {"INTENDED": "warning", "REGISTERED": "success", "AMBIGUOUS": "danger"}


@admin.register(Mrn)
class MrnAdmin(base.LookOnly):
    list_display = ("numbers", "dependant", "provider", "status", "created_at")
    list_filter = ("status", "provider")
    list_select_related = ("dependant", "provider")
    search_fields = ("external_mrn__mrn", "external_mrn__temp_number")
    ordering = ("-created_at", "-pk")

    @display(description="Number")
    def numbers(self, mrn: Mrn) -> str:
        return ", ".join(str(value) for value in mrn.external_mrn.values())


@admin.register(PatientRegistration)
class PatientRegistrationAdmin(base.LookOnly):
    list_display = ("dependant", "provider", "state", "created_at", "last_modified_at")
    list_filter = ("status", "provider")
    list_select_related = ("dependant", "provider")
    ordering = ("-created_at", "-pk")
    actions_detail = ("choose",)

    @display(description="Status", ordering="status", label=COLOURS)
    def state(self, row: PatientRegistration) -> str:
        return str(row.status)

    @action(description="Choose the patient", url_path="choose", permissions=["ops"], icon="how_to_reg")
    def choose(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Settle which of several patients the member is."""
        row = get_object_or_404(PatientRegistration, pk=base.uuid_of(object_id))
        return base.run(self, request, choice(request, row))


def choice(request: HttpRequest, row: PatientRegistration) -> ActionPage:
    def effects(asked: dict[str, Any]) -> list[Effect]:
        numbers = ", ".join(row.candidates[int(asked["patient"])].values())
        return [
            Effect(name="Patient", before="undecided", after=f"this member is {numbers} at the provider, for good", warning=True),
            Effect(name="Customer", after="can buy now; their next try uses this patient"),
        ]

    def perform(asked: dict[str, Any]) -> str:
        chosen = row.candidates[int(asked["patient"])]
        patients.choose(row, external_mrn=chosen, actor=base.actor_of(request), reason=asked["reason"], now=clock.now())
        return "The patient is chosen."

    facts = [("Member", str(row.dependant)), ("Status", RegistrationStatus(row.status).label)]
    form = ChooseForm(request.POST or None, candidates=row.candidates)
    return ActionPage(
        title="Choose the patient", verb="Choose", row=row, form=form, effects=effects, perform=perform, facts=facts
    )
