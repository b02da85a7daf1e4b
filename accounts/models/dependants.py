"""The people of a user's family, the user included."""

from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from aarokya.common.crypto import EncryptedDateField, EncryptedTextField
from aarokya.common.models import Record
from accounts.models.choices import DependantStatus, Gender, Relationship, Salutation
from accounts.models.users import User


class PersonalDetails(Record):
    """What is said about a person."""

    first_name = EncryptedTextField()
    last_name = EncryptedTextField()
    salutation = models.CharField(max_length=6, choices=Salutation.choices)
    gender = models.CharField(max_length=6, choices=Gender.choices)
    date_of_birth = EncryptedDateField()

    class Meta:
        abstract = True

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class DependantQuerySet(models.QuerySet["Dependant"]):
    def active(self) -> Self:
        return self.filter(status=DependantStatus.ACTIVE)

    def of(self, user_id: UUID) -> Self:
        return self.filter(primary_user=user_id)


class Dependant(PersonalDetails):
    """A person: `id` stays for life, the columns hold what is true now, `DependantVersion` what was said before."""

    MOVES = {
        DependantStatus.ACTIVE: {DependantStatus.DISCARDED},
        DependantStatus.DISCARDED: set(),
    }

    primary_user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="dependants")
    relationship = models.CharField(max_length=13, choices=Relationship.choices)
    status = models.CharField(max_length=9, choices=DependantStatus.choices, default=DependantStatus.ACTIVE)
    version = models.PositiveIntegerField(default=1)
    previous_version_id = models.UUIDField(null=True)  # of the DependantVersion that this one replaced

    objects = DependantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["primary_user"], condition=Q(relationship="SELF", status="ACTIVE"), name="dependant_one_self"
            ),
            models.UniqueConstraint(
                fields=["primary_user"], condition=Q(relationship="SPOUSE", status="ACTIVE"), name="dependant_one_spouse"
            ),
        ]
        indexes = [models.Index(fields=["primary_user", "status", "id"], name="dependant_user_status")]

    def __str__(self) -> str:
        return f"{self.relationship} of {self.primary_user_id}"


class DependantVersion(PersonalDetails):
    """What was said about a person until it was changed; only ever inserted."""

    dependant = models.ForeignKey(Dependant, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dependant", "version"], name="dependant_version_number")]

    def __str__(self) -> str:
        return f"Version {self.version} of {self.dependant_id}"
