"""Providers, benefits and MRNs on the wire."""

from typing import Any

from rest_framework import serializers

from aarokya.common.api.fields import ChoiceField, StrictSerializer, TextField
from aarokya.common.api.schema import page_of
from insurance.api.parsing import UUIDField
from insurance.models import BenefitStatus, BenefitType, MrnStatus, ProviderStatus

MRN_MAX = 100


class ProviderCreateInput(StrictSerializer):
    """A new provider."""

    name = TextField(max_length=255)


class ProviderUpdateInput(StrictSerializer):
    """Both optional."""

    name = TextField(max_length=255, required=False)
    status = ChoiceField(ProviderStatus, required=False)


class ProviderListQuery(serializers.Serializer[Any]):
    """Filters."""

    status = ChoiceField(ProviderStatus, required=False)


class ProviderOutput(serializers.Serializer[Any]):
    """A provider."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    status = serializers.ChoiceField(choices=ProviderStatus.choices)
    created_at = serializers.DateTimeField()
    last_modified_at = serializers.DateTimeField()


class BenefitCreateInput(StrictSerializer):
    """A new benefit; `benefit_details` is tagged by `benefit_type` and has `plans` when it is insurance."""

    name = TextField(max_length=255)
    benefit_type = ChoiceField(BenefitType)
    provider_id = UUIDField()
    benefit_details = serializers.DictField()


class BenefitUpdateInput(StrictSerializer):
    """All optional; new details make a new version."""

    name = TextField(max_length=255, required=False)
    benefit_details = serializers.DictField(required=False)
    status = ChoiceField(BenefitStatus, required=False)


class BenefitListQuery(serializers.Serializer[Any]):
    """Filters; customers see active benefits whatever they ask for."""

    provider_id = UUIDField(required=False)
    benefit_type = ChoiceField(BenefitType, required=False)
    status = ChoiceField(BenefitStatus, required=False)


class BenefitOutput(serializers.Serializer[Any]):
    """A benefit with the terms sold now."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    benefit_type = serializers.ChoiceField(choices=BenefitType.choices)
    benefit_details = serializers.DictField(allow_null=True)
    provider_id = serializers.UUIDField()
    provider_name = serializers.CharField()
    status = serializers.ChoiceField(choices=BenefitStatus.choices)
    created_at = serializers.DateTimeField()
    last_modified_at = serializers.DateTimeField()


class ExternalMrnField(serializers.DictField):
    """`{temp_number?, mrn?}`; at least one of them."""

    child = TextField(max_length=MRN_MAX)

    def to_internal_value(self, data: Any) -> Any:
        numbers = super().to_internal_value(data)
        if not numbers or not set(numbers) <= {"temp_number", "mrn"}:
            raise serializers.ValidationError("must hold temp_number, mrn or both")
        return numbers


class MrnCreateInput(StrictSerializer):
    """The provider's number as `external_mrn`, or as older clients write it: `mrn`."""

    dependant_id = UUIDField()
    benefit_provider_id = UUIDField()
    external_mrn = ExternalMrnField(required=False)
    mrn = TextField(max_length=MRN_MAX, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("external_mrn" in attrs) == ("mrn" in attrs):
            raise serializers.ValidationError({"external_mrn": ["give either external_mrn or mrn"]})
        return attrs


class MrnListQuery(serializers.Serializer[Any]):
    """Filters, all optional."""

    dependant_id = UUIDField(required=False)
    benefit_provider_id = UUIDField(required=False)
    primary_user_id = UUIDField(required=False)
    mrn = TextField(max_length=MRN_MAX, required=False)


class MrnOutput(serializers.Serializer[Any]):
    """A member's number at a provider."""

    id = serializers.UUIDField()
    dependant_id = serializers.UUIDField()
    benefit_provider_id = serializers.UUIDField()
    primary_user_id = serializers.UUIDField()
    external_mrn = serializers.DictField(child=serializers.CharField())
    status = serializers.ChoiceField(choices=MrnStatus.choices)
    created_at = serializers.DateTimeField()
    last_modified_at = serializers.DateTimeField()


ProviderPage = page_of(ProviderOutput, name="BenefitProvider")
BenefitPage = page_of(BenefitOutput, name="Benefit")
MrnPage = page_of(MrnOutput, name="Mrn")
