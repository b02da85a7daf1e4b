"""Who was shown whose data."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog

from accounts.models import Access, User

REASON_MAX = 500
WHAT_MAX = 200


def note(*, user_ids: Sequence[UUID], staff: str, what: str, reason: str, now: datetime) -> None:
    """Write down that a member of staff was shown something about these users; ids of nobody are left out."""
    known = User.objects.filter(pk__in=user_ids).values_list("pk", flat=True)
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))[:80]
    Access.objects.bulk_create(
        Access(user_id=user_id, staff=staff, what=what[:WHAT_MAX], reason=reason[:REASON_MAX], at=now, request_id=request_id)
        for user_id in known
    )
