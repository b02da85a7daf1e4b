"""Issued documents and cards on the wire."""

from typing import Any

from rest_framework import serializers

from insurance.documents import ENGLISH, LANGUAGES


class LanguageQuery(serializers.Serializer[Any]):
    """The language of a document; people's names stay as they wrote them."""

    language = serializers.ChoiceField(choices=LANGUAGES, default=ENGLISH)


class VerifyOutput(serializers.Serializer[Any]):
    """What a card is worth; only the first three when it is not ours."""

    authentic = serializers.BooleanField(help_text="Signed by us and unchanged")
    covered = serializers.BooleanField(help_text="It covers today")
    reason = serializers.CharField()
    policy_number = serializers.CharField(required=False)
    plan_code = serializers.CharField(required=False)
    members = serializers.IntegerField(required=False)
    start_date = serializers.DateField(required=False)
    end_date = serializers.DateField(required=False)
    provider = serializers.CharField(required=False, allow_null=True)
    benefit = serializers.CharField(required=False, allow_null=True)
