"""What only a person can put right, one row for each."""

from typing import Self

from django.db import models
from django.db.models import Q

from aarokya.common.models import Record
from payments.models.orders import Order


class TicketKind(models.TextChoices):
    """Why a person is called."""

    REFUND_REVIEW = "REFUND_REVIEW"  # the gateway itself does not know what became of it
    REFUND_FAILED = "REFUND_FAILED"
    REFUND_LATE = "REFUND_LATE"  # pending for over a week
    MISMATCH = "MISMATCH"
    REVERSED_AFTER_USE = "REVERSED_AFTER_USE"
    SETTLEMENT_DIFFERENCE = "SETTLEMENT_DIFFERENCE"  # the gateway's report is not what our books say


class TicketQuerySet(models.QuerySet["Ticket"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)


class Ticket(Record):
    """Open until somebody says what was done about it."""

    kind = models.CharField(max_length=25, choices=TicketKind.choices)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="tickets")
    subject = models.CharField(max_length=80)  # the refund's request id, the order's number, a line of a report
    problem = models.CharField(max_length=300)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=120, blank=True)
    resolution = models.CharField(max_length=1000, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        db_table = "payments_ticket"
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="ticket_one_open", condition=Q(closed_at=None)),
            models.CheckConstraint(
                name="ticket_closed_with_words", condition=Q(closed_at=None) | (~Q(closed_by="") & ~Q(resolution=""))
            ),
        ]
        indexes = [models.Index(fields=["opened_at"], name="ticket_open", condition=Q(closed_at=None))]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
