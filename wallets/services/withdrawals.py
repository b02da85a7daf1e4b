"""Withdrawals: held at once, paid after two people looked, back in the wallet when the bank returns it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from aarokya.common import audit
from aarokya.common.errors import Conflict, NotFound
from aarokya.common.money import Money
from aarokya.common.state import move
from approvals import services as engine
from approvals.models import Kind, Request
from wallets import selectors
from wallets.errors import AccountNotFound, AccountNotVerified, WithdrawalNotAllowed
from wallets.models import AccountStatus, AccountType, Tier, Withdrawal, WithdrawalStatus
from wallets.services.accounts import contra
from wallets.services.holds import capture, hold, release
from wallets.services.movements import refund

HELD_FOR = timedelta(days=30)  # a request nobody decides gives its money back by itself


@transaction.atomic
def request(*, withdrawal_id: UUID, user_id: UUID, account_id: UUID, amount: Money, now: datetime) -> Withdrawal:
    """Hold own money for the holder's verified bank account.

    AccountNotFound, AccountNotVerified, WithdrawalNotAllowed for a wallet without full KYC, InsufficientBalance when own
    money is too little whatever others have given.
    """
    account = selectors.account(account_id)
    if account.holder != f"user:{user_id}" or account.account_type != AccountType.SAVINGS:
        raise AccountNotFound
    if account.status != AccountStatus.ACTIVE:
        raise AccountNotVerified
    if selectors.wallet_of(user_id).tier != Tier.FULL_KYC:
        raise WithdrawalNotAllowed
    key = f"withdrawal:{withdrawal_id}"
    hold_id = hold(user_id=user_id, amount=amount, purpose="WITHDRAWAL", business_key=key, expires_at=now + HELD_FOR, now=now)
    made, _ = Withdrawal.objects.get_or_create(
        pk=withdrawal_id, defaults={"user_id": user_id, "account": account, "amount": amount, "hold_id": hold_id}
    )
    return made


@transaction.atomic
def cancel(*, withdrawal_id: UUID, user_id: UUID, now: datetime) -> Withdrawal:
    """The holder takes the request back. NotFound, InvalidTransition once it was decided."""
    withdrawal = locked(withdrawal_id)
    if withdrawal.user_id != user_id:
        raise NotFound
    move(withdrawal, WithdrawalStatus.CANCELLED)
    release(hold_id=withdrawal.hold_id, now=now)
    return withdrawal


@transaction.atomic
def reject(*, withdrawal_id: UUID, reason: str, actor: str, now: datetime) -> Withdrawal:
    """Refuse a request and free the money."""
    withdrawal = locked(withdrawal_id)
    move(withdrawal, WithdrawalStatus.REJECTED, settled_by=actor, reason=reason)
    release(hold_id=withdrawal.hold_id, now=now)
    recorded("withdrawal.rejected", withdrawal, actor=actor, reason=reason, now=now)
    return withdrawal


@transaction.atomic
def approve(*, withdrawal_id: UUID, actor: str, now: datetime) -> Withdrawal:
    """Take the money out of the wallet for the bank. HoldNotActive when the request has lapsed, WalletNotUsable."""
    withdrawal = locked(withdrawal_id)
    if withdrawal.status != WithdrawalStatus.REQUESTED:
        move(withdrawal, WithdrawalStatus.APPROVED)  # refuses
    posted = capture(
        hold_id=withdrawal.hold_id,
        amount=withdrawal.amount,
        payee=contra("bank", withdrawal.account_id, name="Bank account"),
        reference_type="WITHDRAWAL",
        reference_id=str(withdrawal.pk),
        now=now,
    )
    move(withdrawal, WithdrawalStatus.APPROVED, approved_by=actor, transfer_id=posted.transfer_id)
    recorded("withdrawal.approved", withdrawal, actor=actor, now=now)
    ask_for_payout(withdrawal, actor=actor, now=now)
    return withdrawal


def ask_for_payout(withdrawal: Withdrawal, *, actor: str, now: datetime) -> Request:
    """Have a second person pay it at the bank and bring its reference."""
    shown = [{"name": "Money", "before": "out of the wallet, with us", "after": f"{withdrawal.amount} at the customer's bank"}]
    reason = f"withdrawal {withdrawal.pk} of the customer"
    return engine.ask(
        kind=Kind.PAYOUT, subject=withdrawal, amount=withdrawal.amount, reason=reason, preview=shown, actor=actor, now=now
    )


@transaction.atomic
def confirm(*, withdrawal_id: UUID, bank_reference: str, actor: str, now: datetime) -> Withdrawal:
    """The bank has paid, says a second person. SamePerson as who approved; Conflict when the reference confirmed another one."""
    withdrawal = locked(withdrawal_id)
    if WithdrawalStatus.PAID not in Withdrawal.MOVES[withdrawal.status]:
        move(withdrawal, WithdrawalStatus.PAID)  # refuses
    request = engine.waiting_for(Kind.PAYOUT, withdrawal)
    engine.approve(request_id=request.pk, actor=actor, given={"bank_reference": bank_reference}, now=now)
    withdrawal.refresh_from_db()
    return withdrawal


def paid(*, withdrawal_id: str, bank_reference: str, actor: str, now: datetime) -> Withdrawal:
    """Note what the second person saw at the bank, in the transaction of their approval."""
    withdrawal = Withdrawal.objects.get(pk=withdrawal_id)
    try:
        with transaction.atomic():
            move(withdrawal, WithdrawalStatus.PAID, settled_by=actor, bank_reference=bank_reference)
    except IntegrityError as error:
        raise Conflict("This bank reference confirmed another withdrawal") from error
    recorded("withdrawal.paid", withdrawal, actor=actor, now=now)
    return withdrawal


@transaction.atomic
def fail(*, withdrawal_id: UUID, reason: str, actor: str, now: datetime) -> Withdrawal:
    """The bank returned it: the money is the holder's again."""
    withdrawal = locked(withdrawal_id)
    move(withdrawal, WithdrawalStatus.FAILED, settled_by=actor, reason=reason)
    if withdrawal.transfer_id is None:
        raise Conflict("Nothing has left the wallet")
    key = f"withdrawal:returned:{withdrawal.pk}"
    refund(transfer_id=withdrawal.transfer_id, amount=withdrawal.amount, business_key=key, note="Returned by the bank", now=now)
    engine.cancel(kind=Kind.PAYOUT, subject=withdrawal, actor=actor, reason="returned by the bank", now=now)
    recorded("withdrawal.failed", withdrawal, actor=actor, reason=reason, now=now)
    return withdrawal


def locked(withdrawal_id: UUID) -> Withdrawal:
    found = Withdrawal.objects.select_for_update().filter(pk=withdrawal_id).first()
    if found is None:
        raise NotFound
    return found


def recorded(action: str, withdrawal: Withdrawal, *, actor: str, now: datetime, reason: str = "") -> None:
    after: dict[str, Any] = {"status": withdrawal.status, "amount": withdrawal.amount.paise}
    audit.record(actor=actor, action=action, obj=withdrawal, after=after, reason=reason, now=now)
