"""What wallets owe to providers: orders that pay them, and the batches in which the money leaves for their bank."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from aarokya.common.ids import order_id
from aarokya.common.models import Record
from aarokya.common.money import MoneyField
from wallets.models.ledger import UNCHECKED, ContraAccount, Transfer


class ProviderOrderStatus(models.TextChoices):
    PENDING = "PENDING", "Not paid yet"
    SUCCESS = "SUCCESS", "Paid from the wallet"
    FAILED = "FAILED", "Refused; may be tried again"


class ProviderOrder(Record):
    """A payment out of a wallet to the provider of a benefit."""

    MOVES: ClassVar[dict[str, set[str]]] = {
        ProviderOrderStatus.PENDING: {ProviderOrderStatus.SUCCESS, ProviderOrderStatus.FAILED},
        ProviderOrderStatus.FAILED: {ProviderOrderStatus.SUCCESS, ProviderOrderStatus.FAILED},
        ProviderOrderStatus.SUCCESS: set(),
    }

    order_number = models.CharField(max_length=20, unique=True, default=order_id)  # under which the benefit books it
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    benefit_entity_id = models.CharField(max_length=80)  # insurance_policy:<uuid>
    provider_id = models.UUIDField()
    provider_name = models.CharField(max_length=255)
    amount = MoneyField()
    status = models.CharField(max_length=7, choices=ProviderOrderStatus.choices, default=ProviderOrderStatus.PENDING)
    transfer_id = models.UUIDField(null=True)
    refusal = models.CharField(max_length=40, blank=True)
    created_by = models.CharField(max_length=120)

    class Meta:
        db_table = "wallets_provider_order"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="provider_order_amount"),
            models.CheckConstraint(
                condition=~Q(status=ProviderOrderStatus.SUCCESS) | Q(transfer_id__isnull=False), name="provider_order_paid"
            ),
        ]
        indexes = [
            models.Index(fields=["benefit_entity_id", "id"], name="provider_order_of_entity"),
            models.Index(fields=["provider_id", "id"], name="provider_order_of_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.order_number} {self.status}"

    @property
    def wallet_txn_data(self) -> str:
        """Return `pending`, `success:<transfer>` or `failed`."""
        return f"success:{self.transfer_id}" if self.transfer_id else self.status.lower()


class SettlementStatus(models.TextChoices):
    DRAWN_UP = "DRAWN_UP", "To be paid"
    PAID = "PAID", "Paid"


class Settlement(Record):
    """A payout of everything wallets have paid to one account and not settled before. Paid by a second person (`approvals`)."""

    MOVES: ClassVar[dict[str, set[str]]] = {
        SettlementStatus.DRAWN_UP: {SettlementStatus.PAID},
        SettlementStatus.PAID: set(),
    }

    contra = models.ForeignKey(ContraAccount, models.PROTECT, related_name="settlements")
    until = models.DateTimeField()  # movements before this moment
    transfers = models.PositiveIntegerField(default=0)
    amount = MoneyField(default=0)  # payments less refunds
    status = models.CharField(max_length=8, choices=SettlementStatus.choices, default=SettlementStatus.DRAWN_UP)
    drawn_up_by = models.CharField(max_length=120)
    paid_by = models.CharField(max_length=120, blank=True)
    bank_reference = models.CharField(max_length=40, blank=True)

    class Meta:
        db_table = "wallets_settlement"
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=SettlementStatus.PAID) | (~Q(paid_by="") & ~Q(bank_reference="") & Q(amount__gt=0)),
                name="settlement_paid",
            ),
            models.UniqueConstraint(fields=["bank_reference"], name="settlement_bank_reference", condition=~Q(bank_reference="")),
        ]
        indexes = [models.Index(fields=["contra", "id"], name="settlement_of_contra")]

    def __str__(self) -> str:
        return f"{self.amount} to {self.contra_id}"


class SettlementLine(models.Model):
    """A movement in a settlement: its key is the transfer, so none is settled twice."""

    transfer = models.OneToOneField(
        Transfer, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="settlement_line"
    )
    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="lines")

    class Meta:
        db_table = "wallets_settlement_line"

    def __str__(self) -> str:
        return f"{self.transfer_id} in {self.settlement_id}"


class ContraSnapshot(models.Model):
    """What an account stood at: sums start here instead of at the first transfer. Positive: it has received from wallets."""

    pk = models.CompositePrimaryKey("contra_id", "until")
    contra = models.ForeignKey(ContraAccount, **UNCHECKED)
    until = models.DateTimeField()  # transfers before this moment
    balance = MoneyField()
    transfers = models.PositiveBigIntegerField()

    class Meta:
        db_table = "wallets_contra_snapshot"

    def __str__(self) -> str:
        return f"{self.contra_id} {self.balance} at {self.until}"
