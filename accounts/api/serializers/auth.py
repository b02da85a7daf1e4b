"""Logging in, on the wire."""

from typing import Any

from rest_framework import serializers

from aarokya.common.api.fields import PhoneField, StrictSerializer, TextField
from aarokya.common.api.schema import page_of
from accounts.api.serializers.fields import DigitsField

SECONDS = "Unix seconds"


class OtpTriggerInput(StrictSerializer):
    """Whom to send a code."""

    phone = PhoneField()


class OtpVerifyInput(StrictSerializer):
    """The code. Without `challenge_id` the latest one counts."""

    phone = PhoneField()
    otp = DigitsField(count=6)
    challenge_id = serializers.UUIDField(required=False, allow_null=True)
    device_info = TextField(max_length=500, required=False, allow_null=True, allow_blank=True)


class RefreshInput(StrictSerializer):
    """The refresh token."""

    refresh_token = TextField(max_length=200)


class StaffTokenInput(StrictSerializer):
    """A member of staff."""

    username = TextField(max_length=150)
    password = TextField(max_length=200, trim_whitespace=False)
    totp = TextField(max_length=24, required=False, allow_blank=True, allow_null=True, help_text="Or a recovery code")


class StepUpInput(StrictSerializer):
    """The authenticator's code of the moment, or a recovery code."""

    totp = TextField(max_length=24, allow_blank=True)


class OtpTriggerOutput(serializers.Serializer[Any]):
    """`otp` is there only in the sandbox."""

    success = serializers.BooleanField()
    message = serializers.CharField()
    challenge_id = serializers.UUIDField()
    expires_at = serializers.IntegerField(help_text=SECONDS)
    otp = serializers.CharField(required=False)


class TokenPairOutput(serializers.Serializer[Any]):
    """A day's access and the token that renews it."""

    success = serializers.BooleanField()
    access_token = serializers.CharField()
    access_token_expires_at = serializers.IntegerField(help_text=SECONDS)
    refresh_token = serializers.CharField()
    refresh_token_expires_at = serializers.IntegerField(help_text=SECONDS)


class LoginOutput(TokenPairOutput):
    """Who logged in."""

    message = serializers.CharField()
    user_id = serializers.UUIDField()
    is_new_user = serializers.BooleanField()


class StaffTokenOutput(serializers.Serializer[Any]):
    """An hour's admin token."""

    success = serializers.BooleanField()
    access_token = serializers.CharField()
    access_token_expires_at = serializers.IntegerField(help_text=SECONDS)


class DoneOutput(serializers.Serializer[Any]):
    """It is done."""

    success = serializers.BooleanField()
    message = serializers.CharField()


class ReceiptOutput(serializers.Serializer[Any]):
    """How many of the reported texts are ours."""

    status = serializers.CharField()
    known = serializers.IntegerField()


class DeviceOutput(serializers.Serializer[Any]):
    """A device that is logged in; `current` marks the one that asks."""

    id = serializers.UUIDField()
    device_info = serializers.CharField(allow_null=True)
    ip_address = serializers.CharField(allow_null=True)
    current = serializers.BooleanField()
    opened_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


SessionPage = page_of(DeviceOutput, name="Session")
