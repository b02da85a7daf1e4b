"""Reading the gateway's daily report, and comparing it with our books in both directions."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import Max, QuerySet

from aarokya.common.errors import Detail, InvalidInput
from aarokya.common.money import Money
from payments.models import Charge, Refund, RefundStatus, SettlementFile, SettlementLine, TicketKind
from payments.services import tickets

COLUMNS = ("type", "order_id", "reference", "amount", "fee", "utr")
BATCH = 500  # lines in one commit: an interruption loses at most these, and the same file goes on after them
Kind, Outcome = SettlementLine.Kind, SettlementLine.Outcome


@dataclass(frozen=True, slots=True)
class Found:
    """What one line means: the row of ours it names, if any, and what ours says it should be."""

    charge: Charge | None = None
    refund: Refund | None = None

    @property
    def amount(self) -> Money | None:
        row = self.charge or self.refund
        return row.amount if row else None


def begin(*, name: str, content: bytes, now: datetime) -> SettlementFile:
    """Return the file's row, an earlier one for the same content; InvalidInput for anything but our columns."""
    header, lines = parse(content)
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        words = f"missing columns: {', '.join(missing)}"
        raise InvalidInput(f"file: {words}", details=(Detail("file", "invalid", words),))
    digest = sha256(content).hexdigest()
    file, _ = SettlementFile.objects.get_or_create(
        sha256=digest, defaults={"name": name[:200], "lines": len(lines), "started_at": now}
    )
    return file


def parse(content: bytes) -> tuple[list[str], list[dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig", errors="replace")))
    return list(reader.fieldnames or ()), [{key: value or "" for key, value in row.items() if key} for row in reader]


def carry_on(*, file: SettlementFile, content: bytes, now: datetime) -> Iterator[int]:
    """Import what is left of the file, a batch at a time; yield how many lines each took."""
    _, lines = parse(content)
    done = file.rows.aggregate(last=Max("number"))["last"] or 1
    for start in range(done - 1, len(lines), BATCH):
        batch = lines[start : start + BATCH]
        take(file, batch, first_number=start + 2, now=now)
        yield len(batch)
    SettlementFile.objects.filter(pk=file.pk, finished_at=None).update(finished_at=now)


@transaction.atomic
def take(file: SettlementFile, lines: list[dict[str, str]], *, first_number: int, now: datetime) -> None:
    for number, line in enumerate(lines, start=first_number):
        row = compared(file, line, number=number)
        row.save(force_insert=True)
        if row.outcome != Outcome.MATCHED:
            subject = f"{file.sha256[:12]}:{number}"
            problem = f"{file.name} line {number}: {row.outcome} {row.problem}"
            kind = TicketKind.SETTLEMENT_DIFFERENCE
            tickets.call_a_person(kind=kind, order=row.order, subject=subject, problem=problem, now=now)


def compared(file: SettlementFile, line: dict[str, str], *, number: int) -> SettlementLine:
    """Return the line as we keep it, with what became of it."""
    row = SettlementLine(file=file, number=number, reference=line["reference"][:80], utr=line["utr"][:40])
    try:
        row.kind = Kind(line["type"].strip().upper())
        row.amount, row.fee = Money.from_rupees(line["amount"]), Money.from_rupees(line["fee"] or "0")
    except ValueError as error:
        row.kind, row.outcome, row.problem = "", Outcome.UNREADABLE, str(error)[:200]
        return row
    row.outcome, row.problem = judge(row, look_up(row), order_id=line["order_id"])
    return row


def look_up(row: SettlementLine) -> Found:
    """Find what the line names: a charge by its transaction, a refund by the id we gave it."""
    if row.kind == Kind.PAYMENT:
        charge = Charge.objects.select_related("order").filter(transaction_id=row.reference).first()
        row.order = charge.order if charge else None
        return Found(charge=charge)
    refund = Refund.objects.select_related("order").filter(unique_request_id=row.reference).first()
    row.order = refund.order if refund else None
    return Found(refund=refund)


def judge(row: SettlementLine, found: Found, *, order_id: str) -> tuple[str, str]:
    if found.amount is None or row.order is None or row.order.order_id != order_id.strip():
        return Outcome.UNKNOWN, f"we have no such {row.kind.lower()}"
    if found.amount != row.amount:
        return Outcome.AMOUNT_DIFFERS, f"ours {found.amount}, theirs {row.amount}"
    if SettlementLine.objects.filter(kind=row.kind, reference=row.reference, outcome=Outcome.MATCHED).exists():
        return Outcome.REPEATED, "settled before"
    return Outcome.MATCHED, ""


def unsettled_charges(*, before: datetime) -> QuerySet[Charge]:
    """Charges of before that time which no report has named: the other direction."""
    named = SettlementLine.objects.filter(kind=Kind.PAYMENT, outcome=Outcome.MATCHED).values("reference")
    return Charge.objects.filter(at__lt=before).exclude(transaction_id__in=named).select_related("order").order_by("at")


def unsettled_refunds(*, before: datetime) -> QuerySet[Refund]:
    """Refunds to source that succeeded before that time and that no report has named."""
    named = SettlementLine.objects.filter(kind=Kind.REFUND, outcome=Outcome.MATCHED).values("reference")
    rows = Refund.objects.filter(status=RefundStatus.SUCCESS, destination="SOURCE", finished_at__lt=before)
    return rows.exclude(unique_request_id__in=named).select_related("order").order_by("finished_at")
