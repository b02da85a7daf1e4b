"""What the engine of approvals calls for the wallet's acts that take two people."""

from datetime import datetime, timedelta
from typing import Any

from aarokya.common.errors import Detail, InvalidInput
from approvals.kinds import Act
from approvals.models import Request
from wallets.models import Adjustment, Settlement, Withdrawal
from wallets.services import adjusting, settlements, withdrawals

BANK_DAYS = timedelta(days=365)  # the money is out of the book already: only the bank's answer ends it


def bank_reference(given: dict[str, Any]) -> str:
    """Return what the second person read in the bank's statement; InvalidInput without."""
    found = str(given.get("bank_reference", "")).strip()
    if not found:
        missing = Detail("bank_reference", "required", "the bank's reference of the payment is needed")
        raise InvalidInput(f"bank_reference: {missing.message}", details=(missing,))
    return found


def lock_withdrawal(pk: str) -> None:
    Withdrawal.objects.select_for_update().filter(pk=pk).first()


def pay_out(request: Request, *, actor: str, given: dict[str, Any], now: datetime) -> str:
    reference = bank_reference(given)
    withdrawals.paid(withdrawal_id=request.subject_id, bank_reference=reference, actor=actor, now=now)
    return f"paid by the bank as {reference}"


def lock_settlement(pk: str) -> None:
    Settlement.objects.select_for_update().filter(pk=pk).first()


def settle(request: Request, *, actor: str, given: dict[str, Any], now: datetime) -> str:
    reference = bank_reference(given)
    settlements.paid(settlement_id=request.subject_id, bank_reference=reference, actor=actor, now=now)
    return f"paid by the bank as {reference}"


def lock_adjustment(pk: str) -> None:
    Adjustment.objects.select_for_update().filter(pk=pk).first()


def adjust(request: Request, *, actor: str, given: dict[str, Any], now: datetime) -> str:  # noqa: ARG001 (an act's signature)
    adjusting.agreed(adjustment_id=request.subject_id, actor=actor, now=now)
    return "the book is corrected"


def keep_difference(request: Request, *, actor: str, reason: str, now: datetime) -> None:
    adjusting.refused(adjustment_id=request.subject_id, actor=actor, reason=reason, now=now)


PAYOUT = Act(lock=lock_withdrawal, execute=pay_out, lifetime=BANK_DAYS, asks=("bank_reference",), can_decline=False)
SETTLEMENT = Act(lock=lock_settlement, execute=settle, lifetime=BANK_DAYS, asks=("bank_reference",), can_decline=False)
ADJUSTMENT = Act(lock=lock_adjustment, execute=adjust, let_go=keep_difference)
