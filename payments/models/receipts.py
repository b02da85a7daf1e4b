"""Receipts: one for each payment that did what it was for, numbered without gaps."""

from django.db import models
from django.db.models import Q

from aarokya.common.crypto import EncryptedTextField
from aarokya.common.models import Record
from payments.models.orders import Order


class ReceiptSeries(models.Model):
    """The last number given in a financial year. Its row is locked until the receipt that took the number is committed."""

    financial_year = models.CharField(max_length=7, primary_key=True)  # 2026-27: April to March in India
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "payments_receipt_series"
        verbose_name_plural = "receipt series"

    def __str__(self) -> str:
        return f"{self.financial_year}: {self.last_number}"


class Receipt(Record):
    """Written once and never changed; a trigger compares its number with the series."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="receipt")
    series = models.ForeignKey(ReceiptSeries, on_delete=models.PROTECT, related_name="receipts")
    sequence = models.PositiveIntegerField()
    payer = EncryptedTextField(blank=True)  # the name as it was on the day
    issued_at = models.DateTimeField()

    class Meta:
        db_table = "payments_receipt"
        constraints = [
            models.UniqueConstraint(fields=["series", "sequence"], name="receipt_number_once"),
            models.CheckConstraint(name="receipt_number_positive", condition=Q(sequence__gt=0)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """`2026-27/000042`: at most 16 characters, as Indian tax rules want a document's number."""
        return f"{self.series_id}/{self.sequence:06d}"
