"""Answers kept for repeated requests."""

from django.db import models

from aarokya.common.crypto import EncryptedJSONField
from aarokya.common.models.base import Record


class IdempotencyKey(Record):
    """One use of an `Idempotency-Key` by one actor; `status_code` empty while the request runs.

    The lease lets another request take over when the first one died half-way: every step behind it is safe to repeat.
    """

    actor = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    path = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of method, path and body
    lease_until = models.DateTimeField()
    status_code = models.PositiveSmallIntegerField(null=True)
    body = EncryptedJSONField(null=True)  # answers may hold names and birth dates

    class Meta:
        db_table = "common_idempotency_key"
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="idempotency_actor_key")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_created")]

    def __str__(self) -> str:
        return f"{self.actor} {self.key}"
