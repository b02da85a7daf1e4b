"""Tables that leave the building: asked for, agreed to, made in the background, fetched, forgotten."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from aarokya.common.crypto import EncryptedTextField
from aarokya.common.models import Record


class Format(models.TextChoices):
    XLSX = "XLSX", "Spreadsheet (.xlsx)"
    CSV = "CSV", "CSV"


class ExportState(models.TextChoices):
    WAITING = "WAITING", "Waits for a second person"
    QUEUED = "QUEUED", "Is being made"
    DONE = "DONE", "Ready"
    DECLINED = "DECLINED", "Not agreed to"
    FORGOTTEN = "FORGOTTEN", "Deleted"


class Export(Record):
    """One table over a span of days in Asia/Kolkata. The file is kept encrypted, and only for a day."""

    MOVES: ClassVar[dict[str, set[str]]] = {
        ExportState.WAITING: {ExportState.QUEUED, ExportState.DECLINED},
        ExportState.QUEUED: {ExportState.DONE},
        ExportState.DONE: {ExportState.FORGOTTEN},
        ExportState.DECLINED: set(),
        ExportState.FORGOTTEN: set(),
    }

    dataset = models.CharField(max_length=40)
    first_day = models.DateField()
    last_day = models.DateField()
    masked = models.BooleanField(default=True)
    format = models.CharField(max_length=4, choices=Format.choices)
    reason = models.CharField(max_length=300)
    requested_by = models.CharField(max_length=120)  # staff:<name>: they alone may fetch it
    state = models.CharField(max_length=9, choices=ExportState.choices, default=ExportState.WAITING)
    rows = models.PositiveIntegerField(null=True)
    content = EncryptedTextField(null=True)  # base64; none before it is made and after a day
    made_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "backoffice_export"
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="export_span"),
            models.CheckConstraint(
                condition=Q(state=ExportState.DONE) | Q(content__isnull=True), name="export_kept_only_while_ready"
            ),
        ]
        indexes = [models.Index(fields=["made_at"], condition=Q(state=ExportState.DONE), name="export_kept")]

    def __str__(self) -> str:
        return f"{self.dataset}, {self.first_day} to {self.last_day}"

    @property
    def file_name(self) -> str:
        return f"{self.dataset}-{self.first_day}-{self.last_day}.{self.format.lower()}"
