"""The summary in other forms: on paper, as FHIR, as everything kept."""

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.schema import documented
from aarokya.common.api.views import CustomerAPIView, CustomerRequest, WhateverAccepted
from doctor import selectors
from doctor.api import render
from doctor.api import serializers as wire
from doctor.documents import render_summary
from doctor.errors import SummaryNotReady
from doctor.fhir import bundle
from doctor.models import Session

NO_STORE = {"Cache-Control": "no-store"}
AUDIENCE = OpenApiParameter("audience", OpenApiTypes.STR, enum=["patient", "doctor"], description="patient unless given")


class SummaryPdfView(CustomerAPIView):
    """`GET /doctor/session/{id}/summary.pdf`"""

    content_negotiation_class = WhateverAccepted

    @documented(
        "The summary on paper, in the patient's language or for the doctor",
        response={(200, "application/pdf"): OpenApiTypes.BINARY},
        parameters=[AUDIENCE],
        errors=("DR-1501", "DR-1504"),
    )
    def get(self, request: CustomerRequest, session_id: UUID) -> HttpResponse:
        row = with_summary(request.user.user_id, session_id)
        for_doctor = request.query_params.get("audience") == "doctor"
        content = render_summary(row, selectors.identity(row, now=clock.now()), for_doctor=for_doctor)
        headers = {"Content-Disposition": 'inline; filename="summary.pdf"'} | NO_STORE
        return HttpResponse(content, content_type="application/pdf", headers=headers)


class FhirView(CustomerAPIView):
    """`GET /doctor/session/{id}/fhir`"""

    @documented("The summary as a FHIR R4 bundle", response=OpenApiTypes.OBJECT, errors=("DR-1501", "DR-1504"))
    def get(self, request: CustomerRequest, session_id: UUID) -> Response:
        row = with_summary(request.user.user_id, session_id)
        return Response(bundle(row, selectors.identity(row, now=clock.now())), headers=NO_STORE)


def with_summary(user_id: UUID, session_id: UUID) -> Session:
    row = selectors.session(user_id, session_id)
    if row.summary is None:
        raise SummaryNotReady
    return row


class ExportView(CustomerAPIView):
    """`GET /doctor/session/{id}/export`"""

    @documented("Everything kept about a session", response=wire.SessionDetailOutput, errors=("DR-1501",))
    def get(self, request: CustomerRequest, session_id: UUID) -> Response:
        row = selectors.session(request.user.user_id, session_id)
        headers = {"Content-Disposition": f'attachment; filename="doctor_{session_id}.json"'} | NO_STORE
        return Response(render.detail(row, now=clock.now()), headers=headers)
