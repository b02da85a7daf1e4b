"""A person's rights over their data, on the wire."""

from typing import Any

from rest_framework import serializers

from aarokya.common.api.fields import ChoiceField, StrictBooleanField, StrictIntegerField, StrictSerializer, TextField
from aarokya.common.api.schema import feed_of
from accounts.models import ConsentPurpose, ErasureStatus

REASON_MAX = 500


class ConsentInput(StrictSerializer):
    """An answer to one version of the words."""

    purpose = ChoiceField(ConsentPurpose)
    version = StrictIntegerField(min_value=1, max_value=100_000)
    given = StrictBooleanField()


class LegalHoldInput(StrictSerializer):
    """Why nothing of this user may be erased, or why it may again."""

    reason = TextField(max_length=REASON_MAX)


class ReasonQuery(serializers.Serializer[Any]):
    """`?reason=`: kept in the audit log."""

    reason = serializers.CharField(max_length=REASON_MAX)


class AccessOutput(serializers.Serializer[Any]):
    """Somebody of our staff was shown something about me."""

    staff = serializers.CharField()
    what = serializers.CharField()
    reason = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()


class AnsweredConsentOutput(serializers.Serializer[Any]):
    """What is asked in the present words, and my latest answer to them or to earlier ones."""

    purpose = serializers.ChoiceField(choices=ConsentPurpose.choices)
    version = serializers.IntegerField()
    text = serializers.CharField()
    is_required = serializers.BooleanField()
    given = serializers.BooleanField(allow_null=True)
    answered_version = serializers.IntegerField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)


# Made like the pages, because Serializer has a `data` of its own.
AnsweredConsentList = type("AnsweredConsentList", (serializers.Serializer,), {"data": AnsweredConsentOutput(many=True)})


class KeptOutput(serializers.Serializer[Any]):
    """What the law keeps, and until when."""

    what = serializers.CharField()
    because = serializers.CharField()
    until = serializers.DateField()


class ErasureOutput(serializers.Serializer[Any]):
    """Where a wish to be forgotten stands."""

    status = serializers.ChoiceField(choices=ErasureStatus.choices)
    requested_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    waits_for = serializers.ListField(child=serializers.CharField())
    kept = KeptOutput(many=True)


class LegalHoldOutput(serializers.Serializer[Any]):
    """A hold in force."""

    user_id = serializers.UUIDField()
    reason = serializers.CharField()
    placed_by = serializers.CharField()
    placed_at = serializers.DateTimeField()


class ExportOutput(serializers.Serializer[Any]):
    """Everything held about me, app by app."""

    exported_at = serializers.DateTimeField()
    account = serializers.JSONField()
    wallet = serializers.JSONField()
    payments = serializers.JSONField()
    insurance = serializers.JSONField()
    doctor = serializers.JSONField()


AccessFeed = feed_of(AccessOutput, name="Access", by_id=True)
