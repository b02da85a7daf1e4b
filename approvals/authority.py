"""What a person may decide: by their own roles, or in the place of somebody who is away."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from aarokya.common.money import Money
from accounts.models import Staff
from approvals.models import Delegation, Kind, Limit, Request

STAFF = "staff:"


def person(actor: str) -> Staff | None:
    """Return the active member of staff behind `staff:<name>`."""
    if not actor.startswith(STAFF):
        return None
    return Staff.objects.filter(username=actor.removeprefix(STAFF), is_active=True, is_staff=True).first()


def limits_of(staff: Staff, kind: str) -> Iterable[Limit]:
    return Limit.objects.filter(kind=kind, role__in=staff.groups.values_list("name", flat=True))


def needs_second_person(*, kind: Kind, amount: Money | None, actor: str) -> bool:
    """Whether `actor` may not do this alone; superusers are people like others here."""
    staff = person(actor)
    paise = 0 if amount is None else amount.paise
    return staff is None or not any(paise <= limit.alone_up_to for limit in limits_of(staff, kind))


def may_approve(staff: Staff, request: Request) -> bool:
    """By their own roles; a superuser may approve everything that somebody else asked for."""
    if staff.is_superuser:
        return True
    paise = 0 if request.amount is None else request.amount.paise
    return any(limit.approve_up_to is None or paise <= limit.approve_up_to for limit in limits_of(staff, request.kind))


def to_approve(request: Request, *, actor: str, now: datetime) -> str | None:
    """Return "" when the actor's own roles suffice, `staff:<name>` when another's authority is used, None when neither does."""
    staff = person(actor)
    if staff is None:
        return None
    if may_approve(staff, request):
        return ""
    for delegation in given_to(staff, now=now):
        giver, is_requester = f"{STAFF}{delegation.giver.username}", delegation.giver_id == request.requester_id
        if (
            delegation.giver.is_active
            and not is_requester
            and giver != request.requested_by
            and may_approve(delegation.giver, request)
        ):
            return giver
    return None


def given_to(staff: Staff, *, now: datetime) -> Iterable[Delegation]:
    running = Q(starts_at__lte=now, ends_at__gt=now, ended_by="")
    return Delegation.objects.filter(running, taker=staff).select_related("giver").order_by("id")
