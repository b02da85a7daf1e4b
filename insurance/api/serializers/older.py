"""The older `/insurance/*` paths on the wire."""

from typing import Any

from django.db.models import TextChoices
from rest_framework import serializers

from aarokya.common.api.fields import ChoiceField, DayField, StrictSerializer, TextField
from accounts.models import Gender, Salutation
from insurance.api.parsing import UUIDField
from insurance.api.serializers.policies import DEPENDANTS_MAX, NomineeField


class PlanType(TextChoices):
    INDIVIDUAL = "INDIVIDUAL"
    FAMILY = "FAMILY"
    GROUP = "GROUP"  # none on offer


class CoverageType(TextChoices):
    """By sum insured: up to ₹2 lakh, up to ₹10 lakh, above."""

    BASIC = "BASIC"
    COMPREHENSIVE = "COMPREHENSIVE"
    PREMIUM = "PREMIUM"


class OlderRelationship(TextChoices):
    SPOUSE = "SPOUSE"
    CHILD = "CHILD"


class OlderPlanQuery(serializers.Serializer[Any]):
    """Filters; amounts in paise."""

    plan_type = ChoiceField(PlanType, required=False)
    coverage_type = ChoiceField(CoverageType, required=False)
    min_sum_insured = serializers.IntegerField(required=False, min_value=0, max_value=10**15)
    max_premium = serializers.IntegerField(required=False, min_value=0, max_value=10**15)


class OlderPlanOutput(serializers.Serializer[Any]):
    """One plan; amounts in paise, `base_premium` a year."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    plan_code = serializers.CharField()
    plan_type = serializers.ChoiceField(choices=PlanType.choices)
    coverage_type = serializers.ChoiceField(choices=CoverageType.choices)
    provider_name = serializers.CharField()
    benefit_id = serializers.UUIDField()
    sum_insured = serializers.IntegerField()
    base_premium = serializers.IntegerField()
    daily_premium = serializers.IntegerField()
    currency = serializers.CharField()
    includes_teleconsultation = serializers.BooleanField()


class OlderPlansOutput(serializers.Serializer[Any]):
    """All plans that match."""

    plans = OlderPlanOutput(many=True)


class OlderPersonInput(StrictSerializer):
    """The policyholder."""

    dob = DayField()
    gender = ChoiceField(Gender)


class OlderMemberInput(OlderPersonInput):
    """Somebody beside the policyholder."""

    relationship = ChoiceField(OlderRelationship)


class CalculateInput(StrictSerializer):
    """A family without names."""

    plan_id = UUIDField()
    policyholder = OlderPersonInput()
    dependants = serializers.ListField(child=OlderMemberInput(), max_length=DEPENDANTS_MAX, default=list)


class SoldAsOutput(serializers.Serializer[Any]):
    """The plan that this family would buy of the same benefit, and what it costs a year."""

    plan_id = serializers.UUIDField()
    plan_code = serializers.CharField()
    annual_premium = serializers.IntegerField()


class CalculateOutput(serializers.Serializer[Any]):
    """The breakdown, in paise; `sold_as` null when no plan covers such a family."""

    plan_id = serializers.UUIDField()
    base_premium = serializers.IntegerField()
    age_loading = serializers.IntegerField()
    spouse_loading = serializers.IntegerField()
    child_loading = serializers.IntegerField()
    subtotal = serializers.IntegerField()
    gst = serializers.IntegerField()
    total = serializers.IntegerField()
    currency = serializers.CharField()
    sold_as = SoldAsOutput(allow_null=True)


class NamedMemberInput(OlderMemberInput):
    """Somebody to be covered; the last word of `name` is the last name."""

    name = TextField(max_length=255)
    salutation = ChoiceField(Salutation, required=False)


class PurchaseInput(StrictSerializer):
    """A plan, the order that paid for it, and the family."""

    plan_id = UUIDField()
    payment_order_id = TextField(max_length=64)
    dependants = serializers.ListField(child=NamedMemberInput(), max_length=DEPENDANTS_MAX, default=list)
    nominee_details = NomineeField(required=False, allow_null=True)
