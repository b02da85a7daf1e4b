"""Who did what to which object, why; a chain of hashes per day that shows any later change."""

from django.db import models


class AuditEntry(models.Model):
    """One act. Rows are only ever inserted; a database trigger numbers them per day (Asia/Kolkata), links and hashes them."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    day = models.DateField(editable=False)
    number = models.PositiveIntegerField(editable=False)  # 1, 2, 3 … within the day
    actor = models.CharField(max_length=120)  # staff:admin, user:<id>, system:<task>
    action = models.CharField(max_length=80)  # policy.activated
    object_type = models.CharField(max_length=80)
    object_id = models.CharField(max_length=80)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=80, blank=True)
    previous_hash = models.CharField(max_length=64, editable=False)
    hash = models.CharField(max_length=64, editable=False)

    class Meta:
        db_table = "common_audit"
        verbose_name_plural = "audit entries"
        constraints = [models.UniqueConstraint(fields=["day", "number"], name="audit_day_number")]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_object")]

    def __str__(self) -> str:
        return f"{self.day} #{self.number} {self.action}"
