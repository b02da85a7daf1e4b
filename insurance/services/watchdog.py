"""Policies that were paid for and that the insurer never issued: after a while the customer gets the money back."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import Min

from aarokya.common.clock import ist_day
from aarokya.common.errors import InvalidTransition
from insurance.models import Policy, PolicyStatus, PremiumPayment
from insurance.services import lifecycle

ACTOR = "system:watchdog"
logger = structlog.get_logger(__name__)


def refund_on(policy: Policy) -> date | None:
    """Return the day on which a paid policy that is still pending is given back; None for any other."""
    if policy.status != PolicyStatus.PENDING:
        return None
    first: datetime | None = PremiumPayment.objects.filter(policy=policy).aggregate(at=Min("received_at"))["at"]
    return ist_day(first) + timedelta(days=settings.UNISSUED_REFUND_DAYS) if first else None


def give_up_all(*, day: date, now: datetime) -> Iterator[UUID]:
    """Reject every policy whose day has come, and yield it; `policy.rejected` gives the premium back.

    Safe to repeat and to interrupt; one that is issued meanwhile stays issued.
    """
    paid = Policy.objects.filter(status=PolicyStatus.PENDING, premium_payments__isnull=False).distinct().order_by("pk")
    for policy in paid.iterator():
        last = refund_on(policy)
        if last is None or day < last:
            continue
        reason = f"Paid for, and not issued within {settings.UNISSUED_REFUND_DAYS} days"
        try:
            lifecycle.reject(policy, actor=ACTOR, now=now, reason=reason)
        except InvalidTransition:
            continue
        logger.warning("policy.never_issued", policy_id=str(policy.pk))
        yield policy.pk
