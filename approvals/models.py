"""Requests that wait for a second person, what each role may decide, and who stands in for whom."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from aarokya.common.models import Record
from aarokya.common.money import Money, MoneyField


class Kind(models.TextChoices):
    """What can be asked for; `events.APPROVALS` names the object that carries each out."""

    REFUND = "REFUND", "Refund"
    PAYOUT = "PAYOUT", "Payout to a customer's bank"
    SETTLEMENT = "SETTLEMENT", "Payout to a provider"
    ADJUSTMENT = "ADJUSTMENT", "Adjustment of a book"
    PLAN = "PLAN", "Plans put on sale"
    EXPORT = "EXPORT", "Export"
    UNMASK = "UNMASK", "Export with personal data"
    LIMIT = "LIMIT", "Change of a limit"


class State(models.TextChoices):
    WAITING = "WAITING", "Waits for a second person"
    APPROVED = "APPROVED", "Approved and carried out"
    DECLINED = "DECLINED", "Declined"
    EXPIRED = "EXPIRED", "Nobody decided in time"
    CANCELLED = "CANCELLED", "No longer wanted"


class RequestQuerySet(models.QuerySet["Request"]):
    def waiting(self) -> Self:
        return self.filter(state=State.WAITING)

    def lapsed(self, now: datetime) -> Self:
        return self.waiting().filter(expires_at__lte=now)


class Request(Record):
    """One act that waits. What was asked, by whom and why never changes; it is decided once, by somebody else."""

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.WAITING: {State.APPROVED, State.DECLINED, State.EXPIRED, State.CANCELLED},
        State.APPROVED: set(),
        State.DECLINED: set(),
        State.EXPIRED: set(),
        State.CANCELLED: set(),
    }

    kind = models.CharField(max_length=12, choices=Kind.choices)
    subject_type = models.CharField(max_length=60)  # app.model
    subject_id = models.CharField(max_length=60)
    amount: "models.Field[Money | int | None, Money | None]" = MoneyField(null=True)  # type: ignore[misc, assignment]  # MoneyField declares no nullable type
    reason = models.CharField(max_length=1000)
    preview = models.JSONField(default=list)  # [{name, before, after}]: what the requester was shown
    payload = models.JSONField(default=dict)  # what the act needs beside its subject
    requested_by = models.CharField(max_length=120)  # staff:<name>
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")  # names may change
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    decided_by = models.CharField(max_length=120, blank=True)
    decider = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_for = models.CharField(max_length=120, blank=True)  # whose authority, when somebody stood in
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=1000, blank=True)
    outcome = models.CharField(max_length=300, blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        db_table = "approvals_request"
        constraints = [
            models.CheckConstraint(condition=~Q(reason="") & ~Q(requested_by=""), name="approval_asked_with_reason"),
            models.CheckConstraint(
                condition=~Q(state=State.APPROVED)
                | (
                    ~Q(decided_by="")
                    & ~Q(decided_by=F("requested_by"))
                    & ~Q(decided_for=F("requested_by"))
                    & Q(decided_at__isnull=False)
                ),
                name="approval_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.APPROVED)
                | (Q(decider__isnull=False) & (Q(requester=None) | ~Q(decider=F("requester")))),
                name="approval_another_account",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.APPROVED) | Q(decided_at__lt=F("expires_at")), name="approval_in_time"
            ),
            models.CheckConstraint(
                condition=Q(state=State.WAITING, decided_at=None) | (~Q(state=State.WAITING) & Q(decided_at__isnull=False)),
                name="approval_decided_at",
            ),
            models.UniqueConstraint(fields=["kind", "subject_id"], condition=Q(state=State.WAITING), name="approval_one_waiting"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state=State.WAITING), name="approval_waiting"),
            models.Index(fields=["kind", "subject_id", "state"], name="approval_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount or ''}".strip()


class Limit(models.Model):
    """What a role may decide: data, so that a limit changes without a release."""

    kind = models.CharField(max_length=12, choices=Kind.choices)
    role = models.CharField(max_length=40)  # a group of staff
    alone_up_to = models.BigIntegerField(default=-1, help_text="paise one person may move alone; -1: never alone")
    approve_up_to = models.BigIntegerField(null=True, help_text="paise this role may approve; empty: any amount")

    class Meta:
        db_table = "approvals_limit"
        constraints = [
            models.UniqueConstraint(fields=["kind", "role"], name="approval_limit_once"),
            models.CheckConstraint(condition=Q(alone_up_to__gte=-1), name="approval_limit_alone"),
            models.CheckConstraint(
                condition=Q(approve_up_to=None) | Q(approve_up_to__gte=F("alone_up_to")), name="approval_limit_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} by {self.role}"

    @staticmethod
    def shown(name: str, paise: int | None) -> str:
        """A limit as people read it: one that is not there, or rupees."""
        if name == "alone_up_to" and (paise is None or paise < 0):
            return "never alone"
        return "any amount" if paise is None else str(Money(paise))


class Delegation(Record):
    """While one person is away another decides with their authority, never about what the first one asked for."""

    giver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    ended_by = models.CharField(max_length=120, blank=True)  # before its time

    class Meta:
        db_table = "approvals_delegation"
        constraints = [
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="delegation_to_another"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="delegation_has_a_span"),
        ]
        indexes = [models.Index(fields=["taker", "ends_at"], name="delegation_of_taker")]

    def __str__(self) -> str:
        return f"{self.giver} → {self.taker} until {self.ends_at:%d %b %Y}"
