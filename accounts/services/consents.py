"""Answers to what people are asked."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from aarokya.common.errors import Conflict
from accounts import selectors
from accounts.models import Consent


@transaction.atomic
def answer(*, user_id: UUID, purpose: str, version: int, given: bool, address: str, now: datetime) -> Consent:
    """Write down one answer. Conflict when the words have a newer version, or are needed and were refused."""
    user = selectors.locked_user(user_id)
    text = selectors.consent_text(purpose)
    if text.version != version:
        raise Conflict(f"The present version is {text.version}; show it and ask again")
    if text.required and not given:
        raise Conflict("The product cannot be used without this; to leave, ask for erasure")
    return Consent.objects.create(user=user, text=text, given=given, decided_at=now, address=address)
