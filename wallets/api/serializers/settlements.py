"""Provider orders and settlements on the wire."""

from typing import Any

from rest_framework import serializers

from aarokya.common.api.fields import ChoiceField, StrictSerializer, TextField
from wallets.models import ProviderOrderStatus, SettlementStatus


class ProviderOrderInput(StrictSerializer):
    benefit_entity_id = TextField(max_length=80, help_text="insurance_policy:<uuid>")


class SettlementInput(StrictSerializer):
    account_id = serializers.UUIDField(help_text="The payee's account in the ledger")


class ProviderOrdersQuery(serializers.Serializer[Any]):
    benefit_entity_id = serializers.CharField(max_length=80, required=False)
    provider_id = serializers.UUIDField(required=False)
    status = ChoiceField(ProviderOrderStatus, required=False)


class SettlementsQuery(serializers.Serializer[Any]):
    status = ChoiceField(SettlementStatus, required=False)


class ProviderOrderOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    order_number = serializers.CharField()
    user_id = serializers.UUIDField()
    benefit_provider_id = serializers.UUIDField()
    benefit_entity_id = serializers.CharField()
    amount = serializers.IntegerField(help_text="Paise")
    currency = serializers.CharField()
    status = serializers.ChoiceField(choices=ProviderOrderStatus.choices)
    wallet_txn_data = serializers.CharField(help_text="pending, success:<transfer> or failed")
    refusal = serializers.CharField()
    created_at = serializers.DateTimeField()
    last_modified_at = serializers.DateTimeField()


class SettlementOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    account_id = serializers.UUIDField()
    payee = serializers.CharField()
    until = serializers.DateTimeField()
    transfers = serializers.IntegerField()
    amount = serializers.IntegerField(help_text="Paise: payments less refunds")
    currency = serializers.CharField()
    status = serializers.ChoiceField(choices=SettlementStatus.choices)
    drawn_up_by = serializers.CharField()
    paid_by = serializers.CharField()
    bank_reference = serializers.CharField()
