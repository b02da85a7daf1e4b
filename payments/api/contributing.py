"""What a contributor token opens: paying into one wallet, and seeing whether that worked."""

from typing import Any

from rest_framework import serializers
from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.fields import AmountField, StrictSerializer
from aarokya.common.api.idempotency import idempotent
from aarokya.common.api.schema import documented
from aarokya.common.api.views import ContributorAPIView, ContributorRequest
from aarokya.common.clock import rfc3339
from accounts.api.authentication import ContributorAuthentication
from payments.api.serializers import PaymentSessionOutput, render_session
from payments.gateways import gateway
from payments.models import Order, OrderEvent, PublicStatus
from payments.services import contributing, syncing


class GiftInput(StrictSerializer):
    """In paise, from one rupee."""

    amount = AmountField()


class GiftStatusOutput(serializers.Serializer[Any]):
    """Of the payment alone; nothing of the wallet it goes to."""

    order_id = serializers.CharField()
    type = serializers.CharField()
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    status = serializers.ChoiceField(choices=PublicStatus.choices)
    created_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)


class ContributionView(ContributorAPIView):
    """`/contributions/payments`"""

    authentication_classes: Any = (ContributorAuthentication,)

    @documented(
        "Pay into the wallet that the contributor token is for",
        request=GiftInput,
        response=PaymentSessionOutput,
        status=201,
        errors=("VALIDATION_ERROR", "AUE-308", "UPSTREAM_ERROR"),
        idempotent=True,
    )
    @idempotent(durable=False)
    def post(self, request: ContributorRequest) -> Response:
        order = contributing.start(
            grant_id=request.user.grant_id,
            amount=GiftInput.parse(request.data)["amount"],
            row_id=request.resource_id,
            gateway=gateway(),
            now=clock.now(),
        )
        return Response(render_session(order), status=201)


class ContributionStatusView(ContributorAPIView):
    """`/contributions/payments/{order_id}`"""

    authentication_classes: Any = (ContributorAuthentication,)

    @documented("Status of a contribution; asks the gateway while it is open", response=GiftStatusOutput, errors=("NOT_FOUND",))
    def get(self, request: ContributorRequest, order_id: str) -> Response:
        order = contributing.order_of(grant_id=request.user.grant_id, order_id=order_id)
        return Response(rendered(syncing.poll(order=order, cause=OrderEvent.Cause.POLL, gateway=gateway(), now=clock.now())))


def rendered(order: Order) -> dict[str, Any]:
    return {
        "order_id": order.order_id,
        "type": order.type,
        "amount": order.amount.paise,
        "currency": order.currency,
        "status": order.public_status,
        "created_at": rfc3339(order.opened_at),
        "settled_at": rfc3339(order.settled_at),
    }
