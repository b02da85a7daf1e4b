"""Users, profiles and families on the wire."""

import re
from typing import Any

from rest_framework import serializers

from aarokya.common.api.fields import ChoiceField, DayField, InputObject, PhoneField, StrictSerializer, TextField
from aarokya.common.api.schema import page_of
from accounts.api.serializers.fields import AddressField, DigitsField, EmailField
from accounts.models import DependantStatus, Gender, Language, Occupation, Relationship, Salutation, UserStatus

NAME_MAX = 255
BULK_MAX = 50


class OccupationField(ChoiceField):
    """As people write it: `Delivery Partner` is DELIVERY_PARTNER."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Occupation, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(re.sub(r"[ -]+", "_", data.strip()) if isinstance(data, str) else data)


class PersonChangeInput(StrictSerializer):
    """Any of these; null means: leave as it is."""

    first_name = TextField(max_length=NAME_MAX, required=False, allow_null=True)
    last_name = TextField(max_length=NAME_MAX, required=False, allow_null=True)
    dob = DayField(required=False, allow_null=True)
    gender = ChoiceField(Gender, required=False, allow_null=True)
    email = EmailField(required=False, allow_null=True)
    address = AddressField(required=False, allow_null=True)


class ProfileChangeInput(PersonChangeInput):
    """`aadhaar_last4` can be set once."""

    occupation = OccupationField(required=False, allow_null=True)
    employer = TextField(max_length=NAME_MAX, required=False, allow_null=True)
    aadhaar_last4 = DigitsField(count=4, required=False, allow_null=True)


class PreferencesInput(StrictSerializer):
    """In which language we write to this person."""

    language = serializers.ChoiceField(choices=Language.choices)


class PreferencesOutput(serializers.Serializer[Any]):
    """The same, as it is."""

    language = serializers.ChoiceField(choices=Language.choices)


class BankAccountInput(InputObject):
    """The user's own bank account."""

    account_number = serializers.RegexField(r"\A[0-9]{9,18}\Z", error_messages={"invalid": "must be 9 to 18 digits"})
    ifsc_code = serializers.RegexField(r"\A[A-Z]{4}0[A-Z0-9]{6}\Z", error_messages={"invalid": "must be an IFSC code"})


class IdProofInput(InputObject):
    """A document that the user or a platform names; stored encrypted, never shown."""

    proof_type = TextField(max_length=40)
    number = TextField(max_length=40)


class OnboardingInput(StrictSerializer):
    """What makes a member."""

    first_name = TextField(max_length=NAME_MAX)
    last_name = TextField(max_length=NAME_MAX)
    dob = DayField()
    gender = ChoiceField(Gender)
    salutation = ChoiceField(Salutation)
    address = AddressField()
    email = EmailField(required=False)
    id_proof = IdProofInput(required=False)
    bank_details = BankAccountInput(required=False)


class DependantInput(StrictSerializer):
    """A person of the family; all six are needed."""

    first_name = TextField(max_length=NAME_MAX)
    last_name = TextField(max_length=NAME_MAX)
    salutation = ChoiceField(Salutation)
    relationship = ChoiceField(Relationship)
    gender = ChoiceField(Gender)
    date_of_birth = DayField()


class DependantBulkInput(StrictSerializer):
    """Up to fifty, all or none."""

    dependants = serializers.ListField(child=DependantInput(), min_length=1, max_length=BULK_MAX)


class DependantChangeInput(StrictSerializer):
    """Any of these; the relationship stays."""

    first_name = TextField(max_length=NAME_MAX, required=False)
    last_name = TextField(max_length=NAME_MAX, required=False)
    salutation = ChoiceField(Salutation, required=False)
    gender = ChoiceField(Gender, required=False)
    date_of_birth = DayField(required=False)


class DependantListQuery(serializers.Serializer[Any]):
    """`?relationship=&status=`; status is ACTIVE unless asked otherwise."""

    relationship = ChoiceField(Relationship, required=False)
    status = ChoiceField(DependantStatus, default=DependantStatus.ACTIVE)


class StatusListField(serializers.CharField):
    """`ACTIVE,ONBOARDING`, in any letter case."""

    def to_internal_value(self, data: Any) -> list[str]:  # type: ignore[override]  # one parameter becomes a list
        words = [word.strip().upper() for word in str(data).split(",") if word.strip()]
        if not set(words) <= set(UserStatus.values):
            raise serializers.ValidationError(f"must be any of {', '.join(UserStatus.values)}", code="invalid_choice")
        return words


class UserListQuery(serializers.Serializer[Any]):
    """Filters of the list of users; `sort` is `created_at` with a direction."""

    status = ChoiceField(UserStatus, required=False)
    statuses = StatusListField(required=False)
    phone = PhoneField(required=False)
    email = EmailField(required=False)
    sort = serializers.ChoiceField(choices=["created_at:asc", "created_at:desc"], default="created_at:desc")


class DeactivateQuery(serializers.Serializer[Any]):
    """`?reason=`: kept in the audit log."""

    reason = serializers.CharField(max_length=500, default="")


class ProfileOutput(serializers.Serializer[Any]):
    """The profile as the app shows it."""

    user_id = serializers.UUIDField()
    phone = serializers.CharField()
    profile_complete = serializers.BooleanField()
    first_name = serializers.CharField(allow_null=True)
    last_name = serializers.CharField(allow_null=True)
    email = serializers.CharField(allow_null=True)
    dob = serializers.DateField(allow_null=True)
    gender = serializers.ChoiceField(choices=Gender.choices, allow_null=True)
    address = serializers.CharField(allow_null=True)
    occupation = serializers.ChoiceField(choices=Occupation.choices, allow_null=True)
    employer = serializers.CharField(allow_null=True)
    aadhaar_last4 = serializers.CharField(allow_null=True, help_text="XXXXXXXX1234")


class AddressOutput(serializers.Serializer[Any]):
    """A postal address; an address given as one text is `line1`, the rest null."""

    line1 = serializers.CharField()
    line2 = serializers.CharField(allow_null=True)
    city = serializers.CharField(allow_null=True)
    state = serializers.CharField(allow_null=True)
    pincode = serializers.CharField(allow_null=True)
    country = serializers.CharField()


class UserOutput(serializers.Serializer[Any]):
    """A user."""

    user_id = serializers.UUIDField()
    phone_country_code = serializers.CharField()
    phone_number = serializers.CharField()
    status = serializers.ChoiceField(choices=UserStatus.choices)
    first_name = serializers.CharField(allow_null=True)
    last_name = serializers.CharField(allow_null=True)
    dob = serializers.DateField(allow_null=True)
    gender = serializers.ChoiceField(choices=Gender.choices, allow_null=True)
    salutation = serializers.ChoiceField(choices=Salutation.choices, allow_null=True)
    email = serializers.CharField(allow_null=True)
    address = AddressOutput(allow_null=True)
    created_at = serializers.DateTimeField()
    last_modified_at = serializers.DateTimeField()


class OnboardingOutput(serializers.Serializer[Any]):
    """The new status comes with a new token."""

    access_token = serializers.CharField()
    access_token_expires_at = serializers.IntegerField(help_text="Unix seconds")
    user = UserOutput()


class DependantOutput(serializers.Serializer[Any]):
    """A person of the family; `id` is the person and never changes."""

    id = serializers.UUIDField()
    primary_user_id = serializers.UUIDField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    salutation = serializers.ChoiceField(choices=Salutation.choices)
    relationship = serializers.ChoiceField(choices=Relationship.choices)
    gender = serializers.ChoiceField(choices=Gender.choices)
    date_of_birth = serializers.DateField()
    status = serializers.ChoiceField(choices=DependantStatus.choices)
    version = serializers.IntegerField()
    previous_version_id = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    last_modified_at = serializers.DateTimeField()


# In the order they were sent. Made like the pages, because Serializer has a `data` of its own.
DependantBulkOutput = type("DependantBulkOutput", (serializers.Serializer,), {"data": DependantOutput(many=True)})
UserPage = page_of(UserOutput, name="User")
DependantPage = page_of(DependantOutput, name="Dependant")
