"""Our ledger beside the issuer's books: what was compared, what differed, and how people set it right."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from aarokya.common.models import Record
from aarokya.common.money import Money, MoneyField
from wallets.models.ledger import UNCHECKED
from wallets.models.reference import Direction, Pool


class IssuerCheck(models.Model):
    """When a wallet was last compared with the issuer: the sweep takes the longest ago first, so it may stop anywhere."""

    wallet = models.OneToOneField("wallets.Wallet", models.DO_NOTHING, primary_key=True, related_name="issuer_check")
    at = models.DateTimeField()

    class Meta:
        db_table = "wallets_issuer_check"
        indexes = [models.Index(fields=["at"], name="issuer_check_oldest")]

    def __str__(self) -> str:
        return f"{self.wallet_id} {self.at}"


class DifferenceStatus(models.TextChoices):
    OPEN = "OPEN", "Open"
    AGREED = "AGREED", "The balances agree again by themselves"
    RESOLVED = "RESOLVED", "Set right by an adjustment"


class Difference(Record):
    """A wallet whose balance is not the issuer's. At most one is open per wallet; it follows what is seen last."""

    MOVES: ClassVar[dict[str, set[str]]] = {
        DifferenceStatus.OPEN: {DifferenceStatus.AGREED, DifferenceStatus.RESOLVED},
        DifferenceStatus.AGREED: set(),
        DifferenceStatus.RESOLVED: set(),
    }

    wallet = models.ForeignKey("wallets.Wallet", **UNCHECKED)
    ours = MoneyField()
    theirs = MoneyField()
    known_there = models.BooleanField(default=True)  # false: the issuer has no such wallet, and `theirs` is 0
    status = models.CharField(max_length=8, choices=DifferenceStatus.choices, default=DifferenceStatus.OPEN)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "wallets_difference"
        constraints = [
            models.UniqueConstraint(fields=["wallet"], name="difference_one_open", condition=Q(status=DifferenceStatus.OPEN)),
            models.CheckConstraint(
                condition=Q(status=DifferenceStatus.OPEN, closed_at=None)
                | (~Q(status=DifferenceStatus.OPEN) & Q(closed_at__isnull=False)),
                name="difference_closed_at",
            ),
        ]
        indexes = [models.Index(fields=["status", "found_at"], name="difference_queue")]

    def __str__(self) -> str:
        return f"{self.wallet_id}: {self.ours} here, {self.theirs} at the issuer"

    @property
    def gap(self) -> Money:
        """What the issuer has more than we do; negative when it has less."""
        return self.theirs - self.ours


class Book(models.TextChoices):
    """Whose books were wrong and are corrected."""

    LEDGER = "LEDGER", "Ours"
    ISSUER = "ISSUER", "The issuer's"


class AdjustedPool(models.TextChoices):
    OWN = Pool.OWN.value, "Own money"
    OTHERS = Pool.OTHERS.value, "Others' money"


class AdjustmentStatus(models.TextChoices):
    REQUESTED = "REQUESTED", "Waits for a second person"
    APPROVED = "APPROVED", "Approved; the issuer is being told"
    DONE = "DONE", "Done"
    REJECTED = "REJECTED", "Rejected"


class Adjustment(Record):
    """A correction of one side's books. Carried out only once a second person agreed (`approvals`): a trigger looks."""

    MOVES: ClassVar[dict[str, set[str]]] = {
        AdjustmentStatus.REQUESTED: {AdjustmentStatus.APPROVED, AdjustmentStatus.DONE, AdjustmentStatus.REJECTED},
        AdjustmentStatus.APPROVED: {AdjustmentStatus.DONE},
        AdjustmentStatus.DONE: set(),
        AdjustmentStatus.REJECTED: set(),
    }

    difference = models.ForeignKey(Difference, models.PROTECT, related_name="adjustments")
    book = models.CharField(max_length=8, choices=Book.choices)
    pool = models.CharField(max_length=12, choices=AdjustedPool.choices)  # of ours; the issuer knows one balance
    direction = models.SmallIntegerField(choices=Direction.choices)  # of the book that is corrected
    amount = MoneyField()
    reason = models.TextField()
    requested_by = models.CharField(max_length=120)  # staff:<name>
    status = models.CharField(max_length=10, choices=AdjustmentStatus.choices, default=AdjustmentStatus.REQUESTED)
    decided_by = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    transfer_id = models.UUIDField(null=True)  # the movement, when our book was corrected

    class Meta:
        db_table = "wallets_adjustment"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="adjustment_amount"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(requested_by=""), name="adjustment_reason"),
            models.UniqueConstraint(
                fields=["difference"],
                name="adjustment_one_open",
                condition=Q(status__in=[AdjustmentStatus.REQUESTED, AdjustmentStatus.APPROVED]),
            ),
        ]
        indexes = [models.Index(fields=["status", "created_at"], name="adjustment_queue")]

    def __str__(self) -> str:
        return f"{self.book} {self.get_direction_display()} {self.amount}"
