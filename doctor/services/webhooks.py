"""Aathma's webhooks: stored first, then the truth is fetched."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from aarokya.common import outbox
from doctor.gateways.aathma import hint
from doctor.gateways.base import Aathma
from doctor.models import AathmaWebhook, Assignment, Cause
from doctor.services import assignments


@transaction.atomic
def receive(*, body: bytes, now: datetime) -> AathmaWebhook:
    """Store an authentic webhook once; a duplicate announces nothing."""
    event_id, consultation_id = hint(body)
    row, is_new = AathmaWebhook.objects.get_or_create(
        event_id=event_id or sha256(body).hexdigest(),
        defaults={"body": body, "external_id": consultation_id, "received_at": now},
    )
    if is_new:
        outbox.emit("doctor.webhook_received", payload={"webhook_id": row.pk}, now=now)
    return row


def process(*, webhook_id: int, gateway: Aathma, now: datetime) -> None:
    """Ask about the consultation it names; a webhook about nothing of ours is kept and done with."""
    row = AathmaWebhook.objects.get(pk=webhook_id)
    if row.processed_at is not None:
        return
    assignment_id = as_uuid(row.external_id)
    if assignment_id and Assignment.objects.filter(pk=assignment_id).exists():
        assignments.sync(assignment_id=assignment_id, gateway=gateway, cause=Cause.WEBHOOK, now=now)
    AathmaWebhook.objects.filter(pk=webhook_id).update(processed_at=now)


def as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
