"""What the doctor's endpoints take and give."""

from typing import Any

from rest_framework import serializers

from aarokya.common.api.fields import (
    ChoiceField,
    DayField,
    PhoneField,
    StrictBooleanField,
    StrictIntegerField,
    StrictSerializer,
    TextField,
)
from doctor.models import AssignmentStatus, Coverage, Language, Role, SessionStatus

MESSAGE_MAX = 4000
UUIDField = serializers.UUIDField


class SessionInput(StrictSerializer):
    """Without `language` the first message decides."""

    language = ChoiceField(Language, required=False)
    for_dependant_id = UUIDField(required=False)
    consent = StrictBooleanField(required=False, default=False)


class MessageInput(StrictSerializer):
    text = TextField(max_length=MESSAGE_MAX)


class AddendumInput(StrictSerializer):
    text = TextField(max_length=MESSAGE_MAX)


class CancelInput(StrictSerializer):
    reason = TextField(max_length=300, required=False, default="", allow_blank=True)


class FeedbackInput(StrictSerializer):
    rating = StrictIntegerField(min_value=1, max_value=5)
    comment = TextField(max_length=1000, required=False, default="", allow_blank=True)


class ContactInput(StrictSerializer):
    name = TextField(max_length=120)
    phone = PhoneField()


class GrantInput(StrictSerializer):
    user_id = UUIDField()
    benefit_id = UUIDField()
    starts_on = DayField()
    ends_on = DayField()


class AcknowledgeInput(StrictSerializer):
    note = TextField(max_length=500)


class Output(serializers.Serializer[Any]):
    """Shapes of answers, for the documentation."""


class ConsentOutput(Output):
    version = serializers.CharField()
    texts = serializers.DictField(child=serializers.CharField())


class HospitalOutput(Output):
    name = serializers.CharField()
    city = serializers.CharField()


class ContactOutput(Output):
    name = serializers.CharField()
    phone = serializers.CharField()


class EmergencyOutput(Output):
    """Shown at once, before anything else."""

    numbers = serializers.ListField(child=serializers.CharField())
    message = serializers.CharField()
    nearest = HospitalOutput(required=False)
    contact = ContactOutput(required=False)


class CoverOutput(Output):
    policy_id = UUIDField()
    policy_number = serializers.CharField(allow_null=True)
    benefit = serializers.CharField()
    provider = serializers.CharField()
    plan_code = serializers.CharField()
    valid_until = serializers.DateField(allow_null=True)
    mrn = serializers.DictField(allow_null=True)
    includes_teleconsultation = serializers.BooleanField()


class CareOutput(Output):
    """Where care is possible now, and what it costs: amounts in paise."""

    policies = CoverOutput(many=True)
    covered_by = serializers.ChoiceField(choices=Coverage.choices)
    title = serializers.CharField()
    amount = serializers.IntegerField()
    currency = serializers.CharField()


class AssignmentOutput(Output):
    status = serializers.ChoiceField(choices=AssignmentStatus.choices)
    reference = serializers.CharField(allow_null=True)
    doctor_name = serializers.CharField(allow_null=True)
    registration_number = serializers.CharField(allow_null=True)
    slot_at = serializers.DateTimeField(allow_null=True)
    link = serializers.CharField(allow_null=True)
    reassignments = serializers.IntegerField()
    reason = serializers.CharField(allow_null=True)
    refunded = serializers.BooleanField()


class SessionOutput(Output):
    """A session. `care` is null in an emergency: nothing is ever asked for there."""

    id = UUIDField()
    status = serializers.ChoiceField(choices=SessionStatus.choices)
    language = serializers.ChoiceField(choices=Language.choices)
    for_dependant_id = UUIDField(allow_null=True)
    consent_version = serializers.CharField()
    reply = serializers.CharField()
    missing_fields = serializers.ListField(child=serializers.CharField())
    summary = serializers.JSONField(allow_null=True)
    care = CareOutput(allow_null=True)
    assignment = AssignmentOutput(allow_null=True)
    emergency = EmergencyOutput(required=False)
    fee = serializers.IntegerField()
    currency = serializers.CharField()
    seal = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    locked_at = serializers.DateTimeField(allow_null=True)


class MessageOutput(Output):
    number = serializers.IntegerField()
    role = serializers.ChoiceField(choices=Role.choices)
    text = serializers.CharField()
    said_at = serializers.DateTimeField()


class AddendumOutput(Output):
    id = UUIDField()
    number = serializers.IntegerField()
    text = serializers.CharField()
    added_at = serializers.DateTimeField()
    emergency = EmergencyOutput(required=False)


class SessionDetailOutput(SessionOutput):
    """A session with its words."""

    messages = MessageOutput(many=True)
    addenda = AddendumOutput(many=True)


class SessionRowOutput(Output):
    id = UUIDField()
    status = serializers.ChoiceField(choices=SessionStatus.choices)
    language = serializers.ChoiceField(choices=Language.choices)
    for_dependant_id = UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    assignment = AssignmentOutput(allow_null=True)


class FeedbackOutput(Output):
    rating = serializers.IntegerField()
    comment = serializers.CharField()
    given_at = serializers.DateTimeField()


class GrantOutput(Output):
    id = UUIDField()
    user_id = UUIDField()
    benefit_id = UUIDField()
    title = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class AlertOutput(Output):
    """Words are not shown here: whoever takes the alert opens the session in the back office."""

    id = UUIDField()
    session_id = UUIDField()
    raised_at = serializers.DateTimeField()
    rules = serializers.ListField(child=serializers.CharField())
    raised_by = serializers.CharField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    acknowledged_by = serializers.CharField(allow_null=True)


class ReceivedOutput(Output):
    status = serializers.CharField()
