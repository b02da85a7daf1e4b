"""Conversations: what the patient said, what was answered, what became of it."""

from datetime import datetime
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from aarokya.common.crypto import EncryptedJSONField, EncryptedTextField
from aarokya.common.models import Record
from aarokya.common.money import MoneyField
from doctor.models.choices import Author, Coverage, Language, Role, SessionStatus

OPEN = (SessionStatus.STARTED, SessionStatus.IN_PROGRESS, SessionStatus.SUMMARY_READY)
SEALED = (SessionStatus.SUBMITTED, SessionStatus.LOCKED)


class SessionQuerySet(models.QuerySet["Session"]):
    def of(self, user_id: UUID) -> Self:
        return self.filter(user_id=user_id)

    def idle_since(self, moment: datetime) -> Self:
        """Open sessions in which nothing was said since `moment`."""
        return self.filter(status__in=OPEN, last_message_at__lt=moment)


class Session(Record):
    """One intake. Submission seals it, a doctor locks it; the database then refuses every change of it."""

    MOVES = {
        SessionStatus.STARTED: {
            SessionStatus.IN_PROGRESS,
            SessionStatus.SUMMARY_READY,
            SessionStatus.EMERGENCY,
            SessionStatus.ABANDONED,
        },
        SessionStatus.IN_PROGRESS: {SessionStatus.SUMMARY_READY, SessionStatus.EMERGENCY, SessionStatus.ABANDONED},
        SessionStatus.SUMMARY_READY: {
            SessionStatus.IN_PROGRESS,
            SessionStatus.SUBMITTED,
            SessionStatus.EMERGENCY,
            SessionStatus.ABANDONED,
        },
        SessionStatus.SUBMITTED: {SessionStatus.LOCKED},
        SessionStatus.LOCKED: set(),
        SessionStatus.EMERGENCY: set(),
        SessionStatus.ABANDONED: set(),
    }

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="doctor_sessions")
    dependant = models.ForeignKey("accounts.Dependant", on_delete=models.PROTECT, null=True, related_name="doctor_sessions")
    status = models.CharField(max_length=14, choices=SessionStatus.choices, default=SessionStatus.STARTED)
    language = models.CharField(max_length=8, choices=Language.choices)
    language_chosen = models.BooleanField()  # by the user; otherwise the first message decides
    consent_version = models.CharField(max_length=20)
    consented_at = models.DateTimeField()
    with_minor = models.BooleanField(default=False)  # the user is the adult who accompanies the patient
    rules_version = models.CharField(max_length=20)  # of the red flags that read the conversation
    graph_version = models.CharField(max_length=20)  # of the interviewer's questions
    memory = EncryptedJSONField(default=dict)  # the interviewer's notes: facts with quotes, findings, questions asked
    summary = EncryptedJSONField(null=True)  # set while SUMMARY_READY and ever after
    last_message_at = models.DateTimeField()
    emergency_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)
    abandoned_at = models.DateTimeField(null=True)
    seal = models.CharField(max_length=64, blank=True)  # SHA-256 of transcript and summary
    covered_by = models.CharField(max_length=8, choices=Coverage.choices, blank=True)
    cover = models.JSONField(null=True)  # what was found to bear it, as shown before submission
    fee = MoneyField(default=0)
    fee_transfer_id = models.UUIDField(null=True, unique=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        db_table = "doctor_session"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=SEALED, submitted_at__isnull=False) & ~Q(seal="") & ~Q(covered_by="")
                | ~Q(status__in=SEALED) & Q(submitted_at__isnull=True, seal="", covered_by=""),
                name="doctor_sealed_when_submitted",
            ),
            models.CheckConstraint(
                condition=Q(fee_transfer_id__isnull=True, fee=0) | Q(status__in=SEALED, covered_by="WALLET", fee__gt=0),
                name="doctor_only_submitted_is_charged",  # so an emergency never is
            ),
            models.CheckConstraint(
                condition=Q(status=SessionStatus.EMERGENCY, emergency_at__isnull=False)
                | ~Q(status=SessionStatus.EMERGENCY) & Q(emergency_at__isnull=True),
                name="doctor_emergency_time",
            ),
            models.CheckConstraint(
                condition=Q(status=SessionStatus.LOCKED, locked_at__isnull=False)
                | ~Q(status=SessionStatus.LOCKED) & Q(locked_at__isnull=True),
                name="doctor_locked_time",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "id"], name="doctor_session_of_user"),
            models.Index(fields=["last_message_at"], name="doctor_session_idle", condition=Q(status__in=OPEN)),
            models.Index(fields=["status", "id"], name="doctor_session_status"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.status}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_sealed(self) -> bool:
        return self.status in SEALED


class Message(Record):
    """One thing said, in order. Never edited; deleted only with an unsubmitted session."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="messages")
    number = models.PositiveIntegerField()
    role = models.CharField(max_length=7, choices=Role.choices)
    author = models.CharField(max_length=11, choices=Author.choices)
    text = EncryptedTextField()
    said_at = models.DateTimeField()
    replaced = models.CharField(max_length=40, blank=True)  # why the guard put this in place of the model's reply

    class Meta:
        db_table = "doctor_message"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["session", "number"], name="doctor_message_number")]

    def __str__(self) -> str:
        return f"{self.session_id} #{self.number}"


class Addendum(Record):
    """What the patient adds after submission: a row of its own beside the sealed session. Only ever inserted."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="addenda")
    number = models.PositiveIntegerField()
    text = EncryptedTextField()
    added_at = models.DateTimeField()

    class Meta:
        db_table = "doctor_addendum"
        verbose_name_plural = "addenda"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["session", "number"], name="doctor_addendum_number")]

    def __str__(self) -> str:
        return f"{self.session_id} addendum {self.number}"
