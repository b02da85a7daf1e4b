"""Logins, and the chain of refresh tokens that keeps each one alive."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from aarokya.common.models import Record
from accounts.models.choices import RevocationReason
from accounts.models.users import User


class UserSessionQuerySet(models.QuerySet["UserSession"]):
    def live(self, now: datetime) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=now)


class UserSession(Record):
    """One device's login. Its id is the `sid` of every access token made for it; revoking it kills them all."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    device_info = models.CharField(max_length=500, blank=True)  # what the device says of itself
    device = models.CharField(max_length=64, blank=True)  # SHA-256 of it
    address = models.CharField(max_length=45, blank=True)
    opened_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_because = models.CharField(max_length=12, choices=RevocationReason.choices, blank=True, default="")

    objects = UserSessionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user", "opened_at"], name="session_user"),
            models.Index(fields=["user", "device"], name="session_device", condition=~Q(device="")),
            models.Index(fields=["expires_at"], name="session_expires"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_because="") | (Q(revoked_at__isnull=False) & ~Q(revoked_because="")),
                name="session_revoked_for_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"Session {self.pk}"


class RefreshToken(Record):
    """One refresh token: used once, by making its successor.

    `seed` is drawn when it is used. The successor is an HMAC of token and seed under a server key, so a client that lost
    the answer can be given the very same successor again, although only digests are stored.
    """

    session = models.ForeignKey(UserSession, on_delete=models.CASCADE, related_name="refresh_tokens")
    digest = models.CharField(max_length=64, unique=True)  # SHA-256
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    seed = models.CharField(max_length=64, blank=True, default="")
    successor = models.OneToOneField("self", on_delete=models.SET_NULL, null=True, related_name="predecessor")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at=None, seed="") | (Q(used_at__isnull=False) & ~Q(seed="")), name="refresh_token_seed_when_used"
            )
        ]

    def __str__(self) -> str:
        return f"Refresh token {self.pk}"
