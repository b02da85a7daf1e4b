"""Standing permissions of customers to debit them (UPI autopay), and each debit under one."""

from datetime import datetime
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from aarokya.common.crypto import EncryptedTextField
from aarokya.common.models import Record
from aarokya.common.money import MoneyField
from payments.models.orders import Order


class MandateStatus(models.TextChoices):
    """`INITIATED`: no session yet. `PENDING`: the customer may agree now."""

    INITIATED = "INITIATED"
    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    CANCELLED = "CANCELLED"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


class PauseCause(models.TextChoices):
    """Who paused it: the customer with us, the customer at the bank, or we after failed debits."""

    CUSTOMER = "CUSTOMER"
    BANK = "BANK"
    FAILURES = "FAILURES"


class Frequency(models.TextChoices):
    """How often at most one debit comes."""

    DAILY = "DAILY"
    YEARLY = "YEARLY"


class ExecutionStatus(models.TextChoices):
    """`STATUS_UNKNOWN`: the gateway did not say in time; a later answer still counts."""

    INITIATED = "INITIATED"
    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    STATUS_UNKNOWN = "STATUS_UNKNOWN"


LIVE_MANDATE = (MandateStatus.PENDING, MandateStatus.ACTIVE, MandateStatus.PAUSED)
ENDED_MANDATE = frozenset({MandateStatus.CANCELLED, MandateStatus.COMPLETED, MandateStatus.FAILED})
OPEN_EXECUTION = (ExecutionStatus.INITIATED, ExecutionStatus.PENDING)
ENDS: set[str] = {MandateStatus.CANCELLED, MandateStatus.COMPLETED, MandateStatus.FAILED}


class MandateQuerySet(models.QuerySet["Mandate"]):
    def of(self, user_id: UUID) -> Self:
        return self.filter(user_id=user_id)

    def live(self) -> Self:
        """A customer has at most one of these."""
        return self.filter(status__in=LIVE_MANDATE)

    def due(self, now: datetime) -> Self:
        """Mandates whose next debit should be planned."""
        return self.filter(status=MandateStatus.ACTIVE, next_plan_at__lte=now)


class Mandate(Record):
    """Permission for one purpose. Its `registration` is an ordinary order, which pays the first instalment."""

    MOVES: dict[str, set[str]] = {
        MandateStatus.INITIATED: {MandateStatus.PENDING, MandateStatus.ACTIVE, *ENDS},
        MandateStatus.PENDING: {MandateStatus.ACTIVE, *ENDS},
        MandateStatus.ACTIVE: {MandateStatus.PAUSED, *ENDS},
        MandateStatus.PAUSED: {MandateStatus.ACTIVE, *ENDS},
        **{end: set() for end in ENDS},
    }

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    type = models.CharField(max_length=40)  # a key of aarokya.events.PAYMENT_PURPOSES
    reference_type = models.CharField(max_length=40)
    reference_id = models.CharField(max_length=64)
    registration = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="mandate")
    amount = MoneyField()  # of one debit as agreed; the last one may be smaller
    max_amount = MoneyField()  # the bank refuses more
    frequency = models.CharField(max_length=10, choices=Frequency.choices)
    status = models.CharField(max_length=10, choices=MandateStatus.choices, default=MandateStatus.INITIATED)
    external_id = models.CharField(max_length=80, blank=True)  # the gateway's
    external_status = models.CharField(max_length=40, blank=True)  # the gateway's own word
    external_token = EncryptedTextField(blank=True)  # the gateway's, for its SDK
    payment_method = models.CharField(max_length=40, blank=True)  # how it was agreed to, in the gateway's words
    payment_method_type = models.CharField(max_length=40, blank=True)
    pause_cause = models.CharField(max_length=10, choices=PauseCause.choices, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)  # in a row; the bank revokes at ten
    activated_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)
    next_debit_on = models.DateField(null=True)  # day in India
    next_plan_at = models.DateTimeField(null=True)  # the row is the work item of the planner

    objects = MandateQuerySet.as_manager()

    class Meta:
        db_table = "payments_mandate"
        constraints = [
            models.UniqueConstraint(fields=["user"], name="mandate_one_live", condition=Q(status__in=LIVE_MANDATE)),
            models.UniqueConstraint(fields=["external_id"], name="mandate_external_once", condition=~Q(external_id="")),
            models.CheckConstraint(name="mandate_amounts", condition=Q(amount__gt=0, max_amount__gte=models.F("amount"))),
            models.CheckConstraint(name="mandate_pause", condition=Q(pause_cause="") | Q(status="PAUSED")),
            models.CheckConstraint(name="mandate_known_to_debit", condition=~Q(status="ACTIVE") | ~Q(external_id="")),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="mandate_of_user"),
            models.Index(fields=["next_plan_at"], name="mandate_due", condition=Q(status="ACTIVE")),
        ]

    def __str__(self) -> str:
        return f"{self.frequency} {self.amount} {self.status}"


class MandateExecutionQuerySet(models.QuerySet["MandateExecution"]):
    def due(self, now: datetime) -> Self:
        """Debits whose next step (notice, debit, status) has come."""
        return self.filter(next_step_at__lte=now)

    def open(self) -> Self:
        return self.filter(status__in=OPEN_EXECUTION)


class MandateExecution(Record):
    """One debit of one day: notice, order, debit, outcome. The row is the work item."""

    MOVES: dict[str, set[str]] = {
        ExecutionStatus.INITIATED: {ExecutionStatus.PENDING, ExecutionStatus.FAILED, ExecutionStatus.CANCELLED},
        ExecutionStatus.PENDING: {
            ExecutionStatus.SUCCESS,
            ExecutionStatus.FAILED,
            ExecutionStatus.CANCELLED,
            ExecutionStatus.STATUS_UNKNOWN,
        },
        ExecutionStatus.STATUS_UNKNOWN: {ExecutionStatus.SUCCESS, ExecutionStatus.FAILED},
        ExecutionStatus.FAILED: {ExecutionStatus.SUCCESS},  # banks report success after failure
        ExecutionStatus.CANCELLED: {ExecutionStatus.SUCCESS},
        ExecutionStatus.SUCCESS: set(),
    }

    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="executions")
    due_on = models.DateField()  # day in India
    amount = MoneyField()
    order = models.OneToOneField(Order, on_delete=models.PROTECT, null=True, related_name="execution")
    status = models.CharField(max_length=15, choices=ExecutionStatus.choices, default=ExecutionStatus.INITIATED)
    job_execution_id = models.CharField(max_length=100, blank=True)  # whoever asked for this debit calls it this
    execute_at = models.DateTimeField()
    notice_number = models.PositiveSmallIntegerField(default=1)  # a notice that failed is issued once more
    notice_sent = models.BooleanField(default=False)
    notified_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    next_step_at = models.DateTimeField(null=True)
    checks = models.PositiveSmallIntegerField(default=0)

    objects = MandateExecutionQuerySet.as_manager()

    class Meta:
        db_table = "payments_mandate_execution"
        constraints = [
            models.UniqueConstraint(fields=["mandate", "due_on"], name="execution_one_a_day"),
            models.UniqueConstraint(
                fields=["mandate", "job_execution_id"], name="execution_once", condition=~Q(job_execution_id="")
            ),
            models.CheckConstraint(name="execution_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="execution_has_order", condition=~Q(status__in=["PENDING", "SUCCESS"]) | Q(order__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["next_step_at"], name="execution_due", condition=Q(next_step_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.due_on} {self.amount} {self.status}"
