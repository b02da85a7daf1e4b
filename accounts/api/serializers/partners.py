"""Platforms and the tokens they fetch, on the wire."""

from typing import Any

from rest_framework import serializers

from aarokya.common.api.fields import ChoiceField, DayField, InputObject, PhoneField, StrictSerializer, TextField
from aarokya.common.api.schema import page_of
from accounts.api.serializers.fields import AddressField
from accounts.api.serializers.people import NAME_MAX, IdProofInput
from accounts.models import ContributionChannel, ContributorKind, Gender, PlatformStatus


class PlatformInput(StrictSerializer):
    """A partner's name, unique whatever its letter case."""

    name = TextField(max_length=120)


class PlatformListQuery(serializers.Serializer[Any]):
    """Filters."""

    status = ChoiceField(PlatformStatus, required=False)


class PartnerTokenInput(StrictSerializer):
    """One of the platform's people and what it knows of them. `platform_id` and `dl_number` are of the first clients."""

    phone_country_code = TextField(max_length=4)
    phone_number = TextField(max_length=20)
    platform_id = TextField(max_length=60, required=False)
    dl_number = TextField(max_length=40, required=False)
    id_proof = IdProofInput(required=False, allow_null=True)
    dob = DayField(required=False, allow_null=True)
    address = AddressField(required=False, allow_null=True)
    gender = ChoiceField(Gender, required=False, allow_null=True)
    first_name = TextField(max_length=NAME_MAX, required=False, allow_null=True)
    last_name = TextField(max_length=NAME_MAX, required=False, allow_null=True)


class ContributorRefInput(InputObject):
    """Who will pay, as the platform knows them."""

    type = ChoiceField(ContributorKind)
    value = TextField(max_length=80)


class ContributorTokenInput(StrictSerializer):
    """For whom (a phone number, resolved by the platform's server), over which channel, and who will pay."""

    beneficiary_identifier = PhoneField()
    contribution_channel = ChoiceField(ContributionChannel, required=False, allow_null=True)
    contributor_ref = ContributorRefInput(required=False, allow_null=True)


class ContributorTokenOutput(serializers.Serializer[Any]):
    """An hour's leave to give."""

    contributor_token = serializers.CharField()


class PlatformOutput(serializers.Serializer[Any]):
    """A partner."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    status = serializers.ChoiceField(choices=PlatformStatus.choices)
    created_at = serializers.DateTimeField()
    last_modified_at = serializers.DateTimeField()


class PlatformSecretOutput(PlatformOutput):
    """With its new secret, which is shown this once."""

    secret = serializers.CharField()


class PartnerTokenOutput(serializers.Serializer[Any]):
    """A day's token; call again when it has expired."""

    access_token = serializers.CharField()
    user_id = serializers.UUIDField()


PlatformPage = page_of(PlatformOutput, name="Platform")
