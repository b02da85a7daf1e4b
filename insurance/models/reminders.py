"""Reminders of a policy's end."""

from django.db import models

from aarokya.common.models import Record
from insurance.models.choices import ReminderKind
from insurance.models.policies import Policy


class PolicyReminder(Record):
    """That the customer was told, once of each kind for each end. Only ever inserted."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=12, choices=ReminderKind.choices)
    end_date = models.DateField()  # of the term that it is about, or the day on which cover lapses
    given_at = models.DateTimeField()

    class Meta:
        db_table = "insurance_policy_reminder"
        constraints = [models.UniqueConstraint(fields=["policy", "kind", "end_date"], name="reminder_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.policy_id}"
