"""What payments take in and give out."""

from typing import Any

from rest_framework import serializers

from aarokya.common.api.fields import AmountField, ChoiceField, StrictSerializer, TextField
from aarokya.common.clock import rfc3339
from payments.models import Order, PaymentMethod, PublicStatus, Refund, RefundDestination, RefundReason, RefundStatus


class PaymentSessionInput(StrictSerializer):
    """`amount` is for top-ups; a premium's comes from the policy."""

    type = TextField(max_length=40)
    amount = AmountField(required=False)
    policy_id = serializers.UUIDField(required=False)
    payment_method = ChoiceField(PaymentMethod, default=PaymentMethod.GATEWAY)


class RefundInput(StrictSerializer):
    """`note` is the reason a person gives."""

    amount = AmountField()
    note = TextField(max_length=300, min_length=3)
    destination = ChoiceField(RefundDestination, default=RefundDestination.SOURCE)


class DeclineInput(StrictSerializer):
    """Why not."""

    note = TextField(max_length=300, min_length=3)


class PaymentSessionOutput(serializers.Serializer[Any]):
    """`payload` is the gateway's session answer, for its SDK; empty when the wallet paid."""

    order_id = serializers.CharField()
    type = serializers.CharField()
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    status = serializers.ChoiceField(choices=PublicStatus.choices)
    payload = serializers.JSONField()


class RefundOutput(serializers.Serializer[Any]):
    """One refund of an order."""

    refund_id = serializers.UUIDField()
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    status = serializers.ChoiceField(choices=RefundStatus.choices)
    reason = serializers.ChoiceField(choices=RefundReason.choices)
    destination = serializers.ChoiceField(choices=RefundDestination.choices)
    arn = serializers.CharField(allow_null=True)
    requested_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class OrderOutput(serializers.Serializer[Any]):
    """An order; `gateway_status` is the gateway's own word, null before it said anything."""

    order_id = serializers.CharField()
    type = serializers.CharField()
    payment_method = serializers.ChoiceField(choices=PaymentMethod.choices)
    amount = serializers.IntegerField()
    wallet_amount = serializers.IntegerField()
    gateway_amount = serializers.IntegerField()
    currency = serializers.CharField()
    description = serializers.CharField()
    status = serializers.ChoiceField(choices=PublicStatus.choices)
    gateway_status = serializers.CharField(allow_null=True)
    reference_type = serializers.CharField()
    reference_id = serializers.CharField()
    created_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)


class OrderStatusOutput(OrderOutput):
    """An order with its refunds."""

    refunds = RefundOutput(many=True)


class WebhookOutput(serializers.Serializer[Any]):
    """The answer that gateways read as "do not send again"."""

    status = serializers.CharField()


def render_session(order: Order) -> dict[str, Any]:
    return {
        "order_id": order.order_id,
        "type": order.type,
        "amount": order.amount.paise,
        "currency": order.currency,
        "status": order.public_status,
        "payload": order.payload or {},
    }


def render_order(order: Order) -> dict[str, Any]:
    return {
        "order_id": order.order_id,
        "type": order.type,
        "payment_method": order.payment_method,
        "amount": order.amount.paise,
        "wallet_amount": order.wallet_amount.paise,
        "gateway_amount": order.gateway_amount.paise,
        "currency": order.currency,
        "description": order.description,
        "status": order.public_status,
        "gateway_status": order.gateway_status or None,
        "reference_type": order.reference_type,
        "reference_id": order.reference_id,
        "created_at": rfc3339(order.opened_at),
        "settled_at": rfc3339(order.settled_at),
    }


def render_refund(refund: Refund) -> dict[str, Any]:
    return {
        "refund_id": str(refund.pk),
        "amount": refund.amount.paise,
        "currency": "INR",
        "status": refund.status,
        "reason": refund.reason,
        "destination": refund.destination,
        "arn": refund.arn or None,
        "requested_at": rfc3339(refund.requested_at),
        "finished_at": rfc3339(refund.finished_at),
    }


def render_order_status(order: Order) -> dict[str, Any]:
    refunds = order.refunds.order_by("id")
    return {**render_order(order), "refunds": [render_refund(refund) for refund in refunds]}
