"""Setting a difference right: one person asks and says why, another approves, and only then a book changes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from aarokya.common import audit, outbox
from aarokya.common.errors import Conflict, InvalidTransition, NotFound
from aarokya.common.money import Money
from aarokya.common.state import move
from approvals import services as engine
from approvals.models import Kind, Request
from wallets.errors import AdjustmentPending
from wallets.gateways.base import Issuer
from wallets.models import (
    AdjustedPool,
    Adjustment,
    AdjustmentStatus,
    Book,
    Difference,
    DifferenceStatus,
    Direction,
    IssuerPosting,
    Transfer,
    Wallet,
)
from wallets.services.accounts import contra
from wallets.services.ledger import Posted
from wallets.services.movements import credit, pay

PURPOSES = {AdjustedPool.OWN: "ADJUSTMENT", AdjustedPool.OTHERS: "ADJUSTMENT_OTHERS"}
OPEN = (AdjustmentStatus.REQUESTED, AdjustmentStatus.APPROVED)


@transaction.atomic
def request(*, difference_id: UUID, book: Book, pool: AdjustedPool, reason: str, actor: str, now: datetime) -> Adjustment:
    """Ask for `book` to be brought to what the other one says. NotFound, Conflict when there is nothing to close,
    AdjustmentPending when somebody has asked already."""
    difference = open_difference(difference_id)
    gap = gap_of(difference)
    if Adjustment.objects.filter(difference=difference, status__in=OPEN).exists():
        raise AdjustmentPending
    wanted = gap if book == Book.LEDGER else -gap
    adjustment = Adjustment.objects.create(
        difference=difference,
        book=book,
        pool=pool,
        direction=Direction.CREDIT if wanted > Money(0) else Direction.DEBIT,
        amount=Money(abs(gap.paise)),
        reason=reason,
        requested_by=actor,
    )
    recorded("adjustment.requested", adjustment, actor=actor, reason=reason, now=now)
    engine.ask(
        kind=Kind.ADJUSTMENT,
        subject=adjustment,
        amount=adjustment.amount,
        reason=reason,
        preview=preview(adjustment, difference),
        actor=actor,
        now=now,
    )
    return adjustment


def preview(adjustment: Adjustment, difference: Difference) -> list[dict[str, str]]:
    """What the second person is shown of the effect."""
    ours = adjustment.book == Book.LEDGER
    before, after = (difference.ours, difference.theirs) if ours else (difference.theirs, difference.ours)
    return [{"name": f"{adjustment.get_book_display()} balance", "before": str(before), "after": str(after)}]


@transaction.atomic
def approve(*, adjustment_id: UUID, actor: str, now: datetime) -> Adjustment:
    """Agree to it and have it carried out. NotFound, Conflict, and what the engine of approvals refuses."""
    adjustment = requested(adjustment_id)
    engine.approve(request_id=waiting(adjustment).pk, actor=actor, now=now)
    adjustment.refresh_from_db()
    return adjustment


@transaction.atomic
def reject(*, adjustment_id: UUID, reason: str, actor: str, now: datetime) -> Adjustment:
    """Decide against it; the difference stays open. Who asked may take it back this way."""
    adjustment = requested(adjustment_id)
    engine.decline(request_id=waiting(adjustment).pk, actor=actor, reason=reason, now=now)
    adjustment.refresh_from_db()
    return adjustment


def waiting(adjustment: Adjustment) -> Request:
    if adjustment.status != AdjustmentStatus.REQUESTED:
        raise InvalidTransition("The adjustment waits for nobody")
    return engine.waiting_for(Kind.ADJUSTMENT, adjustment)


def agreed(*, adjustment_id: str, actor: str, now: datetime) -> Adjustment:
    """Two people want it. Conflict when the difference has changed since it was asked for."""
    adjustment = Adjustment.objects.get(pk=adjustment_id)
    difference = open_difference(adjustment.difference_id)
    if abs(gap_of(difference).paise) != adjustment.amount.paise:
        raise Conflict("The difference is another one by now: reject this adjustment and ask again")
    decided: dict[str, Any] = {"decided_by": actor, "decided_at": now}
    if adjustment.book == Book.LEDGER:
        posted = correct_ledger(adjustment, difference, now=now)
        move(adjustment, AdjustmentStatus.DONE, transfer_id=posted.transfer_id, **decided)
        move(difference, DifferenceStatus.RESOLVED, closed_at=now)
    else:
        move(adjustment, AdjustmentStatus.APPROVED, **decided)
        payload = {"adjustment_id": str(adjustment.pk)}
        outbox.emit("adjustment.approved", key=f"wallet:{difference.wallet_id}", payload=payload, now=now)
    recorded("adjustment.approved", adjustment, actor=actor, reason=adjustment.reason, now=now)
    return adjustment


def refused(*, adjustment_id: str, actor: str, reason: str, now: datetime) -> None:
    """Nobody agreed; the difference stays open."""
    adjustment = Adjustment.objects.get(pk=adjustment_id)
    move(adjustment, AdjustmentStatus.REJECTED, decided_by=actor, decided_at=now)
    recorded("adjustment.rejected", adjustment, actor=actor, reason=reason, now=now)


def correct_ledger(adjustment: Adjustment, difference: Difference, *, now: datetime) -> Posted:
    """Post to the wallet, and note that the issuer has it already: that it has is what the difference says."""
    wallet = Wallet.objects.get(pk=difference.wallet_id)
    common: dict[str, Any] = {
        "user_id": wallet.user_id,
        "amount": adjustment.amount,
        "purpose": PURPOSES[AdjustedPool(adjustment.pool)],
        "business_key": f"adjustment:{adjustment.pk}",
        "reference_type": "DIFFERENCE",
        "reference_id": str(difference.pk),
        "now": now,
    }
    other = contra("suspense", "issuer", name="Correction")
    posted = credit(source=other, **common) if adjustment.direction == Direction.CREDIT else pay(payee=other, **common)
    IssuerPosting.objects.create(transfer=Transfer(pk=posted.transfer_id), operation="adjustment", at=now)
    return posted


def correct_issuer(*, adjustment_id: UUID, issuer: Issuer, now: datetime) -> None:
    """Post at the issuer under the adjustment's own id, then close both rows. May be repeated. PartnerError."""
    adjustment = Adjustment.objects.select_related("difference").get(pk=adjustment_id)
    if adjustment.status != AdjustmentStatus.APPROVED:
        return
    wallet = Wallet.objects.get(pk=adjustment.difference.wallet_id)
    post = issuer.load if adjustment.direction == Direction.CREDIT else issuer.debit
    post(operation_id=adjustment.pk, wallet_id=wallet.transcorp_wallet_id or "", amount=adjustment.amount)
    with transaction.atomic():
        move(adjustment, AdjustmentStatus.DONE)
        move(adjustment.difference, DifferenceStatus.RESOLVED, closed_at=now)


def requested(adjustment_id: UUID) -> Adjustment:
    found = Adjustment.objects.select_for_update().filter(pk=adjustment_id).first()
    if found is None:
        raise NotFound
    return found


def open_difference(difference_id: UUID) -> Difference:
    found = Difference.objects.select_for_update().filter(pk=difference_id).first()
    if found is None:
        raise NotFound
    if found.status != DifferenceStatus.OPEN:
        raise Conflict("The difference is closed")
    return found


def gap_of(difference: Difference) -> Money:
    if not difference.known_there:
        raise Conflict("The issuer has no such wallet: there is nothing to adjust")
    return difference.gap


def recorded(action: str, adjustment: Adjustment, *, actor: str, reason: str, now: datetime) -> None:
    after = {
        "status": adjustment.status,
        "book": adjustment.book,
        "direction": adjustment.direction,
        "amount": adjustment.amount.paise,
    }
    audit.record(actor=actor, action=action, obj=adjustment, after=after, reason=reason, now=now)
