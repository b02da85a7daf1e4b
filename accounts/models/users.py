"""Customers."""

from django.db import models
from django.db.models import Q

from aarokya.common.crypto import EncryptedDateField, EncryptedJSONField, EncryptedTextField
from aarokya.common.models import Record
from accounts.models.choices import Gender, Language, Occupation, Salutation, UserStatus
from accounts.models.platforms import Platform, own_platform_id


class User(Record):
    """A person with a phone number, once for each platform they came through. Never a Django auth user."""

    MOVES = {
        UserStatus.ONBOARDING: {UserStatus.ACTIVE, UserStatus.DEACTIVATED},
        UserStatus.ACTIVE: {UserStatus.DEACTIVATED},
        UserStatus.DEACTIVATED: set(),
    }

    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, default=own_platform_id, related_name="users")
    phone = models.CharField(max_length=13)  # +91 and ten digits; x and twelve hex digits once erased
    status = models.CharField(max_length=12, choices=UserStatus.choices, default=UserStatus.ONBOARDING)
    first_name = EncryptedTextField(blank=True, default="")
    last_name = EncryptedTextField(blank=True, default="")
    email = EncryptedTextField(blank=True, default="")
    email_index = models.CharField(max_length=64, blank=True, default="")  # blind index of the lower-cased address
    dob = EncryptedDateField(null=True, blank=True)
    gender = models.CharField(max_length=6, choices=Gender.choices, blank=True, default="")
    salutation = models.CharField(max_length=6, choices=Salutation.choices, blank=True, default="")
    address = EncryptedJSONField(null=True, blank=True)  # {"text"} or {"line1", "line2", "city", "state", "pincode", "country"}
    occupation = models.CharField(max_length=20, choices=Occupation.choices, blank=True, default="")
    employer = models.CharField(max_length=255, blank=True, default="")
    aadhaar_last4 = EncryptedTextField(blank=True, default="")  # the whole number is never received
    id_proof = EncryptedJSONField(null=True, blank=True)  # {"proof_type", "number"}, from a platform
    bank_account = EncryptedJSONField(null=True, blank=True)  # {"account_number", "ifsc_code"}
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.ENGLISH)  # of texts we send
    onboarded_at = models.DateTimeField(null=True, blank=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["platform", "phone"], name="user_platform_phone"),
            models.CheckConstraint(
                condition=Q(phone__regex=r"^\+91[6-9][0-9]{9}$") | Q(phone__regex=r"^x[0-9a-f]{12}$", status="DEACTIVATED"),
                name="user_phone_indian_mobile",
            ),
            models.CheckConstraint(
                condition=~Q(status="DEACTIVATED") | Q(deactivated_at__isnull=False), name="user_deactivated_at"
            ),
        ]
        indexes = [
            models.Index(fields=["email_index"], name="user_email", condition=~Q(email_index="")),
            models.Index(fields=["created_at", "id"], name="user_created"),
        ]

    def __str__(self) -> str:
        return f"{self.masked_phone} ({self.status})"

    @property
    def masked_phone(self) -> str:
        return f"+91******{self.phone[-4:]}" if self.phone.startswith("+") else "erased"

    @property
    def masked_aadhaar(self) -> str | None:
        return f"XXXXXXXX{self.aadhaar_last4}" if self.aadhaar_last4 else None

    @property
    def profile_complete(self) -> bool:
        """Whether both names are known: what the app asks before it shows onboarding."""
        return bool(self.first_name and self.last_name)

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()
