"""Looking at the app as a customer sees it: for a reason, for minutes, never touching anything."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from aarokya.common.models import Record


class Impersonation(Record):
    """One visit. Customers alone can be looked at: staff are no users of the app."""

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    ticket = models.CharField(max_length=60)
    reason = models.CharField(max_length=300)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "backoffice_impersonation"
        constraints = [
            models.CheckConstraint(condition=~Q(reason="") & ~Q(ticket=""), name="impersonation_has_a_reason"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("started_at")), name="impersonation_span"),
        ]
        indexes = [models.Index(fields=["user", "id"], name="impersonation_of_user")]

    def __str__(self) -> str:
        return f"{self.staff} as {self.user_id}"
