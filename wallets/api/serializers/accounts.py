"""Accounts outside, withdrawals, and the wallet by user id."""

from typing import Any

from rest_framework import serializers

from aarokya.common.api.fields import AmountField, ChoiceField, StrictSerializer, TextField
from wallets.models import AccountStatus, AccountType, HolderKind, WithdrawalStatus


class AccountDetailsInput(StrictSerializer):
    ifsc_code = TextField(max_length=11, required=False)


class AccountInput(StrictSerializer):
    account_type = ChoiceField(AccountType)
    account_details = AccountDetailsInput()
    external_account_id = TextField(max_length=80)


class AccountChangeInput(StrictSerializer):
    status = ChoiceField(AccountStatus, required=False)
    account_details = AccountDetailsInput(required=False)
    external_account_id = TextField(max_length=80, required=False)


class AccountsQuery(serializers.Serializer[Any]):
    status = ChoiceField(AccountStatus, required=False)
    account_type = ChoiceField(AccountType, required=False)


class AllAccountsQuery(AccountsQuery):
    holder = serializers.CharField(max_length=60, required=False)
    holder_kind = ChoiceField(HolderKind, required=False)
    holder_id = serializers.UUIDField(required=False)


class WithdrawalInput(StrictSerializer):
    account_id = serializers.UUIDField()
    amount = AmountField()


class BankReferenceInput(StrictSerializer):
    bank_reference = TextField(max_length=40)


class WithdrawalsQuery(serializers.Serializer[Any]):
    status = ChoiceField(WithdrawalStatus, required=False)


class AccountOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    holder = serializers.CharField(help_text="user:<id> or sponsor:<id>")
    account_type = serializers.ChoiceField(choices=AccountType.choices)
    account_details = serializers.DictField()
    external_account_id = serializers.CharField(help_text="In full for its holder; its last four characters for staff")
    status = serializers.ChoiceField(choices=AccountStatus.choices)
    created_at = serializers.DateTimeField()
    last_modified_at = serializers.DateTimeField()


class WithdrawalOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    account_id = serializers.UUIDField()
    amount = serializers.IntegerField(help_text="Paise")
    currency = serializers.CharField()
    status = serializers.ChoiceField(choices=WithdrawalStatus.choices)
    transfer_id = serializers.UUIDField(allow_null=True)
    bank_reference = serializers.CharField(allow_null=True)
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    last_modified_at = serializers.DateTimeField()


class UserBalanceOutput(serializers.Serializer[Any]):
    user_id = serializers.UUIDField()
    balance = serializers.IntegerField(help_text="Paise")
    own_balance = serializers.IntegerField(help_text="What can be withdrawn, holds not counted")
    others_balance = serializers.IntegerField()
    available_balance = serializers.IntegerField()
    withdrawable_balance = serializers.IntegerField()
    currency = serializers.CharField()
