"""Filling one's own wallet by the paths of the newer partners: the same orders and services as `/payments/session`."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.fields import AmountField, StrictSerializer, TextField
from aarokya.common.api.idempotency import idempotent
from aarokya.common.api.permissions import require_self_or_staff
from aarokya.common.api.schema import documented
from aarokya.common.api.views import CustomerAPIView, CustomerRequest
from aarokya.common.clock import rfc3339
from aarokya.common.errors import Detail, InvalidInput
from aarokya.common.ids import effect_id
from aarokya.common.money import CURRENCY
from payments import selectors
from payments.gateways import gateway
from payments.models import Order, OrderEvent, PaymentMethod, SettlementOutcome
from payments.services import sessions, syncing
from payments.services.orders import TOPUP, Wish
from wallets.selectors import wallet_of

SOURCE = "self_contribution"
NOBODY_PAID_YET = "NEW"  # Juspay's word for it; these clients read null


class SelfContributionInput(StrictSerializer):
    """What to pay in."""

    amount = AmountField()
    currency = TextField(max_length=3)


class FundingOrderOutput(serializers.Serializer[Any]):
    """An order that fills the wallet; `account_id` is the wallet, `external_status` the gateway's own word."""

    id = serializers.UUIDField()
    order_id = serializers.CharField(help_text="Under which the gateway knows it")
    user_id = serializers.UUIDField()
    account_id = serializers.UUIDField()
    source = serializers.CharField()  # type: ignore[assignment]  # a serializer is a field, and its `source` something else
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    external_status = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    last_modified_at = serializers.DateTimeField()


class SelfContributionOutput(FundingOrderOutput):
    """`payload` is the gateway's session answer, for its SDK."""

    payload = serializers.JSONField()


class FundingStatusOutput(FundingOrderOutput):
    """`wallet_txn_data` says what became of the wallet's side."""

    wallet_txn_data = serializers.CharField(help_text="initiated, success:<transfer>, voided or failed")


class SelfContributionView(CustomerAPIView):
    """`POST /users/{uid}/contributions/self`"""

    @documented(
        "Pay into my own wallet",
        request=SelfContributionInput,
        response=SelfContributionOutput,
        status=201,
        errors=("NOT_FOUND", "UPSTREAM_ERROR"),
        idempotent=True,
    )
    @idempotent(durable=False)
    def post(self, request: CustomerRequest, user_id: UUID) -> Response:
        require_self_or_staff(request, user_id)
        asked = SelfContributionInput.parse(request.data)
        refuse_currency(asked["currency"])
        wish = Wish(user_id, TOPUP, asked["amount"], policy_id=None, payment_method=PaymentMethod.GATEWAY)
        order = sessions.start(wish, row_id=request.resource_id, gateway=gateway(), now=clock.now())
        return Response(render_order(order) | {"payload": order.payload or {}}, status=201)


class FundingOrderView(CustomerAPIView):
    """`GET /users/{uid}/orders/{id}`"""

    @documented("What became of a payment into my wallet; asks the gateway", response=FundingStatusOutput, errors=("NOT_FOUND",))
    def get(self, request: CustomerRequest, user_id: UUID, row_id: UUID) -> Response:
        require_self_or_staff(request, user_id)
        order = selectors.order_of_type(user_id=user_id, row_id=row_id, type=TOPUP)
        fresh = syncing.poll(order=order, cause=OrderEvent.Cause.POLL, gateway=gateway(), now=clock.now())
        return Response(render_order(fresh) | {"wallet_txn_data": wallet_side(fresh)})


def refuse_currency(currency: str) -> None:
    if currency.upper() != CURRENCY:
        detail = Detail("currency", "invalid_choice", f"must be {CURRENCY}")
        raise InvalidInput(f"currency: {detail.message}", details=(detail,))


def wallet_side(order: Order) -> str:
    """Return the wallet's leg in one word: it moves at the settlement, and not before."""
    match order.settlement:
        case SettlementOutcome.DONE:
            return f"success:{effect_id(f'topup:{order.order_id}')}"
        case SettlementOutcome.REFUND:
            return "voided"
        case _:
            return "initiated" if order.is_open else "failed"


def render_order(order: Order) -> dict[str, Any]:
    return {
        "id": str(order.pk),
        "order_id": order.order_id,
        "user_id": str(order.user_id),
        "account_id": str(wallet_of(order.user_id).pk),
        "source": SOURCE,
        "amount": order.amount.paise,
        "currency": order.currency,
        "external_status": None if order.gateway_status in {"", NOBODY_PAID_YET} else order.gateway_status,
        "created_at": rfc3339(order.opened_at),
        "last_modified_at": rfc3339(order.last_modified_at),
    }
