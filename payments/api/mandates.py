"""Standing permissions of customers, and the debits under them."""

import re
from datetime import datetime
from typing import Any, ClassVar, Protocol
from uuid import UUID

from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.idempotency import idempotent
from aarokya.common.api.pagination import page
from aarokya.common.api.permissions import require_self_or_staff
from aarokya.common.api.schema import documented, page_of
from aarokya.common.api.views import SharedAPIView, SharedRequest, StaffAPIView, StaffRequest
from aarokya.common.errors import Detail, InvalidInput, MissingRequiredField
from payments import selectors
from payments.api import mandate_serializers as wire
from payments.gateways import gateway
from payments.gateways.mandates import MandateGateway
from payments.models import Mandate
from payments.services.mandates import claiming, commanding, debiting, registering
from payments.services.mandates.calendar import calendar
from wallets.selectors import wallet_of

EXECUTION_ID = "X-Mandate-Execution-Id"
OLDER_EXECUTION_ID = "x-kronos-idempotency-key"
FIRING_ID = re.compile(r"[\x21-\x7e]{1,100}")


class MandateView(SharedAPIView):
    """Of the customer, or for staff of ops."""

    groups: ClassVar[set[str]] = {"ops"}

    def mandate(self, request: SharedRequest, user_id: UUID, mandate_id: UUID) -> Mandate:
        require_self_or_staff(request, user_id)
        return selectors.mandate_of(user_id=user_id, mandate_id=mandate_id)


def shown(mandate: Mandate) -> dict[str, Any]:
    return wire.render_mandate(mandate, account_id=account_of(mandate.user_id))


def account_of(user_id: UUID) -> str:
    return str(wallet_of(user_id).pk)


class MandateRegisterView(MandateView):
    """`POST /users/{uid}/mandate/register`"""

    @documented(
        "Register a mandate for the premium; the first instalment is paid with it",
        request=wire.MandateInput,
        response=wire.MandateRegistrationOutput,
        status=201,
        errors=("ME-1207", "CONFLICT", "UPSTREAM_ERROR"),
        idempotent=True,
    )
    @idempotent(durable=False)
    def post(self, request: SharedRequest, user_id: UUID) -> Response:
        require_self_or_staff(request, user_id)
        asked = wire.MandateInput.parse(request.data)
        mandate = registering.register(
            mandate_id=request.resource_id,
            user_id=user_id,
            reference_id=asked.get("policy_id"),
            gateway=gateway(),
            now=clock.now(),
        )
        return Response(wire.render_registration(mandate, account_id=account_of(user_id)), status=201)


class MandateOrderView(MandateView):
    """`GET /users/{uid}/mandate/order_status/{order_id}`"""

    @documented(
        "Ask the gateway about the order that registers a mandate",
        response=wire.MandateOrderOutput,
        errors=("NOT_FOUND", "UPSTREAM_ERROR"),
    )
    def get(self, request: SharedRequest, user_id: UUID, order_id: str) -> Response:
        require_self_or_staff(request, user_id)
        mandate = selectors.mandate_by_order(user_id=user_id, order_id=order_id)
        registering.refresh(mandate, gateway=gateway(), now=clock.now())
        fresh = selectors.mandate_by_order(user_id=user_id, order_id=order_id)
        return Response(wire.render_order(fresh, account_id=account_of(user_id)))


class ActiveMandateView(MandateView):
    """`GET /users/{uid}/mandates/active`"""

    @documented("The live mandate of a user", response=wire.MandateOutput, errors=("ME-1208",))
    def get(self, request: SharedRequest, user_id: UUID) -> Response:
        require_self_or_staff(request, user_id)
        return Response(shown(selectors.live_mandate(user_id)))


class MandateListView(MandateView):
    """`GET /users/{uid}/mandates`"""

    @documented("All mandates of a user, newest first", response=page_of(wire.MandateOutput, name="Mandate"))
    def get(self, request: SharedRequest, user_id: UUID) -> Response:
        require_self_or_staff(request, user_id)
        account_id = account_of(user_id)
        rows = selectors.mandates_of(user_id)
        return page(request, rows, lambda mandate: wire.render_mandate(mandate, account_id=account_id))


class MandateStatusView(MandateView):
    """`POST /users/{uid}/mandates/{mandate_id}/status`"""

    @documented("Ask the gateway about a mandate", response=wire.MandateOutput, errors=("NOT_FOUND", "UPSTREAM_ERROR"))
    def post(self, request: SharedRequest, user_id: UUID, mandate_id: UUID) -> Response:
        mandate = self.mandate(request, user_id, mandate_id)
        return Response(shown(registering.refresh(mandate, gateway=gateway(), now=clock.now())))


class Verb(Protocol):
    """Pause, resume, cancel."""

    def __call__(self, *, mandate: Mandate, actor: str, gateway: MandateGateway, now: datetime) -> Mandate: ...


class MandateCommandView(MandateView):
    """One verb on a mandate."""

    def run(self, request: SharedRequest, user_id: UUID, mandate_id: UUID, verb: Verb) -> Response:
        mandate = self.mandate(request, user_id, mandate_id)
        verb(mandate=mandate, actor=request.user.actor, gateway=gateway(), now=clock.now())
        return Response(shown(selectors.mandate_of(user_id=user_id, mandate_id=mandate_id)))


ERRORS = ("NOT_FOUND", "INVALID_TRANSITION", "UPSTREAM_ERROR")


class MandatePauseView(MandateCommandView):
    """`POST /users/{uid}/mandates/{mandate_id}/pause`"""

    @documented("No debits until it is resumed", response=wire.MandateOutput, errors=ERRORS)
    def post(self, request: SharedRequest, user_id: UUID, mandate_id: UUID) -> Response:
        return self.run(request, user_id, mandate_id, commanding.pause)


class MandateResumeView(MandateCommandView):
    """`POST /users/{uid}/mandates/{mandate_id}/resume`"""

    @documented("Debit again", response=wire.MandateOutput, errors=(*ERRORS, "ME-1210"))
    def post(self, request: SharedRequest, user_id: UUID, mandate_id: UUID) -> Response:
        return self.run(request, user_id, mandate_id, commanding.resume)


class MandateCancelView(MandateCommandView):
    """`POST /users/{uid}/mandates/{mandate_id}/cancel`"""

    @documented("End it for good, at the bank too", response=wire.MandateOutput, errors=ERRORS)
    def post(self, request: SharedRequest, user_id: UUID, mandate_id: UUID) -> Response:
        return self.run(request, user_id, mandate_id, commanding.cancel)


class MandateCalendarView(MandateView):
    """`GET /users/{uid}/mandates/{mandate_id}/calendar`"""

    @documented("Past and coming debits by day", response=wire.CalendarOutput, errors=("NOT_FOUND",))
    def get(self, request: SharedRequest, user_id: UUID, mandate_id: UUID) -> Response:
        mandate = self.mandate(request, user_id, mandate_id)
        return Response(wire.render_calendar(calendar(mandate, now=clock.now())))


class ExecutionListView(MandateView):
    """`GET /users/{uid}/mandates/{mandate_id}/executions`"""

    @documented("Debits of a mandate, newest first", response=wire.ExecutionListOutput, errors=("NOT_FOUND",))
    def get(self, request: SharedRequest, user_id: UUID, mandate_id: UUID) -> Response:
        mandate = self.mandate(request, user_id, mandate_id)
        return Response({"data": [wire.render_execution(row) for row in selectors.executions_of(mandate)]})


class ExecutionDetailView(MandateView):
    """`GET /users/{uid}/mandates/{mandate_id}/executions/{execution_id}`"""

    @documented("One debit", response=wire.ExecutionOutput, errors=("NOT_FOUND",))
    def get(self, request: SharedRequest, user_id: UUID, mandate_id: UUID, execution_id: UUID) -> Response:
        mandate = self.mandate(request, user_id, mandate_id)
        return Response(wire.render_execution(selectors.execution_of(mandate, execution_id)))


class ExecutionCancelView(MandateView):
    """`POST /users/{uid}/mandates/{mandate_id}/executions/{execution_id}/cancel`"""

    @documented("Stop this one debit", response=wire.ExecutionOutput, errors=("NOT_FOUND", "ME-1209", "UPSTREAM_ERROR"))
    def post(self, request: SharedRequest, user_id: UUID, mandate_id: UUID, execution_id: UUID) -> Response:
        mandate = self.mandate(request, user_id, mandate_id)
        execution = selectors.execution_of(mandate, execution_id)
        commanding.cancel_debit(execution=execution, actor=request.user.actor, gateway=gateway(), now=clock.now())
        return Response(wire.render_execution(selectors.execution_of(mandate, execution_id)))


class ExecuteView(StaffAPIView):
    """`POST /mandates/{mandate_id}/execute`: what the due table does by itself, on somebody's word."""

    @documented(
        "Claim the next debit; the same X-Mandate-Execution-Id is the same debit",
        response={201: wire.ExecutionOutput, 200: wire.ExecutionOutput},
        errors=("NOT_FOUND", "INVALID_TRANSITION", "CONFLICT", "UPSTREAM_ERROR"),
    )
    def post(self, request: StaffRequest, mandate_id: UUID) -> Response:
        key = firing_id(request)
        claimed = claiming.execute(mandate_id=mandate_id, key=key, gateway=gateway(), now=clock.now())
        row = selectors.execution_of(selectors.mandate(mandate_id), claimed.execution.pk)
        return Response(wire.render_execution(row), status=201 if claimed.is_new else 200)


def firing_id(request: StaffRequest) -> str:
    """Return the caller's id of this firing. One that is cut short would be another firing's too: InvalidInput."""
    key = (request.headers.get(EXECUTION_ID) or request.headers.get(OLDER_EXECUTION_ID) or "").strip()
    if not key:
        detail = Detail(EXECUTION_ID, "required", "is required")
        raise MissingRequiredField(f"{EXECUTION_ID}: is required", details=(detail,))
    if not FIRING_ID.fullmatch(key):
        detail = Detail(EXECUTION_ID, "invalid", "must be 1 to 100 visible ASCII characters")
        raise InvalidInput(f"{EXECUTION_ID}: {detail.message}", details=(detail,))
    return key


class StatusCheckView(StaffAPIView):
    """`POST /mandates/{mandate_id}/executions/{execution_id}/status_check`"""

    @documented("Ask what became of a debit", response=wire.ExecutionOutput, errors=("NOT_FOUND",))
    def post(self, request: StaffRequest, mandate_id: UUID, execution_id: UUID) -> Response:  # noqa: ARG002
        mandate = selectors.mandate(mandate_id)
        execution = selectors.execution_of(mandate, execution_id)
        debiting.look_now(execution, gateway=gateway(), now=clock.now())
        return Response(wire.render_execution(selectors.execution_of(mandate, execution_id)))
