"""Claims on the wire."""

from typing import Any

from rest_framework import serializers

from aarokya.common.api.fields import AmountField, ChoiceField, DayField, StrictSerializer, TextField
from aarokya.common.api.schema import page_of
from insurance.api.parsing import UUIDField
from insurance.models import ClaimAuthor, ClaimDecision, ClaimDocumentKind, ClaimStatus


class ClaimInput(StrictSerializer):
    """What happened; without `dependant_id` it happened to the policyholder."""

    dependant_id = UUIDField(required=False)
    incident_date = DayField()
    hospital_name = TextField(max_length=255)
    description = TextField(max_length=4000)
    amount = AmountField()


class ClaimAnswerInput(StrictSerializer):
    """The answer to the insurer's query."""

    text = TextField(max_length=4000)


class ClaimDocumentInput(serializers.Serializer[Any]):
    """A form with one file."""

    kind = ChoiceField(ClaimDocumentKind)
    file = serializers.FileField(allow_empty_file=False, max_length=255)


class ClaimDocumentOutput(serializers.Serializer[Any]):
    """A file; `media_type` is what its bytes are."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=ClaimDocumentKind.choices)
    file_name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    created_at = serializers.DateTimeField()


class ClaimMessageOutput(serializers.Serializer[Any]):
    """One line of the thread."""

    id = serializers.UUIDField()
    author = serializers.ChoiceField(choices=ClaimAuthor.choices)
    text = serializers.CharField()
    said_at = serializers.DateTimeField()


class ClaimOutput(serializers.Serializer[Any]):
    """A claim. Amounts in paise."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    policy_id = serializers.UUIDField()
    dependant_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=ClaimStatus.choices)
    incident_date = serializers.DateField()
    hospital_name = serializers.CharField()
    description = serializers.CharField()
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    decision = serializers.ChoiceField(choices=ClaimDecision.choices, allow_null=True)
    approved_amount = serializers.IntegerField(allow_null=True)
    decision_reason = serializers.CharField()
    external_claim_id = serializers.CharField(allow_null=True)
    settlement_reference = serializers.CharField()
    documents = ClaimDocumentOutput(many=True)
    messages = ClaimMessageOutput(many=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    last_modified_at = serializers.DateTimeField()


class ClaimNoticeOutput(serializers.Serializer[Any]):
    """That a notice arrived."""

    status = serializers.CharField()


ClaimPage = page_of(ClaimOutput, name="Claim")
