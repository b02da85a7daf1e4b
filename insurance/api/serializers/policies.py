"""Policies on the wire."""

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from aarokya.common.api.fields import ChoiceField, DayField, PhoneField, StrictBooleanField, StrictSerializer, TextField
from aarokya.common.api.schema import page_of
from accounts.models import Gender, Relationship, Salutation
from insurance.api.parsing import UUIDField
from insurance.models import CollectFrom, PaymentPlan, PolicyStatus, PremiumStatus
from insurance.nominees import DependantNominee, ExternalNominee, Nominee

DEPENDANTS_MAX = 50  # far above any family; the plans say what is sellable
QUESTIONS_MAX = 100


class DependantNomineeInput(StrictSerializer):
    """A dependant of the policyholder; must be the spouse."""

    type = TextField(max_length=20)
    dependant_id = UUIDField()


class ExternalNomineeInput(StrictSerializer):
    """Somebody who is not a dependant; must be the spouse."""

    type = TextField(max_length=20)
    salutation = ChoiceField(Salutation, required=False, allow_null=True)
    name = TextField(max_length=255)
    date_of_birth = DayField()
    relationship = ChoiceField(Relationship)
    gender = ChoiceField(Gender)
    phone = PhoneField()


NOMINEES: dict[str, tuple[type[StrictSerializer], type[DependantNominee] | type[ExternalNominee]]] = {
    "dependant": (DependantNomineeInput, DependantNominee),
    "external": (ExternalNomineeInput, ExternalNominee),
}


@extend_schema_field(
    PolymorphicProxySerializer(
        component_name="NomineeInput",
        serializers={"dependant": DependantNomineeInput, "external": ExternalNomineeInput},
        resource_type_field_name="type",
    )
)
class NomineeField(serializers.Field[Nominee, Any, Any, Any]):
    """A union tagged by `type`: `dependant` or `external`, in any letter case."""

    def to_internal_value(self, data: Any) -> Nominee:
        tag = data.get("type") if isinstance(data, dict) else None
        if not isinstance(tag, str) or tag.casefold() not in NOMINEES:
            raise serializers.ValidationError({"type": ["must be dependant or external"]})
        serializer, nominee = NOMINEES[tag.casefold()]
        parsed = serializer(data=data)
        parsed.is_valid(raise_exception=True)
        return nominee(**{name: value for name, value in parsed.validated_data.items() if name != "type"})


class QuestionnaireResponse(StrictSerializer):
    """One yes/no answer."""

    question = TextField(max_length=500)
    answer = StrictBooleanField()


class PolicyPreviewInput(StrictSerializer):
    """A family, before anything is bought. The policyholder is always a member and need not be named."""

    benefit_id = UUIDField()
    dependant_ids = serializers.ListField(child=UUIDField(), max_length=DEPENDANTS_MAX)
    nominee_details = NomineeField(required=False, allow_null=True)
    questionnaire_responses = serializers.ListField(
        child=QuestionnaireResponse(), required=False, allow_null=True, max_length=QUESTIONS_MAX
    )


class PreviewQuery(serializers.Serializer[Any]):
    """Whether the answer shall carry a signed quote."""

    quote = serializers.BooleanField(default=False)


class PolicyCreateInput(PolicyPreviewInput):
    """What to buy."""

    payment_plan = ChoiceField(PaymentPlan, default=PaymentPlan.ANNUAL)
    collect_from = ChoiceField(
        CollectFrom, required=False, allow_null=True, help_text="WALLET: a daily premium is taken from the wallet each morning"
    )
    quote = TextField(
        max_length=4000, required=False, help_text="From the preview: buys at exactly this price, or says what changed"
    )


class PolicyRenewInput(StrictSerializer):
    """What is to be different in the next term; what is left out stays as it was."""

    dependant_ids = serializers.ListField(child=UUIDField(), max_length=DEPENDANTS_MAX, required=False)
    nominee_details = NomineeField(required=False, allow_null=True)
    questionnaire_responses = serializers.ListField(
        child=QuestionnaireResponse(), required=False, allow_null=True, max_length=QUESTIONS_MAX
    )
    payment_plan = ChoiceField(PaymentPlan, required=False)
    collect_from = ChoiceField(CollectFrom, required=False, allow_null=True)


class PolicyUpdateInput(StrictSerializer):
    """What staff set; everything is optional. `reason` goes into the audit log, and is needed to reject."""

    status = ChoiceField(PolicyStatus, required=False)
    external_policy_id = TextField(max_length=100, required=False)
    start_date = DayField(required=False)
    end_date = DayField(required=False)
    reason = TextField(max_length=1000, required=False)


class PolicyCancelInput(StrictSerializer):
    """Why, if the customer says so."""

    reason = TextField(max_length=1000, required=False)


class PolicyListQuery(serializers.Serializer[Any]):
    """Filters of a customer's list."""

    status = ChoiceField(PolicyStatus, required=False)
    benefit_id = UUIDField(required=False)


@extend_schema_field({"type": "string", "example": "pending,active"})
class StatusesField(serializers.Field[list[PolicyStatus], Any, Any, Any]):
    """Statuses separated by commas, in any letter case."""

    def to_internal_value(self, data: Any) -> list[PolicyStatus]:
        one = ChoiceField(PolicyStatus)
        return [PolicyStatus(one.run_validation(word.strip())) for word in str(data).split(",") if word.strip()]


class PolicyStaffListQuery(PolicyListQuery):
    """Filters of the list of staff."""

    statuses = StatusesField(required=False)
    primary_user_id = UUIDField(required=False)
    benefit_provider_id = UUIDField(required=False)
    policy_id = UUIDField(required=False)
    sort = serializers.ChoiceField(choices=["created_at", "-created_at"], default="-created_at")


class PremiumAmountsOutput(serializers.Serializer[Any]):
    """Both in paise, with their one currency."""

    daily = serializers.IntegerField()
    annual = serializers.IntegerField()
    currency = serializers.CharField()


class PreviewMemberOutput(serializers.Serializer[Any]):
    """One covered person; words in lower case."""

    dependant_id = serializers.UUIDField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    salutation = serializers.CharField()
    age = serializers.IntegerField()
    gender = serializers.CharField()
    relationship = serializers.CharField()


class PolicyPreviewOutput(serializers.Serializer[Any]):
    """What the family would get."""

    benefit_id = serializers.UUIDField()
    benefit_name = serializers.CharField()
    plan_code = serializers.CharField()
    coverage_amount = serializers.IntegerField()
    currency = serializers.CharField()
    duration = serializers.DictField(child=serializers.IntegerField(), help_text="One of days, months, years")
    members = PreviewMemberOutput(many=True)
    nominee_required = serializers.BooleanField()
    premium_amounts = PremiumAmountsOutput()
    sponsor_contribution = serializers.IntegerField()
    grace_period_days = serializers.IntegerField(allow_null=True)
    questionnaire = serializers.ListField(child=serializers.CharField())
    quote = serializers.CharField(
        required=False, help_text="When asked for. Sent with the purchase within 24 hours, it buys at exactly this price"
    )
    quote_expires_at = serializers.DateTimeField(required=False)


class PrimaryMemberOutput(serializers.Serializer[Any]):
    """The policyholder."""

    id = serializers.CharField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    gender = serializers.CharField()


class PolicyDependantOutput(serializers.Serializer[Any]):
    """One covered person, the policyholder (SELF) included."""

    id = serializers.UUIDField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    salutation = serializers.CharField()
    relationship = serializers.CharField()
    gender = serializers.CharField()


class PolicyOutput(serializers.Serializer[Any]):
    """A policy. Deprecated: `primary_user_id`, `dependant_ids`."""

    id = serializers.UUIDField()
    primary_member = PrimaryMemberOutput()
    primary_user_id = serializers.CharField(help_text="Deprecated: primary_member.id")
    benefit_id = serializers.UUIDField()
    benefit_name = serializers.CharField()
    plan_code = serializers.CharField()
    status = serializers.ChoiceField(choices=PolicyStatus.choices)
    dependants = PolicyDependantOutput(many=True)
    dependant_ids = serializers.ListField(child=serializers.UUIDField(), help_text="Deprecated: dependants[].id")
    premium_amounts = PremiumAmountsOutput()
    premium_status = serializers.ChoiceField(choices=PremiumStatus.choices)
    payment_plan = serializers.ChoiceField(choices=PaymentPlan.choices)
    nominee_details = serializers.DictField(allow_null=True)
    questionnaire = serializers.DictField(allow_null=True)
    metadata = serializers.DictField()
    external_policy_id = serializers.CharField(allow_null=True)
    start_date = serializers.DateField(allow_null=True)
    end_date = serializers.DateField(allow_null=True)
    created_at = serializers.DateTimeField()
    last_modified_at = serializers.DateTimeField()


class BenefitSummaryOutput(serializers.Serializer[Any]):
    """The benefit as it was when the policy was sold."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    benefit_type = serializers.CharField()
    provider_id = serializers.UUIDField()
    provider_name = serializers.CharField()
    benefit_details = serializers.DictField()


class PolicyDetailsOutput(serializers.Serializer[Any]):
    """A policy with its benefit."""

    policy = PolicyOutput()
    benefit = BenefitSummaryOutput()


PolicyPage = page_of(PolicyOutput, name="Policy")
