"""Money on its way back."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from aarokya.common.models import Record
from aarokya.common.money import MoneyField
from payments.models.orders import Charge, Order


class RefundStatus(models.TextChoices):
    """`MANUAL_REVIEW`: the gateway itself does not know; a person asks it. `DECLINED`: the second person said no."""

    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    DECLINED = "DECLINED"
    REQUESTED = "REQUESTED"
    SENT = "SENT"
    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    MANUAL_REVIEW = "MANUAL_REVIEW"


class RefundReason(models.TextChoices):
    """Why money goes back."""

    PURPOSE_GONE = "PURPOSE_GONE"
    CHARGED_TWICE = "CHARGED_TWICE"
    STAFF = "STAFF"


class RefundDestination(models.TextChoices):
    """Where the money goes: back to the bank account it came from, or into the customer's wallet on request."""

    SOURCE = "SOURCE"
    WALLET = "WALLET"


END = {RefundStatus.SUCCESS, RefundStatus.FAILURE}


class RefundQuerySet(models.QuerySet["Refund"]):
    def due(self, now: datetime) -> Self:
        """Refunds to send, or to ask the gateway about."""
        return self.filter(next_check_at__lte=now)

    def spending(self) -> Self:
        """Refunds that use up what was captured: all but the failed and the declined."""
        return self.exclude(status__in=[RefundStatus.FAILURE, RefundStatus.DECLINED])


class Refund(Record):
    """One amount to give back. `unique_request_id` is the gateway's idempotency key: a repeat changes nothing there.

    What awaits approval goes on only once a second person agreed (`approvals`): a trigger looks.
    """

    MOVES: dict[str, set[str]] = {
        RefundStatus.AWAITING_APPROVAL: {RefundStatus.REQUESTED, RefundStatus.DECLINED},
        RefundStatus.DECLINED: set(),
        RefundStatus.REQUESTED: {RefundStatus.SENT},
        RefundStatus.SENT: {RefundStatus.PENDING, RefundStatus.MANUAL_REVIEW, *END},
        RefundStatus.PENDING: {RefundStatus.MANUAL_REVIEW, *END},
        RefundStatus.MANUAL_REVIEW: {RefundStatus.PENDING, *END},
        RefundStatus.SUCCESS: set(),
        RefundStatus.FAILURE: set(),
    }

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    charge = models.ForeignKey(
        Charge, on_delete=models.PROTECT, null=True, related_name="+"
    )  # set when only this charge goes back
    amount = MoneyField()
    reason = models.CharField(max_length=20, choices=RefundReason.choices)
    note = models.CharField(max_length=300, blank=True)
    requested_by = models.CharField(max_length=120)  # staff:<name>, system:settlement
    destination = models.CharField(max_length=10, choices=RefundDestination.choices, default=RefundDestination.SOURCE)
    approved_by = models.CharField(max_length=120, blank=True)
    approved_at = models.DateTimeField(null=True)
    unique_request_id = models.CharField(max_length=20, unique=True)
    status = models.CharField(max_length=20, choices=RefundStatus.choices, default=RefundStatus.REQUESTED)
    gateway_reference = models.CharField(max_length=80, blank=True)
    arn = models.CharField(max_length=80, blank=True)  # the bank's number, by which the payer can ask
    last_error = models.CharField(max_length=300, blank=True)
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    next_check_at = models.DateTimeField(null=True)
    checks = models.PositiveSmallIntegerField(default=0)

    objects = RefundQuerySet.as_manager()

    class Meta:
        db_table = "payments_refund"
        constraints = [
            models.CheckConstraint(name="refund_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="refund_request_id_shape", condition=Q(unique_request_id__regex=r"^[0-9A-Z]{1,20}$")),
        ]
        indexes = [
            models.Index(fields=["order", "id"], name="refund_of_order"),
            models.Index(fields=["next_check_at"], name="refund_due", condition=Q(next_check_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.unique_request_id
