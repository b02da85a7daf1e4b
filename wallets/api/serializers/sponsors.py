"""Sponsors and what they give, on the wire."""

from typing import Any

from rest_framework import serializers

from aarokya.common.api.fields import AmountField, ChoiceField, DayField, PhoneField, StrictSerializer, TextField
from wallets.models import Interval, RecurringStatus, RowState, SponsorKind, SponsorStatus


class SponsorDetailsInput(StrictSerializer):
    phone = PhoneField()
    email = serializers.EmailField(max_length=255, required=False)
    registration_number = TextField(max_length=80, required=False)


class SponsorInput(StrictSerializer):
    kind = ChoiceField(SponsorKind)
    name = TextField(max_length=255)
    slug = serializers.SlugField(max_length=80)
    details = SponsorDetailsInput()


class SponsorStatusInput(StrictSerializer):
    status = ChoiceField(SponsorStatus)


class DepositInput(StrictSerializer):
    amount = AmountField()
    gateway_ref = TextField(max_length=120, required=False, allow_null=True, default=None)


class PolicyContributionInput(StrictSerializer):
    amount = AmountField()
    insurance_policy_id = serializers.UUIDField()


class ContributionInput(StrictSerializer):
    sponsor_id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    amount = AmountField()
    reference = TextField(max_length=80, help_text="The sponsor's own: the same one never gives twice")
    note = TextField(max_length=255, required=False, allow_blank=True, default="")


class RecurringInput(StrictSerializer):
    sponsor_id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    amount = AmountField()
    interval = ChoiceField(Interval)
    starts_on = DayField()
    ends_on = DayField(required=False, allow_null=True, default=None)
    note = TextField(max_length=255, required=False, allow_blank=True, default="")


class SponsorsQuery(serializers.Serializer[Any]):
    status = ChoiceField(SponsorStatus, required=False)


class RecurringQuery(serializers.Serializer[Any]):
    status = ChoiceField(RecurringStatus, required=False)
    sponsor_id = serializers.UUIDField(required=False)
    user_id = serializers.UUIDField(required=False)


class RowsQuery(serializers.Serializer[Any]):
    state = ChoiceField(RowState, required=False)


class SponsorOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=SponsorKind.choices)
    name = serializers.CharField()
    slug = serializers.CharField()
    details = SponsorDetailsInput()
    status = serializers.ChoiceField(choices=SponsorStatus.choices)
    provider_account_id = serializers.CharField(allow_null=True)
    balance = serializers.IntegerField(help_text="Paise left in the prepaid account")
    currency = serializers.CharField()
    created_at = serializers.DateTimeField()
    last_modified_at = serializers.DateTimeField()


class DepositOutput(serializers.Serializer[Any]):
    sponsor_id = serializers.UUIDField()
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    provider_deposit_id = serializers.UUIDField()
    status = serializers.CharField()
    gateway_ref = serializers.CharField(allow_null=True)
    balance = serializers.IntegerField(help_text="Paise in the prepaid account after the deposit")


class PolicyContributionOutput(serializers.Serializer[Any]):
    sponsor_id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    insurance_policy_id = serializers.UUIDField()
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    provider_transfer_id = serializers.UUIDField()
    status = serializers.CharField()


class ContributionOutput(serializers.Serializer[Any]):
    transfer_id = serializers.UUIDField()
    sponsor_id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    reference = serializers.CharField()
    status = serializers.CharField()


class BatchOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    sponsor_id = serializers.UUIDField()
    status = serializers.CharField(help_text="RUNNING or DONE")
    total = serializers.IntegerField()
    pending = serializers.IntegerField()
    posted = serializers.IntegerField()
    refused = serializers.IntegerField()
    amount_posted = serializers.IntegerField(help_text="Paise")
    currency = serializers.CharField()
    created_at = serializers.DateTimeField()


class RowOutput(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    user_id = serializers.UUIDField(allow_null=True)
    amount = serializers.IntegerField()
    reference = serializers.CharField()
    state = serializers.ChoiceField(choices=RowState.choices)
    code = serializers.CharField()
    message = serializers.CharField()
    transfer_id = serializers.UUIDField(allow_null=True)


class RecurringOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    sponsor_id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    interval = serializers.ChoiceField(choices=Interval.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    next_on = serializers.DateField(allow_null=True)
    given = serializers.IntegerField(help_text="How many turns are over")
    status = serializers.ChoiceField(choices=RecurringStatus.choices)
    last_refusal = serializers.CharField()
    note = serializers.CharField()
