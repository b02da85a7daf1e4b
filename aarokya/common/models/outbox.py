"""Work that must follow a commit. The row is the promise and, once done, the record of it."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q


class OutboxMessageQuerySet(models.QuerySet["OutboxMessage"]):
    def open(self) -> Self:
        """Messages still to be delivered."""
        return self.filter(done_at=None, quarantined_at=None)

    def of_urgency(self, urgent: bool | None) -> Self:  # noqa: FBT001 (None: either)
        return self if urgent is None else self.filter(is_urgent=urgent)

    def due(self, now: datetime) -> Self:
        """Open messages whose time has come, that nobody is working on and that are the first of their key."""
        earlier = OutboxMessage.objects.open().filter(handler=OuterRef("handler"), key=OuterRef("key"), id__lt=OuterRef("id"))
        free = Q(claimed_until=None) | Q(claimed_until__lte=now)
        return self.open().filter(free, not_before__lte=now).exclude(~Q(key="") & Exists(earlier))


class OutboxMessage(models.Model):
    """One event for one handler. Written in the transaction of the change, delivered at least once.

    Claimed by a lease, retried with back-off, quarantined after `OUTBOX_ATTEMPTS_MAX` failures for a person to look at.
    Messages of one handler with the same non-empty key are delivered in the order of their ids.
    """

    id = models.BigAutoField(primary_key=True)
    topic = models.CharField(max_length=80)
    handler = models.CharField(max_length=120)
    key = models.CharField(max_length=120, blank=True)
    payload = models.JSONField()
    is_urgent = models.BooleanField(default=False, db_default=False)  # by its topic: events.URGENT
    created_at = models.DateTimeField(auto_now_add=True)
    not_before = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    quarantined_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    objects = OutboxMessageQuerySet.as_manager()

    class Meta:
        db_table = "common_outbox"
        indexes = [
            models.Index(
                fields=["is_urgent", "not_before", "id"],
                name="outbox_open",
                condition=Q(done_at=None, quarantined_at=None),
            ),
            models.Index(
                fields=["handler", "key", "id"],
                name="outbox_order",
                condition=Q(done_at=None, quarantined_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.topic} → {self.handler}"
