"""Who must know of an emergency, and whom the patient wants called."""

from django.db import models

from aarokya.common.crypto import EncryptedTextField
from aarokya.common.models import Record
from doctor.models.sessions import Session


class EmergencyAlert(Record):
    """A red flag that on-call staff must see. Stays in their queue until somebody takes it."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="alerts")
    raised_at = models.DateTimeField()
    rules = models.JSONField()  # ids of the rules that fired
    rules_version = models.CharField(max_length=20)
    source = models.CharField(max_length=10)  # MESSAGE, REPLY, ADDENDUM or SUBMIT
    delivered_at = models.DateTimeField(null=True)  # to the on-call desk
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=150, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "doctor_emergency_alert"
        indexes = [
            models.Index(fields=["raised_at"], name="doctor_alert_waiting", condition=models.Q(acknowledged_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {', '.join(self.rules)}"


class EmergencyContact(Record):
    """The person a user wants to reach with one tap in an emergency."""

    user = models.OneToOneField("accounts.User", on_delete=models.PROTECT, related_name="emergency_contact")
    name = EncryptedTextField()
    phone = EncryptedTextField()  # +91…

    class Meta:
        db_table = "doctor_emergency_contact"

    def __str__(self) -> str:
        return f"Contact of {self.user_id}"


class ConsultationGrant(Record):
    """A consultation benefit that somebody (an employer, a platform, ops) gave a user. Days in Asia/Kolkata, both included."""

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="consultation_grants")
    benefit_id = models.UUIDField()
    title = models.CharField(max_length=255)
    starts_on = models.DateField()
    ends_on = models.DateField()
    granted_by = models.CharField(max_length=150)

    class Meta:
        db_table = "doctor_consultation_grant"
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="doctor_grant_days"),
            models.UniqueConstraint(fields=["user", "benefit_id", "starts_on"], name="doctor_grant_once"),
        ]
        indexes = [models.Index(fields=["user", "ends_on"], name="doctor_grant_of_user")]

    def __str__(self) -> str:
        return f"{self.title} until {self.ends_on}"
