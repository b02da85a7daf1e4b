"""How a policy's premium stands, on the wire. Amounts are paise."""

from typing import Any

from rest_framework import serializers

from aarokya.common.api.fields import ChoiceField, StrictSerializer
from insurance.models import CollectFrom, PaymentPlan, PremiumStatus


class CollectionInput(StrictSerializer):
    """Where the premiums of a policy paid by the day are taken from; null ends it."""

    collect_from = ChoiceField(CollectFrom, allow_null=True)


class PremiumPaymentOutput(serializers.Serializer[Any]):
    """What one order paid."""

    order_id = serializers.CharField()
    amount = serializers.IntegerField()
    received_at = serializers.DateTimeField()


class PremiumOutput(serializers.Serializer[Any]):
    """What was paid, what is due today, what is owed for the term, and when cover lapses if nothing more comes."""

    policy_id = serializers.UUIDField()
    payment_plan = serializers.ChoiceField(choices=PaymentPlan.choices)
    premium_status = serializers.ChoiceField(choices=PremiumStatus.choices)
    currency = serializers.CharField()
    daily_premium = serializers.IntegerField()
    annual_premium = serializers.IntegerField()
    paid = serializers.IntegerField()
    due = serializers.IntegerField(
        help_text="For the days of cover so far, today included; all of the year's when paid by the year"
    )
    owed = serializers.IntegerField(help_text="Left of the year's premium")
    paid_until = serializers.DateField(allow_null=True, help_text="By the day: the last day of cover that is paid for")
    lapses_on = serializers.DateField(
        allow_null=True, help_text="By the day: the first day without cover if nothing more is paid"
    )
    collect_from = serializers.ChoiceField(choices=CollectFrom.choices, allow_null=True)
    next_collection_at = serializers.DateTimeField(allow_null=True)
    payments = PremiumPaymentOutput(many=True, help_text="The newest 100, newest first")
