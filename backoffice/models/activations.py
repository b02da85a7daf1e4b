"""Files of an insurer that activate many policies: each row by itself, once, however often the work is begun again."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from aarokya.common.models import Record


class BatchState(models.TextChoices):
    CHECKED = "CHECKED", "Checked; nothing has happened"
    APPLYING = "APPLYING", "Being applied"
    DONE = "DONE", "Done"
    DROPPED = "DROPPED", "Dropped"


class ActivationBatch(Record):
    """One file. Checking it writes rows here and nothing else; applying it activates those that are ready."""

    MOVES: ClassVar[dict[str, set[str]]] = {
        BatchState.CHECKED: {BatchState.APPLYING, BatchState.DROPPED},
        BatchState.APPLYING: {BatchState.DONE},
        BatchState.DONE: set(),
        BatchState.DROPPED: set(),
    }

    provider = models.ForeignKey("insurance.BenefitProvider", models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=BatchState.choices, default=BatchState.CHECKED)
    uploaded_by = models.CharField(max_length=120)
    applied_by = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "backoffice_activation_batch"
        verbose_name_plural = "activation batches"
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "sha256"], condition=Q(state__in=["CHECKED", "APPLYING"]), name="activation_file_once"
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class RowState(models.TextChoices):
    READY = "READY", "Ready"
    WRONG = "WRONG", "Left out"
    DONE = "DONE", "Activated"
    FAILED = "FAILED", "Refused when applied"


class ActivationRow(models.Model):
    """One line of the file. `number` is the line as a spreadsheet counts it."""

    batch = models.ForeignKey(ActivationBatch, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    cells: "models.Field[dict[str, Any], dict[str, Any]]" = models.JSONField()  # as they were read, for the report
    policy = models.ForeignKey("insurance.Policy", models.PROTECT, null=True, related_name="+")
    external_policy_id = models.CharField(max_length=100, blank=True)
    start_date = models.DateField(null=True)
    end_date = models.DateField(null=True)
    state = models.CharField(max_length=6, choices=RowState.choices)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "backoffice_activation_row"
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="activation_row_once")]
        indexes = [
            models.Index(fields=["batch", "number"], condition=Q(state="READY"), name="activation_rows_ready"),
        ]

    def __str__(self) -> str:
        return f"row {self.number}"
