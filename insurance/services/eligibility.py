"""Eligibility follows the family: recalculated when somebody in it changes, announced when the answer is another."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from aarokya.common import outbox
from aarokya.common.clock import ist_day
from accounts import selectors as people
from insurance.models import Eligibility
from insurance.selectors import eligibility


@transaction.atomic
def recalculate(user_id: UUID, *, now: datetime) -> bool:
    """Keep what the family can buy now; announce `eligibility.changed` and return True when that is something else."""
    people.locked_user(user_id)
    plans = {
        str(offer.benefit.pk): sorted(option.variant.plan_code for option in offer.options if option.eligible)
        for offer in eligibility.offers(user_id, day=ist_day(now))
    }
    found, new = Eligibility.objects.get_or_create(
        user_id=user_id, defaults={"plans": plans, "calculated_at": now, "changed_at": now}
    )
    changed = new or found.plans != plans
    Eligibility.objects.filter(pk=found.pk).update(
        plans=plans, calculated_at=now, changed_at=now if changed else found.changed_at, last_modified_at=now
    )
    if changed:
        outbox.emit("eligibility.changed", key=f"user:{user_id}", payload={"user_id": str(user_id)}, now=now)
    return changed
