"""The first time somebody is seen."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from aarokya.common import outbox
from accounts.models import OWN_PLATFORM_ID, User


@transaction.atomic
def register(*, phone: str, platform_id: UUID = OWN_PLATFORM_ID, now: datetime) -> bool:
    """Create the platform's user of `phone` with everything that belongs to one; False when there is one already.

    Of two requests at once, the second waits for the first and finds its user.
    """
    user = User(phone=phone, platform_id=platform_id)
    User.objects.bulk_create([user], ignore_conflicts=True)
    if not User.objects.filter(pk=user.pk).exists():
        return False
    outbox.emit("user.registered", key=f"user:{user.pk}", payload={"user_id": str(user.pk)}, now=now)
    return True
