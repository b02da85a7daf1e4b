"""What people were asked, in which words, and what they answered."""

from django.db import models

from aarokya.common.models import Record
from accounts.models.choices import ConsentPurpose
from accounts.models.users import User


class ConsentText(Record):
    """One version of the words for one purpose. Never changed: new words are a new version."""

    purpose = models.CharField(max_length=12, choices=ConsentPurpose.choices)
    version = models.PositiveIntegerField()
    text = models.TextField()
    required = models.BooleanField()  # nobody can use the product without; the others are free to refuse
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "version"], name="consent_text_version")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"


class Consent(Record):
    """One answer to one text. Only ever inserted: a change of mind is another row, and the latest counts."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="consents")
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="answers")
    given = models.BooleanField()
    decided_at = models.DateTimeField()
    address = models.CharField(max_length=45, blank=True, default="")  # where the answer came from

    class Meta:
        indexes = [models.Index(fields=["user", "decided_at"], name="consent_user")]

    def __str__(self) -> str:
        return f"{'Yes' if self.given else 'No'} to {self.text_id}"
