"""What the gateway says it paid out, line by line, compared with our books."""

from django.db import models
from django.db.models import Q

from aarokya.common.models import Record
from aarokya.common.money import MoneyField
from payments.models.orders import Order


class SettlementFile(Record):
    """One report. Known by its content, so the same file again goes on where it stopped."""

    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    lines = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments_settlement_file"

    def __str__(self) -> str:
        return self.name


class SettlementLine(models.Model):
    """One payment or refund that the gateway settled with our bank."""

    class Kind(models.TextChoices):
        PAYMENT = "PAYMENT"
        REFUND = "REFUND"

    class Outcome(models.TextChoices):
        """`UNREADABLE`: the line has no sense; `REPEATED`: another line said the same before."""

        MATCHED = "MATCHED"
        UNKNOWN = "UNKNOWN"
        AMOUNT_DIFFERS = "AMOUNT_DIFFERS"
        REPEATED = "REPEATED"
        UNREADABLE = "UNREADABLE"

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey(SettlementFile, on_delete=models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField()  # line in the file, the header being 1
    outcome = models.CharField(max_length=15, choices=Outcome.choices)
    kind = models.CharField(max_length=10, choices=Kind.choices, blank=True)
    reference = models.CharField(max_length=80, blank=True)  # the gateway's transaction, or the refund's request id
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="+")
    amount = MoneyField(default=0)
    fee = MoneyField(default=0)  # with tax
    utr = models.CharField(max_length=40, blank=True)  # the bank transfer it came with
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "payments_settlement_line"
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="settlement_line_once"),
            models.UniqueConstraint(fields=["kind", "reference"], name="settlement_matched_once", condition=Q(outcome="MATCHED")),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}:{self.number} {self.outcome}"
