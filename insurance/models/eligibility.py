"""What a family could buy when it was last looked at, to notice that it changed."""

from django.db import models

from aarokya.common.models import Record


class Eligibility(Record):
    """One row for each user whose family changed; the answer itself is always made anew."""

    user = models.OneToOneField("accounts.User", on_delete=models.PROTECT, related_name="+")
    plans = models.JSONField()  # benefit id → plan codes that can be bought
    calculated_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "insurance_eligibility"
        verbose_name_plural = "eligibility"

    def __str__(self) -> str:
        return f"{self.user_id}: {sum(map(len, self.plans.values()))} plans"
