"""Exports: asked for with a reason, agreed to by a second person, made by a worker, fetched once proved, deleted after a day."""

import base64
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction

from aarokya.common import audit, outbox
from aarokya.common.clock import ist_midnight
from aarokya.common.errors import Forbidden, InvalidInput, NotFound
from aarokya.common.state import move
from accounts.models import Staff
from accounts.services import accesses
from approvals import services as engine
from approvals.models import Kind
from backoffice.datasets import DATASETS, Dataset
from backoffice.models import Export, ExportState, Format
from backoffice.sheets import writing

ROWS_MAX = 50_000
DAYS_MAX = 366
KEPT_FOR = timedelta(days=1)
LINK_FOR = timedelta(minutes=15)
SALT = "backoffice.export"
NOTED_AT_ONCE = 1_000


@transaction.atomic
def ask(
    *, dataset: str, first_day: date, last_day: date, masked: bool, form: Format, reason: str, staff: Staff, now: datetime
) -> Export:
    """Ask for an export; it is made once somebody else agrees. InvalidInput, Forbidden for rows one may not look at."""
    found = DATASETS.get(dataset)
    if found is None:
        raise InvalidInput("dataset: there is no such table")
    if not staff.has_perm(found.permission):
        raise Forbidden("You may not look at these rows")
    count = size(found, first_day, last_day)
    actor = f"staff:{staff.username}"
    masked = masked or not found.is_personal
    export = Export.objects.create(
        dataset=dataset,
        first_day=first_day,
        last_day=last_day,
        masked=masked,
        format=form.value,
        reason=reason,
        requested_by=actor,
    )
    kind = Kind.EXPORT if masked else Kind.UNMASK
    engine.ask(kind=kind, subject=export, reason=reason, preview=preview(export, found, count), actor=actor, now=now)
    return export


def size(dataset: Dataset, first_day: date, last_day: date) -> int:
    """Return how many rows it would be, counted no further than what is allowed. InvalidInput."""
    if not first_day <= last_day <= first_day + timedelta(days=DAYS_MAX - 1):
        raise InvalidInput("last_day: must not be before first_day, nor more than a year later")
    count = dataset.between(*span(first_day, last_day)).order_by()[: ROWS_MAX + 1].count()
    if count > ROWS_MAX:
        raise InvalidInput(f"last_day: that is more than {ROWS_MAX} rows; take fewer days")
    return count


def span(first_day: date, last_day: date) -> tuple[datetime, datetime]:
    return ist_midnight(first_day), ist_midnight(last_day + timedelta(days=1))


def preview(export: Export, dataset: Dataset, count: int) -> list[dict[str, str]]:
    personal = ", ".join(column.title for column in dataset.columns if column.mask)
    kept = "masked" if export.masked else f"readable: {personal}; each customer can read that it was"
    return [
        {"name": "Table", "before": "", "after": f"{dataset.title}, {export.first_day} to {export.last_day} (India)"},
        {"name": "Rows", "before": "", "after": str(count)},
        {"name": "Personal data", "before": "", "after": kept if personal else "none"},
    ]


def agreed(*, export_id: str, now: datetime) -> Export:
    """Have it made after the commit."""
    export = Export.objects.get(pk=export_id)
    move(export, ExportState.QUEUED, field="state")
    outbox.emit("export.due", payload={"export_id": str(export.pk)}, now=now)
    return export


def make(*, export_id: UUID, now: datetime) -> None:
    """Write the file. May be repeated: what a dead worker had begun is made anew, what is ready stays."""
    export = Export.objects.get(pk=export_id)
    if export.state != ExportState.QUEUED:
        return
    dataset = DATASETS[export.dataset]
    owners: set[UUID] = set()
    rows = dataset.between(*span(export.first_day, export.last_day))[:ROWS_MAX]
    lines = list(dataset.lines(rows, masked=export.masked, owners=owners))
    write = writing.as_xlsx if export.format == Format.XLSX else writing.as_csv
    data = write([column.title for column in dataset.columns], lines)
    with transaction.atomic():
        content = base64.b64encode(data).decode()
        move(export, ExportState.DONE, field="state", rows=len(lines), content=content, made_at=now)
        if not export.masked:
            note(export, sorted(owners), now=now)
        after = {"dataset": export.dataset, "rows": len(lines), "masked": export.masked}
        audit.record(actor=export.requested_by, action="export.made", obj=export, after=after, reason=export.reason, now=now)


def note(export: Export, owners: Sequence[UUID], *, now: datetime) -> None:
    """Each customer whose readable data left can read who took it, and why."""
    staff = export.requested_by.removeprefix("staff:")
    for start in range(0, len(owners), NOTED_AT_ONCE):
        ids = owners[start : start + NOTED_AT_ONCE]
        accesses.note(user_ids=ids, staff=staff, what=f"export: {export.dataset}", reason=export.reason, now=now)


def link(export: Export, *, staff: Staff) -> str:
    """Return a token that lets this person fetch this file for a quarter of an hour."""
    return signing.dumps([str(export.pk), staff.pk], salt=SALT)


@transaction.atomic
def fetch(*, token: str, staff: Staff, now: datetime) -> tuple[Export, bytes]:
    """Return the file. NotFound for a token that is forged, old or another person's, and once the file is deleted."""
    try:
        export_id, staff_id = signing.loads(token, salt=SALT, max_age=LINK_FOR)
    except signing.BadSignature as error:
        raise NotFound from error
    export = Export.objects.select_for_update().filter(pk=export_id, state=ExportState.DONE).first()
    if export is None or staff_id != staff.pk or export.requested_by != f"staff:{staff.username}":
        raise NotFound
    Export.objects.filter(pk=export.pk).update(fetched_at=now)
    audit.record(actor=export.requested_by, action="export.fetched", obj=export, now=now)
    return export, base64.b64decode(export.content or "")


def declined(*, export_id: str) -> None:
    move(Export.objects.get(pk=export_id), ExportState.DECLINED, field="state")


def forget_old(*, now: datetime) -> int:
    """Delete files older than a day; the row stays."""
    old = Export.objects.filter(state=ExportState.DONE, made_at__lte=now - KEPT_FOR)
    return old.update(state=ExportState.FORGOTTEN, content=None)
