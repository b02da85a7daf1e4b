"""Members of staff: the accounts of the back office. Customers are never Django users."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from aarokya.common.crypto import EncryptedTextField
from aarokya.common.models import Record


class Staff(AbstractUser):
    """A person who works here. Groups decide what they may do; failed logins lock them out for a while."""

    failed_logins = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)

    class Meta(AbstractUser.Meta):
        verbose_name = "member of staff"
        verbose_name_plural = "staff"


class StaffAuthenticator(Record):
    """The app that shows a member of staff their six digits (RFC 6238, 30 s, SHA-1)."""

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, related_name="authenticator")
    secret = EncryptedTextField()  # base32, as the app was given it
    confirmed_at = models.DateTimeField(null=True)  # asked for only from here on
    last_step = models.BigIntegerField(default=0)  # of the last code used: no code counts twice
    pending_secret = EncryptedTextField(blank=True, default="")  # shown, not yet proved: the one above goes on counting
    pending_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Authenticator of {self.staff_id}"


class StaffRecoveryCode(Record):
    """What lets a member of staff in, once, when their authenticator is lost."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of 80 random bits: nothing to guess, nothing to salt
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Recovery code of {self.staff_id}"
