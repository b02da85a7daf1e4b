"""One hash per day that stands for everything in the audit log of that day."""

from django.db import models


class AuditAnchor(models.Model):
    """Written the night after `day` and never changed; a chain that lost its last entries no longer matches it."""

    day = models.DateField(primary_key=True)  # Asia/Kolkata
    entries = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "backoffice_audit_anchor"

    def __str__(self) -> str:
        return f"{self.day}: {self.entries} entries, {self.hash[:12]}…"
