"""What gateways pushed to us, as it came."""

from typing import Self

from django.db import models
from django.db.models import Q

from aarokya.common.crypto import EncryptedTextField


class WebhookState(models.TextChoices):
    """`UNREADABLE` bodies and `UNKNOWN_ORDER`s are kept: the first for a person, the second until the order appears."""

    RECEIVED = "RECEIVED"
    PROCESSED = "PROCESSED"
    UNKNOWN_ORDER = "UNKNOWN_ORDER"
    UNREADABLE = "UNREADABLE"


class WebhookInboxQuerySet(models.QuerySet["WebhookInbox"]):
    def unprocessed(self) -> Self:
        """Hints that led to nothing yet."""
        return self.filter(state__in=[WebhookState.RECEIVED, WebhookState.UNKNOWN_ORDER])


class WebhookInbox(models.Model):
    """One webhook, stored before it is understood. It is a hint: only the id of the order is ever taken from it."""

    id = models.BigAutoField(primary_key=True)
    provider = models.CharField(max_length=20)
    dedupe_key = models.CharField(max_length=100)  # the provider's event id, or the SHA-256 of the body
    headers = models.JSONField(default=dict)  # a few harmless ones
    body = EncryptedTextField(blank=True)  # the bytes as Latin-1: encrypted, since payers' names and addresses are in it
    received_at = models.DateTimeField()
    event_name = models.CharField(max_length=80, blank=True)
    order_id = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=20, choices=WebhookState.choices, default=WebhookState.RECEIVED)
    attempts = models.PositiveIntegerField(default=0)
    processed_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    objects = WebhookInboxQuerySet.as_manager()

    class Meta:
        db_table = "payments_webhook_inbox"
        verbose_name_plural = "webhook inbox"
        constraints = [models.UniqueConstraint(fields=["provider", "dedupe_key"], name="webhook_once")]
        indexes = [
            models.Index(fields=["order_id"], name="webhook_order", condition=~Q(order_id="")),
            models.Index(fields=["received_at"], name="webhook_received"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.dedupe_key}"

    @property
    def raw(self) -> bytes:
        """The body as it came."""
        return str(self.body).encode("latin-1")
