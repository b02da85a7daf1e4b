"""What every row of ours has."""

from django.db import models

from aarokya.common.ids import uuid7


class Record(models.Model):
    """A row with a UUIDv7 and its times. `created_at` is for auditors: no rule reads it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_modified_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
