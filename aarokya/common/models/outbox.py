"""Work that must follow a commit. The row is the promise and, once done, the record of it."""

from typing import Self

from django.db import models
from django.db.models import Q


class OutboxMessageQuerySet(models.QuerySet["OutboxMessage"]):
    def open(self) -> Self:
        """Messages still to be delivered."""
        return self.filter(done_at=None, quarantined_at=None)


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
