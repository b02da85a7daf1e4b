"""Differences and adjustments on the wire."""

from typing import Any

from rest_framework import serializers

from aarokya.common.api.fields import ChoiceField, StrictSerializer, TextField
from wallets.models import AdjustedPool, AdjustmentStatus, Book, DifferenceStatus


class AdjustmentInput(StrictSerializer):
    book = ChoiceField(Book, help_text="Whose book was wrong")
    pool = ChoiceField(AdjustedPool, required=False, default=AdjustedPool.OWN)
    reason = TextField(max_length=500)


class ReasonInput(StrictSerializer):
    reason = TextField(max_length=500)


class DifferencesQuery(serializers.Serializer[Any]):
    status = ChoiceField(DifferenceStatus, required=False)


class AdjustmentsQuery(serializers.Serializer[Any]):
    status = ChoiceField(AdjustmentStatus, required=False)


class DifferenceOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    wallet_id = serializers.UUIDField()
    ours = serializers.IntegerField(help_text="Paise")
    theirs = serializers.IntegerField(allow_null=True, help_text="Paise; null: the issuer knows no such wallet")
    currency = serializers.CharField()
    status = serializers.ChoiceField(choices=DifferenceStatus.choices)
    found_at = serializers.DateTimeField()
    seen_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


class AdjustmentOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    difference_id = serializers.UUIDField()
    book = serializers.ChoiceField(choices=Book.choices)
    pool = serializers.ChoiceField(choices=AdjustedPool.choices)
    direction = serializers.CharField(help_text="CREDIT or DEBIT of the book that is corrected")
    amount = serializers.IntegerField(help_text="Paise")
    currency = serializers.CharField()
    reason = serializers.CharField()
    status = serializers.ChoiceField(choices=AdjustmentStatus.choices)
    requested_by = serializers.CharField()
    decided_by = serializers.CharField()
    decided_at = serializers.DateTimeField(allow_null=True)
    transfer_id = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
