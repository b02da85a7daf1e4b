"""Who looked at whose data, and the end of a person's data."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from aarokya.common.models import Record
from accounts.models.choices import ErasureStatus
from accounts.models.users import User


class Access(Record):
    """A member of staff was shown something about a user. Only ever inserted; the user may read it."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="accesses")
    staff = models.CharField(max_length=150)  # the username
    what = models.CharField(max_length=200)
    reason = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField()
    request_id = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        verbose_name_plural = "accesses"
        indexes = [models.Index(fields=["user", "id"], name="access_user")]  # ids are in the order of time

    def __str__(self) -> str:
        return f"{self.staff} saw {self.what}"


class ErasureRequestQuerySet(models.QuerySet["ErasureRequest"]):
    def due(self, now: datetime) -> Self:
        return self.filter(status__in=[ErasureStatus.SCHEDULED, ErasureStatus.ERASED], next_look_at__lte=now)


class ErasureRequest(Record):
    """A wish to be forgotten.

    It is carried out once it is due and nothing stands against it. ERASED: all is gone but what the law has kept, which
    goes at `next_look_at`; then COMPLETE.
    """

    MOVES = {
        ErasureStatus.SCHEDULED: {ErasureStatus.WITHDRAWN, ErasureStatus.ERASED, ErasureStatus.COMPLETE},
        ErasureStatus.ERASED: {ErasureStatus.COMPLETE},
        ErasureStatus.WITHDRAWN: set(),
        ErasureStatus.COMPLETE: set(),
    }

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="erasure_requests")
    status = models.CharField(max_length=9, choices=ErasureStatus.choices, default=ErasureStatus.SCHEDULED)
    requested_at = models.DateTimeField()
    due_at = models.DateTimeField()
    next_look_at = models.DateTimeField(null=True)
    waits_for = models.JSONField(default=list)  # words of what stood against it at the last look
    kept = models.JSONField(default=list)  # [{what, because, until}]
    erased_at = models.DateTimeField(null=True)

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=~Q(status="WITHDRAWN"), name="erasure_one_live"),
        ]
        indexes = [models.Index(fields=["next_look_at"], name="erasure_due", condition=Q(next_look_at__isnull=False))]

    def __str__(self) -> str:
        return f"Erasure of {self.user_id}: {self.status}"


class LegalHold(Record):
    """An authority or a dispute needs this user's data: nothing is erased until the hold is lifted."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="legal_holds")
    reason = models.CharField(max_length=500)
    placed_by = models.CharField(max_length=120)
    placed_at = models.DateTimeField()
    lifted_by = models.CharField(max_length=120, blank=True, default="")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user"], condition=Q(lifted_at=None), name="legal_hold_one")]

    def __str__(self) -> str:
        return f"Hold on {self.user_id}"
