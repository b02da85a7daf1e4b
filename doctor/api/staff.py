"""Staff: the emergency queue, and benefits given to customers."""

from typing import ClassVar
from uuid import UUID

from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.idempotency import idempotent
from aarokya.common.api.pagination import page
from aarokya.common.api.schema import documented, page_of
from aarokya.common.api.views import StaffAPIView, StaffRequest
from aarokya.common.errors import NotFound
from doctor.api import render
from doctor.api import serializers as wire
from doctor.models import EmergencyAlert
from doctor.services import additions, emergencies


class AlertListView(StaffAPIView):
    """`GET /doctor/alerts`"""

    groups: ClassVar[set[str]] = {"ops", "support"}

    @documented("Emergencies nobody has taken yet, oldest first", response=page_of(wire.AlertOutput, name="EmergencyAlert"))
    def get(self, request: StaffRequest) -> Response:
        rows = EmergencyAlert.objects.filter(acknowledged_at=None).order_by("raised_at", "id")
        return page(request, rows, render.alert)


class AlertAcknowledgeView(StaffAPIView):
    """`POST /doctor/alerts/{id}/acknowledge`"""

    groups: ClassVar[set[str]] = {"ops", "support"}

    @documented("Take an emergency", request=wire.AcknowledgeInput, response=wire.AlertOutput, errors=("NOT_FOUND",))
    @idempotent
    def post(self, request: StaffRequest, alert_id: UUID) -> Response:
        note = wire.AcknowledgeInput.parse(request.data)["note"]
        emergencies.acknowledge(alert_id=alert_id, actor=request.user.actor, note=note, now=clock.now())
        row = EmergencyAlert.objects.filter(pk=alert_id).first()
        if row is None:
            raise NotFound
        return Response(render.alert(row))


class GrantView(StaffAPIView):
    """`POST /doctor/grants`"""

    @documented(
        "Give a customer a consultation benefit",
        request=wire.GrantInput,
        response=wire.GrantOutput,
        status=201,
        errors=("VALIDATION_ERROR", "DR-1510"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: StaffRequest) -> Response:
        asked = wire.GrantInput.parse(request.data)
        row = additions.grant(actor=request.user.actor, now=clock.now(), **asked)
        return Response(render.grant(row), status=201)
