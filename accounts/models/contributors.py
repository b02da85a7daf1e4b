"""Leave for a third party to put money into somebody's wallet."""

from django.db import models

from aarokya.common.crypto import EncryptedTextField
from aarokya.common.models import Record
from accounts.models.choices import ContributorKind
from accounts.models.platforms import Platform
from accounts.models.users import User


class ContributorGrant(Record):
    """What stands behind one contributor token: who asked for it, for whom, and who will pay, as the platform knows them."""

    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="grants")
    beneficiary = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    channel = models.CharField(max_length=40, blank=True, default="")
    contributor_kind = models.CharField(max_length=11, choices=ContributorKind.choices, blank=True, default="")
    contributor = EncryptedTextField(blank=True, default="")  # a customer number or a phone number of the platform's
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Grant {self.pk}"

    @property
    def giver(self) -> str:
        """As the beneficiary may read it: a third party stays a stranger."""
        return f"A customer of {self.platform.name}"

    @property
    def phone(self) -> str:
        """The giver's number, if the platform gave it."""
        return self.contributor if self.contributor_kind == ContributorKind.PHONE else ""
