"""The wallet's documents: inputs are strict, outputs document what `render` builds."""

from typing import Any

from rest_framework import serializers

from aarokya.common.api.fields import AmountField, ChoiceField, StrictSerializer, TextField
from aarokya.common.api.schema import feed_of
from wallets.models import IssuerStatus, ProvisioningStatus, SpendingPurpose


class PayInput(StrictSerializer):
    payee_id = serializers.UUIDField()
    amount = AmountField()
    purpose = ChoiceField(SpendingPurpose)
    reference_id = TextField(max_length=80)
    note = TextField(max_length=255, required=False, allow_blank=True, default="")


class WalletOutput(serializers.Serializer[Any]):
    user_id = serializers.UUIDField()
    transcorp_wallet_id = serializers.CharField(allow_null=True)
    balance = serializers.IntegerField(help_text="Paise")
    available_balance = serializers.IntegerField(help_text="Paise: the balance without what is held")
    wallet_status = serializers.ChoiceField(choices=ProvisioningStatus.choices)
    wallet_status_transcorp = serializers.ChoiceField(choices=IssuerStatus.choices)


class CreatedWalletOutput(WalletOutput):
    created = serializers.BooleanField()


class MomentOutput(serializers.Serializer[Any]):
    seconds = serializers.IntegerField(help_text="Since 1970")


class BalanceOutput(serializers.Serializer[Any]):
    wallet_id = serializers.CharField()
    currency = serializers.CharField()
    current_balance = serializers.IntegerField(help_text="Paise")
    last_refreshed = MomentOutput()
    linked = serializers.BooleanField(allow_null=True)


class WalletStatusOutput(serializers.Serializer[Any]):
    wallet_id = serializers.CharField()
    wallet_status = serializers.ChoiceField(choices=ProvisioningStatus.choices)


class HistoryRowOutput(serializers.Serializer[Any]):
    transaction_id = serializers.UUIDField()
    amount = serializers.IntegerField(help_text="Paise; negative when money left the wallet")
    currency = serializers.CharField()
    occurred_at = MomentOutput()
    transaction_status = serializers.CharField()


class HistoryOutput(serializers.Serializer[Any]):
    wallet_id = serializers.CharField()
    transactions = HistoryRowOutput(many=True)


class TransactionOutput(serializers.Serializer[Any]):
    transaction_id = serializers.UUIDField()
    number = serializers.IntegerField(help_text="1, 2, 3 … within the wallet")
    type = serializers.CharField(help_text="CREDIT or DEBIT")
    purpose = serializers.CharField()
    amount = serializers.IntegerField(help_text="Paise, always positive")
    own_amount = serializers.IntegerField()
    others_amount = serializers.IntegerField()
    currency = serializers.CharField()
    balance_after = serializers.IntegerField()
    source = serializers.CharField(  # type: ignore[assignment]  # the metaclass takes fields out of the class
        help_text="Where the money came from or went to"
    )
    note = serializers.CharField()
    reference_type = serializers.CharField()
    reference_id = serializers.CharField()
    refund_of = serializers.UUIDField(allow_null=True)
    transaction_status = serializers.CharField()
    occurred_at = serializers.DateTimeField()


TRANSACTIONS = feed_of(TransactionOutput, name="Transaction")


class PayeeOutput(serializers.Serializer[Any]):
    payee_id = serializers.UUIDField()
    name = serializers.CharField()
    city = serializers.CharField()
    merchant_category = serializers.CharField()
    category = serializers.CharField()


class PaidOutput(serializers.Serializer[Any]):
    transfer_id = serializers.UUIDField()
    payee_id = serializers.UUIDField()
    amount = serializers.IntegerField()
    own_amount = serializers.IntegerField()
    others_amount = serializers.IntegerField()
    currency = serializers.CharField()
    purpose = serializers.CharField()
    reference_id = serializers.CharField()
    balance = serializers.IntegerField()
    available_balance = serializers.IntegerField()
