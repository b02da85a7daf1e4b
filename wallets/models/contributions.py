"""Many contributions at once, and contributions that come again and again."""

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from aarokya.common.models import Record
from aarokya.common.money import MoneyField
from wallets.models.sponsors import Sponsor


class ContributionBatch(Record):
    """One bulk request. Its rows are the work: what is PENDING is still to be done, whoever died meanwhile."""

    sponsor = models.ForeignKey(Sponsor, models.PROTECT, related_name="batches")
    total = models.PositiveIntegerField()
    note = models.CharField(max_length=255, blank=True)
    created_by = models.CharField(max_length=120)

    class Meta:
        db_table = "wallets_contribution_batch"
        verbose_name_plural = "contribution batches"

    def __str__(self) -> str:
        return f"{self.total} rows of {self.sponsor_id}"


class RowState(models.TextChoices):
    PENDING = "PENDING", "Waiting"
    POSTED = "POSTED", "In the wallet"
    REFUSED = "REFUSED", "Refused"


class ContributionRow(models.Model):
    """One contribution of a batch. The sponsor's `reference` names the effect: the same one never gives twice."""

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(ContributionBatch, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()  # as sent, from 1
    user = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    amount = MoneyField(default=0)
    reference = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=8, choices=RowState.choices, default=RowState.PENDING)
    attempt = models.PositiveSmallIntegerField(default=0)  # the ledger remembers a refusal: another try is another id
    code = models.CharField(max_length=40, blank=True)
    message = models.CharField(max_length=255, blank=True)
    transfer_id = models.UUIDField(null=True)

    class Meta:
        db_table = "wallets_contribution_row"
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="contribution_row_number"),
            models.CheckConstraint(
                condition=Q(state=RowState.REFUSED) | Q(user__isnull=False, amount__gt=0) & ~Q(reference=""),
                name="contribution_row_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state=RowState.POSTED) | Q(transfer_id__isnull=False), name="contribution_row_posted"
            ),
        ]
        indexes = [models.Index(fields=["batch", "id"], name="contribution_row_pending", condition=Q(state=RowState.PENDING))]

    def __str__(self) -> str:
        return f"{self.batch_id} #{self.number} {self.state}"


class Interval(models.TextChoices):
    WEEKLY = "WEEKLY", "Every week"
    MONTHLY = "MONTHLY", "Every month"


class RecurringStatus(models.TextChoices):
    ACTIVE = "ACTIVE", "Active"
    ENDED = "ENDED", "Ended"


class RecurringContribution(Record):
    """A contribution on the first day and every interval after it, up to and including `ends_on`."""

    MOVES: ClassVar[dict[str, set[str]]] = {
        RecurringStatus.ACTIVE: {RecurringStatus.ENDED},
        RecurringStatus.ENDED: set(),
    }

    sponsor = models.ForeignKey(Sponsor, models.PROTECT, related_name="recurring")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    amount = MoneyField()
    interval = models.CharField(max_length=8, choices=Interval.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    note = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=8, choices=RecurringStatus.choices, default=RecurringStatus.ACTIVE)
    turn = models.PositiveIntegerField(default=0)  # which one is next; its day follows from the start
    next_on = models.DateField()
    last_refusal = models.CharField(max_length=40, blank=True)
    created_by = models.CharField(max_length=120)

    class Meta:
        db_table = "wallets_recurring_contribution"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="recurring_amount"),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="recurring_order"),
        ]
        indexes = [models.Index(fields=["next_on"], name="recurring_due", condition=Q(status=RecurringStatus.ACTIVE))]

    def __str__(self) -> str:
        return f"{self.amount} {self.interval} from {self.starts_on}"

    def day_of(self, turn: int) -> date:
        """Return the day of the n-th contribution, counted from 0: the day of the start, or a shorter month's last."""
        if self.interval == Interval.WEEKLY:
            return self.starts_on + timedelta(weeks=turn)
        years, month = divmod(self.starts_on.month - 1 + turn, 12)
        first = date(self.starts_on.year + years, month + 1, 1)
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        return first.replace(day=min(self.starts_on.day, (following - first).days))
