"""Own money on its way back to the holder's bank."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from aarokya.common.models import Record
from aarokya.common.money import MoneyField
from wallets.models.accounts import Account


class WithdrawalStatus(models.TextChoices):
    REQUESTED = "REQUESTED", "Held in the wallet, waits for approval"
    APPROVED = "APPROVED", "Out of the wallet, with the bank"
    PAID = "PAID", "Confirmed by the bank"
    FAILED = "FAILED", "Came back from the bank, in the wallet again"
    REJECTED = "REJECTED", "Refused by staff"
    CANCELLED = "CANCELLED", "Taken back by the holder"


class Withdrawal(Record):
    """One payout. It is paid only once a second person agreed (`approvals`): a trigger looks."""

    MOVES: ClassVar[dict[str, set[str]]] = {
        WithdrawalStatus.REQUESTED: {WithdrawalStatus.APPROVED, WithdrawalStatus.REJECTED, WithdrawalStatus.CANCELLED},
        WithdrawalStatus.APPROVED: {WithdrawalStatus.PAID, WithdrawalStatus.FAILED},
        WithdrawalStatus.PAID: set(),
        WithdrawalStatus.FAILED: set(),
        WithdrawalStatus.REJECTED: set(),
        WithdrawalStatus.CANCELLED: set(),
    }

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="withdrawals")
    account = models.ForeignKey(Account, models.PROTECT, related_name="withdrawals")
    amount = MoneyField()
    status = models.CharField(max_length=9, choices=WithdrawalStatus.choices, default=WithdrawalStatus.REQUESTED)
    hold_id = models.UUIDField()
    transfer_id = models.UUIDField(null=True)
    approved_by = models.CharField(max_length=120, blank=True)
    settled_by = models.CharField(max_length=120, blank=True)
    bank_reference = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=500, blank=True)  # why it was rejected or failed

    class Meta:
        db_table = "wallets_withdrawal"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="withdrawal_amount"),
            models.CheckConstraint(
                condition=~Q(status__in=["APPROVED", "PAID", "FAILED"]) | (~Q(approved_by="") & Q(transfer_id__isnull=False)),
                name="withdrawal_approved",
            ),
            models.CheckConstraint(
                condition=~Q(status="PAID") | (~Q(settled_by="") & ~Q(bank_reference="")),
                name="withdrawal_paid",
            ),
            models.UniqueConstraint(fields=["bank_reference"], name="withdrawal_bank_reference", condition=~Q(bank_reference="")),
        ]
        indexes = [
            models.Index(fields=["user", "id"], name="withdrawal_of_user"),
            models.Index(fields=["status", "id"], name="withdrawal_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.status}"
