"""Eligibility on the wire."""

from typing import Any

from rest_framework import serializers

from insurance.api.serializers.policies import PremiumAmountsOutput


class EligibilityReasonOutput(serializers.Serializer[Any]):
    """Why a plan cannot be bought: the code that buying it would answer."""

    code = serializers.CharField()
    message = serializers.CharField()


class EligiblePlanOutput(serializers.Serializer[Any]):
    """One plan code; `eligible` when there is no reason against it."""

    plan_code = serializers.CharField()
    description = serializers.CharField()
    eligible = serializers.BooleanField()
    reasons = EligibilityReasonOutput(many=True)
    premium_amounts = PremiumAmountsOutput()
    coverage_amount = serializers.IntegerField()
    nominee_required = serializers.BooleanField()


class EligibleBenefitOutput(serializers.Serializer[Any]):
    """One benefit on offer."""

    benefit_id = serializers.UUIDField()
    benefit_name = serializers.CharField()
    provider_id = serializers.UUIDField()
    provider_name = serializers.CharField()
    live_policy_id = serializers.UUIDField(allow_null=True)
    plans = EligiblePlanOutput(many=True)


class EligibilityOutput(serializers.Serializer[Any]):
    """What a family can buy on a day; `changed_at` when a change of the family last changed it."""

    user_id = serializers.UUIDField()
    on = serializers.DateField()
    changed_at = serializers.DateTimeField(allow_null=True)
    benefits = EligibleBenefitOutput(many=True)
