"""What Aathma made of a submitted session."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from aarokya.common.models import Record
from doctor.models.choices import AssignmentStatus, Cause
from doctor.models.sessions import Session

# Aathma may still change these.
MOVING = (AssignmentStatus.PENDING, AssignmentStatus.REQUESTED, AssignmentStatus.ASSIGNED)
# The doctor's side failed: what the patient paid goes back.
REFUNDED = (AssignmentStatus.CANCELLED, AssignmentStatus.DOCTOR_NO_SHOW)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def due(self, now: datetime) -> Self:
        return self.filter(status__in=MOVING, next_check_at__lte=now)


class Assignment(Record):
    """The doctor of one session. `id` is our idempotency key at Aathma: however often it is sent, one consultation is made."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="assignment")
    status = models.CharField(max_length=15, choices=AssignmentStatus.choices, default=AssignmentStatus.PENDING)
    reference = models.CharField(max_length=60, null=True, unique=True)  # noqa: DJ001 (Aathma's; NULL keeps it unique)
    version = models.PositiveIntegerField(default=0)  # Aathma's counter: an older state never replaces a newer one
    doctor_name = models.CharField(max_length=200, blank=True)
    registration_number = models.CharField(max_length=60, blank=True)
    slot_at = models.DateTimeField(null=True)
    link = models.URLField(max_length=500, blank=True)
    reassignments = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)  # of a cancellation
    next_check_at = models.DateTimeField(null=True)
    checks = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    refund_transfer_id = models.UUIDField(null=True, unique=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        db_table = "doctor_assignment"
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=AssignmentStatus.ASSIGNED) | ~Q(doctor_name="") & Q(reference__isnull=False),
                name="doctor_assigned_has_doctor",
            )
        ]
        indexes = [models.Index(fields=["next_check_at"], name="doctor_assignment_due", condition=Q(status__in=MOVING))]

    def __str__(self) -> str:
        return f"{self.session_id} {self.status}"


class AssignmentEvent(models.Model):
    """One change of an assignment. Only ever inserted."""

    id = models.BigAutoField(primary_key=True)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    status = models.CharField(max_length=15, choices=AssignmentStatus.choices)
    version = models.PositiveIntegerField()
    doctor_name = models.CharField(max_length=200, blank=True)
    slot_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=8, choices=Cause.choices)

    class Meta:
        db_table = "doctor_assignment_event"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.status}"


class Feedback(Record):
    """The patient's word on the consultation, once."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="feedback")
    rating = models.PositiveSmallIntegerField()  # 1 to 5
    comment = models.CharField(max_length=1000, blank=True)
    given_at = models.DateTimeField()

    class Meta:
        db_table = "doctor_feedback"
        verbose_name_plural = "feedback"
        constraints = [models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="doctor_feedback_rating")]

    def __str__(self) -> str:
        return f"{self.rating}/5"


class AathmaWebhook(models.Model):
    """One signed call of Aathma's, stored before it is understood. A hint: only the consultation's id is taken from it."""

    id = models.BigAutoField(primary_key=True)
    event_id = models.CharField(max_length=100, unique=True)
    body = models.BinaryField()
    external_id = models.CharField(max_length=60, blank=True)  # our id of the assignment
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "doctor_aathma_webhook"

    def __str__(self) -> str:
        return self.event_id
