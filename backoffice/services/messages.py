"""Trying quarantined outbox messages again."""

from datetime import datetime

from django.db import transaction

from aarokya.common import audit, outbox
from aarokya.common.errors import InvalidTransition
from aarokya.common.models import OutboxMessage


@transaction.atomic
def replay(message_id: int, *, actor: str, reason: str, now: datetime) -> None:
    """Give one quarantined message a fresh set of tries. InvalidTransition when it is not in quarantine (any more)."""
    message = OutboxMessage.objects.select_for_update().filter(pk=message_id).first()
    if message is None or message.quarantined_at is None or message.done_at is not None:
        raise InvalidTransition("The message is not in quarantine")
    outbox.replay(message_id, now=now)
    before = {"attempts": message.attempts, "last_error": message.last_error}
    audit.record(actor=actor, action="outbox.replayed", obj=message, before=before, reason=reason, now=now)
