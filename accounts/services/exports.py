"""A copy of everything held about a person."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from aarokya.common import audit
from aarokya.common.personal_data import holders
from accounts import selectors


@transaction.atomic
def export(*, user_id: UUID, actor: str, now: datetime) -> dict[str, Any]:
    """Return `{app: what it holds}` in JSON types. That it was asked for is audited."""
    user = selectors.user(user_id)
    audit.record(actor=actor, action="user.exported", obj=user, now=now)
    return {holder.name: holder.export(user_id) for holder in holders()}
