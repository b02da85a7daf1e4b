"""Coverage on the wire."""

from typing import Any

from rest_framework import serializers

from aarokya.common.api.fields import DayField
from insurance.models import ReminderKind
from insurance.selectors.advice import NextStep


class CoverageQuery(serializers.Serializer[Any]):
    """Which day; today (Asia/Kolkata) when left out."""

    on = DayField(required=False)


class CoveredMemberOutput(serializers.Serializer[Any]):
    """One covered person."""

    dependant_id = serializers.UUIDField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    relationship = serializers.CharField()


class ReminderOutput(serializers.Serializer[Any]):
    """A reminder that was given."""

    kind = serializers.ChoiceField(choices=ReminderKind.choices)
    end_date = serializers.DateField(help_text="The last day of the term, or of unpaid premiums the day without cover")
    given_at = serializers.DateTimeField()


class CoverageOutput(serializers.Serializer[Any]):
    """Covered or not, for whom, why; and what the policyholder should know about the time after."""

    policy_id = serializers.UUIDField()
    on = serializers.DateField()
    covered = serializers.BooleanField()
    code = serializers.ChoiceField(choices=["COVERED", "IN_GRACE", "NOT_ISSUED", "NOT_STARTED", "ENDED", "GAVE_UP"])
    reason = serializers.CharField()
    members = CoveredMemberOutput(many=True, help_text="Those covered on that day; nobody when it does not cover")
    last_day = serializers.DateField(allow_null=True, help_text="Grace included")
    renewal_open = serializers.BooleanField(help_text="It may be renewed today")
    renewed_by = serializers.UUIDField(allow_null=True, help_text="The policy of the next term")
    refund_on = serializers.DateField(allow_null=True, help_text="Paid and not issued: given back on this day")
    lapses_on = serializers.DateField(
        allow_null=True, help_text="Paid by the day: the first day without cover if nothing more is paid"
    )
    next_step = serializers.ChoiceField(choices=[step.value for step in NextStep], help_text="What to do next, as of today")
    next_step_by = serializers.DateField(allow_null=True, help_text="The last day on which it helps")
    reminders = ReminderOutput(many=True)
