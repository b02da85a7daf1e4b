"""One-time codes, and the tries at them."""

from django.db import models

from aarokya.common.models import Record


class OtpChallenge(Record):
    """One code sent to one number. The code itself is nowhere: only its HMAC under a server key."""

    phone = models.CharField(max_length=13)
    prefix = models.CharField(max_length=9)  # +91 and six digits: numbers of one block, which SMS pumping rents together
    address = models.CharField(max_length=45)  # of who asked
    digest = models.CharField(max_length=64)
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    verified_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(attempts__lte=5), name="otp_five_attempts")]
        indexes = [
            models.Index(fields=["phone", "requested_at"], name="otp_phone"),
            models.Index(fields=["address", "requested_at"], name="otp_address"),
            models.Index(fields=["prefix", "requested_at"], name="otp_prefix"),
        ]

    def __str__(self) -> str:
        return f"Challenge {self.pk}"


class OtpGuess(Record):
    """A try at a code, written before the code is compared and taken back when it was right: so nothing escapes the count.

    Removed after a day or two by the retention task; only the last 24 hours are ever asked about.
    """

    phone = models.CharField(max_length=13)
    address = models.CharField(max_length=45)
    device = models.CharField(max_length=64, blank=True)  # SHA-256 of the device's description, empty when it gave none
    known = models.BooleanField()  # the number had logged in with this device before
    guessed_at = models.DateTimeField()
    locks_until = models.DateTimeField(null=True)  # set on the tenth within a day: closes this number to this address or device

    class Meta:
        indexes = [models.Index(fields=["phone", "guessed_at"], name="otp_guess_phone")]

    def __str__(self) -> str:
        return f"Guess {self.pk}"
