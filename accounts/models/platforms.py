"""Partner platforms whose riders and couriers come with a token of theirs."""

from datetime import datetime
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from aarokya.common.models import Record
from accounts.models.choices import PlatformStatus

OWN_PLATFORM_ID = UUID("00000000-0000-7000-8000-000000000000")  # people who came by themselves


def own_platform_id() -> UUID:
    return OWN_PLATFORM_ID


class Platform(Record):
    """A partner, or Aarokya itself. An inactive one gets no more tokens; its people stay."""

    MOVES = {
        PlatformStatus.ACTIVE: {PlatformStatus.INACTIVE},
        PlatformStatus.INACTIVE: {PlatformStatus.ACTIVE},
    }

    name = models.CharField(max_length=120)
    status = models.CharField(max_length=8, choices=PlatformStatus.choices, default=PlatformStatus.ACTIVE)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="platform_name")]

    def __str__(self) -> str:
        return self.name


class PlatformSecretQuerySet(models.QuerySet["PlatformSecret"]):
    def valid(self, now: datetime) -> Self:
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now))


class PlatformSecret(Record):
    """One credential of a platform. A rotation adds one and lets the earlier ones expire after an overlap."""

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="secrets")
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of 256 random bits: nothing to guess, nothing to salt
    expires_at = models.DateTimeField(null=True)

    objects = PlatformSecretQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Secret {self.pk} of {self.platform_id}"
