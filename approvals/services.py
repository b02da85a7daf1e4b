"""Asking, agreeing, declining: one engine for every act that takes two people."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Model

from aarokya.common import audit, outbox, state
from aarokya.common.errors import Conflict, Forbidden, InvalidInput, InvalidTransition, NotFound
from aarokya.common.money import Money
from accounts.models import Staff
from approvals import authority
from approvals.errors import AlreadyAsked, Lapsed, NoAuthority, SamePerson
from approvals.kinds import act_of
from approvals.models import Delegation, Kind, Limit, Request, State

SYSTEM = "system:approvals"
DELEGATION_MAX = timedelta(days=60)
Shown = Sequence[dict[str, str]]


@transaction.atomic
def ask(
    *,
    kind: Kind,
    subject: Model,
    reason: str,
    actor: str,
    now: datetime,
    amount: Money | None = None,
    preview: Shown = (),
    payload: dict[str, Any] | None = None,
) -> Request:
    """Have `kind` wait for a second person, in the caller's transaction. AlreadyAsked when it waits already."""
    request = Request(
        kind=kind,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        amount=amount,
        reason=reason,
        preview=list(preview),
        payload=payload or {},
        requested_by=actor,
        requester=authority.person(actor),
        requested_at=now,
        expires_at=now + act_of(kind).lifetime,
    )
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError as error:
        if "approval_one_waiting" in str(error):
            raise AlreadyAsked from error
        raise
    audit.record(actor=actor, action="approval.asked", obj=request, after=facts(request), reason=reason, now=now)
    outbox.emit("approval.asked", payload={"request_id": str(request.pk)}, now=now)
    return request


@transaction.atomic
def approve(*, request_id: UUID, actor: str, now: datetime, reason: str = "", given: dict[str, Any] | None = None) -> Request:
    """Agree and carry it out, all in one transaction: what the act refuses leaves the request waiting.

    SamePerson, NoAuthority, Lapsed, InvalidTransition when it was decided, and whatever the act raises.
    """
    request = locked(request_id)
    authority_of = refuse(request, actor=actor, now=now)
    decided = {
        "decided_by": actor,
        "decider": authority.person(actor),
        "decided_for": authority_of,
        "decided_at": now,
        "decision_reason": reason,
    }
    state.move(request, State.APPROVED, field="state", **decided)
    outcome = act_of(request.kind).execute(request, actor=actor, given=given or {}, now=now)
    Request.objects.filter(pk=request.pk).update(outcome=outcome[:300])
    request.outcome = outcome[:300]
    audit.record(actor=actor, action="approval.approved", obj=request, after=facts(request), reason=reason, now=now)
    return request


def refuse(request: Request, *, actor: str, now: datetime) -> str:
    """Return whose authority the actor would use. Lapsed, SamePerson, NoAuthority."""
    if request.state == State.WAITING and request.expires_at <= now:
        raise Lapsed
    if request.requested_by == actor or (request.requester_id and request.requester == authority.person(actor)):
        raise SamePerson
    authority_of = authority.to_approve(request, actor=actor, now=now)
    if authority_of is None:
        raise NoAuthority
    return authority_of


@transaction.atomic
def decline(*, request_id: UUID, actor: str, reason: str, now: datetime) -> Request:
    """Say no; who asked may take it back this way. NoAuthority for strangers to this kind."""
    request = locked(request_id)
    if request.requested_by != actor and authority.to_approve(request, actor=actor, now=now) is None:
        raise NoAuthority
    if not act_of(request.kind).can_decline:
        raise InvalidTransition("Half of it has happened: it is undone where it was begun")
    return end(request, State.DECLINED, actor=actor, reason=reason, now=now)


def cancel(*, kind: Kind, subject: Model, actor: str, reason: str, now: datetime) -> None:
    """Withdraw what waits for `subject`, if anything does: events have made it pointless. The caller holds the subject."""
    request = Request.objects.waiting().select_for_update().filter(kind=kind, subject_id=str(subject.pk)).first()
    if request is not None:
        state.move(request, State.CANCELLED, field="state", decided_by=actor, decided_at=now, decision_reason=reason)
        audit.record(actor=actor, action="approval.cancelled", obj=request, after=facts(request), reason=reason, now=now)


def end(request: Request, to: State, *, actor: str, reason: str, now: datetime) -> Request:
    state.move(request, to, field="state", decided_by=actor, decided_at=now, decision_reason=reason)
    act_of(request.kind).let_go(request, actor=actor, reason=reason, now=now)
    audit.record(actor=actor, action=f"approval.{to.value.lower()}", obj=request, after=facts(request), reason=reason, now=now)
    return request


def expire_lapsed(*, now: datetime) -> int:
    """Let go of what nobody decided in time, each in its own transaction; return how many."""
    lapsed = 0
    for pk in Request.objects.lapsed(now).order_by("expires_at").values_list("pk", flat=True)[:500]:
        lapsed += expire(pk, now=now)
    return lapsed


@transaction.atomic
def expire(request_id: UUID, *, now: datetime) -> bool:
    request = locked(request_id)
    if request.state != State.WAITING:  # somebody was faster
        return False
    end(request, State.EXPIRED, actor=SYSTEM, reason="nobody decided in time", now=now)
    return True


def waiting_for(kind: Kind, subject: Model) -> Request:
    """Return what waits for `subject`. NotFound."""
    found = Request.objects.waiting().filter(kind=kind, subject_id=str(subject.pk)).first()
    if found is None:
        raise NotFound
    return found


def locked(request_id: UUID) -> Request:
    """Return the request under its lock, the subject's first. NotFound."""
    found = Request.objects.filter(pk=request_id).first()
    if found is None:
        raise NotFound
    act_of(found.kind).lock(found.subject_id)
    return Request.objects.select_for_update().get(pk=request_id)


@transaction.atomic
def delegate(*, giver: Staff, taker: Staff, starts_at: datetime, ends_at: datetime, reason: str, now: datetime) -> Delegation:
    """Let `taker` decide in the place of `giver` for a while. InvalidInput."""
    if giver.pk == taker.pk or not taker.is_active:
        raise InvalidInput("taker: must be another active member of staff")
    if not now < ends_at <= starts_at + DELEGATION_MAX or ends_at <= starts_at:
        raise InvalidInput("ends_at: must lie after the start, in the future, and at most 60 days later")
    made = Delegation.objects.create(giver=giver, taker=taker, starts_at=starts_at, ends_at=ends_at, reason=reason)
    after = {"taker": taker.username, "starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
    audit.record(actor=f"staff:{giver.username}", action="approval.delegated", obj=made, after=after, reason=reason, now=now)
    return made


@transaction.atomic
def end_delegation(*, delegation: Delegation, actor: str, reason: str, now: datetime) -> None:
    """Take it back before its time. Forbidden to strangers, Conflict when it is over."""
    found = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if actor not in (f"staff:{found.giver.username}", f"staff:{found.taker.username}"):
        raise Forbidden("Only the two of them may end it")
    if found.ends_at <= now or found.ended_by:
        raise Conflict("It is over already")
    Delegation.objects.filter(pk=found.pk).update(ended_by=actor)
    audit.record(actor=actor, action="approval.delegation_ended", obj=found, reason=reason, now=now)


@transaction.atomic
def ask_for_limit(
    *, limit: Limit, alone_up_to: int, approve_up_to: int | None, reason: str, actor: str, now: datetime
) -> Request:
    """Ask for another limit; it holds once a second person agrees."""
    wanted = {"alone_up_to": alone_up_to, "approve_up_to": approve_up_to}
    shown = [
        {"name": name.replace("_", " "), "before": limit.shown(name, getattr(limit, name)), "after": limit.shown(name, value)}
        for name, value in wanted.items()
        if getattr(limit, name) != value
    ]
    if not shown:
        raise InvalidInput("That is the limit already")
    return ask(kind=Kind.LIMIT, subject=limit, reason=reason, actor=actor, preview=shown, payload=wanted, now=now)


def facts(request: Request) -> dict[str, Any]:
    """What the audit log keeps."""
    kept: dict[str, Any] = {
        "kind": request.kind,
        "state": request.state,
        "subject": f"{request.subject_type} {request.subject_id}",
    }
    kept |= {"amount": request.amount.paise} if request.amount is not None else {}
    return kept | ({"for": request.decided_for} if request.decided_for else {})
