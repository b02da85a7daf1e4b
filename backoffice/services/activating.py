"""Activating many policies from an insurer's file: looked at first, then row by row, each in its own transaction."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from aarokya.common import audit, outbox
from aarokya.common.errors import DomainError, InvalidInput
from aarokya.common.state import move
from backoffice.models import ActivationBatch, ActivationRow, BatchState, RowState
from backoffice.sheets import reading
from insurance.models import BenefitProvider, Policy, PolicyStatus
from insurance.services import lifecycle

COLUMNS = frozenset({"policy_id", "external_policy_id"})
ALL_COLUMNS = ("policy_id", "external_policy_id", "start_date", "end_date")
CHUNK = 100  # of one message: a worker that is stopped loses no more than one row
READ = ("policy__variant", "policy__benefit__provider", "policy__provider", "policy__primary_user")  # what activating looks at
DAY_FORMATS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y")


def check(*, data: bytes, file_name: str, provider: BenefitProvider, actor: str, now: datetime) -> ActivationBatch:
    """Read the file and say of each row what would become of it; nothing else happens. The same file again is the same batch.

    InvalidInput when it is no table.
    """
    digest = hashlib.sha256(data).hexdigest()
    open_batch = ActivationBatch.objects.filter(provider=provider, sha256=digest, state__in=["CHECKED", "APPLYING"])
    if (known := open_batch.first()) is not None:
        return known
    judged = judge(reading.read(data, file_name=file_name, columns=COLUMNS), provider=provider, now=now)
    try:
        with transaction.atomic():
            batch = ActivationBatch.objects.create(
                provider=provider, file_name=file_name[-200:], sha256=digest, uploaded_by=actor
            )
            for row in judged:
                row.batch = batch
            ActivationRow.objects.bulk_create(judged)
            after = {"rows": len(judged), "ready": sum(row.state == RowState.READY for row in judged)}
            audit.record(actor=actor, action="activations.checked", obj=batch, after=after, now=now)
    except IntegrityError:  # the same file at the same moment
        return open_batch.get()
    return batch


def judge(rows: Sequence[reading.Row], *, provider: BenefitProvider, now: datetime) -> list[ActivationRow]:
    """Return the rows with their state, at two queries however many there are."""
    ids = [uuid_of(cells.get("policy_id", "")) for _, cells in rows]
    numbers = [cells.get("external_policy_id", "") for _, cells in rows]
    known = Policy.objects.select_related("variant").in_bulk([found for found in ids if found])
    taken = dict(
        Policy.objects.filter(provider=provider, external_policy_id__in=[number for number in numbers if number])
        .values_list("external_policy_id", "pk")
    )  # fmt: skip
    twice = Counter(found for found in ids if found), Counter(number for number in numbers if number)
    judged = []
    for (number, cells), policy_id in zip(rows, ids, strict=True):
        policy = known.get(policy_id) if policy_id else None
        row = ActivationRow(number=number, cells=cells, policy=policy, state=RowState.READY)
        try:
            fill(row, cells)
            refuse(row, provider=provider, taken=taken, twice=twice, now=now)
        except DomainError as problem:
            row.state, row.problem = RowState.WRONG, problem.text[:300]
        judged.append(row)
    return judged


def fill(row: ActivationRow, cells: dict[str, str]) -> None:
    row.external_policy_id = cells.get("external_policy_id", "")[:100]
    row.start_date = day(cells.get("start_date", ""), "start_date")
    row.end_date = day(cells.get("end_date", ""), "end_date")


def refuse(
    row: ActivationRow,
    *,
    provider: BenefitProvider,
    taken: dict[str | None, UUID],
    twice: tuple[Counter[Any], Counter[Any]],
    now: datetime,
) -> None:
    """Raise what an activation of this row would raise."""
    policy, number = row.policy, row.external_policy_id
    if policy is None or policy.provider_id != provider.pk:
        raise InvalidInput(f"policy_id: {provider} has no such policy with us")
    if twice[0][policy.pk] > 1:
        raise InvalidInput("policy_id: stands in more than one row")
    if number and twice[1][number] > 1:
        raise InvalidInput("external_policy_id: stands in more than one row")
    if number in taken and taken[number] != policy.pk:
        raise InvalidInput("external_policy_id: another policy of this provider has this number")
    if is_done(policy, number):
        row.state, row.problem = RowState.DONE, "was active under this number before"
        return
    if policy.status != PolicyStatus.PENDING:
        raise InvalidInput(f"policy_id: the policy is {PolicyStatus(policy.status).label.lower()}, not waiting to be activated")
    lifecycle.planned_term(policy, external_policy_id=number, start_date=row.start_date, end_date=row.end_date, now=now)


def is_done(policy: Policy, number: str) -> bool:
    """An earlier try, or somebody else, activated it under this very number."""
    return policy.status == PolicyStatus.ACTIVE and policy.external_policy_id == number


@transaction.atomic
def apply(*, batch: ActivationBatch, actor: str, reason: str, now: datetime) -> None:
    """Let the ready rows be activated by a worker. InvalidTransition when it was begun or dropped."""
    move(batch, BatchState.APPLYING, field="state", applied_by=actor, reason=reason)
    after = {"ready": batch.rows.filter(state=RowState.READY).count()}
    audit.record(actor=actor, action="activations.applied", obj=batch, after=after, reason=reason, now=now)
    announce(batch, now=now)


@transaction.atomic
def drop(*, batch: ActivationBatch, actor: str, reason: str, now: datetime) -> None:
    """The file was wrong: nothing of it is applied."""
    move(batch, BatchState.DROPPED, field="state", reason=reason, finished_at=now)
    audit.record(actor=actor, action="activations.dropped", obj=batch, reason=reason, now=now)


def announce(batch: ActivationBatch, *, now: datetime) -> None:
    outbox.emit("activations.due", key=f"activations:{batch.pk}", payload={"batch_id": str(batch.pk)}, now=now)


def work(*, batch_id: UUID, now: datetime) -> int:
    """Activate the next rows and come back for the rest; return how many were tried. May be repeated, also side by side."""
    batch = ActivationBatch.objects.select_related("provider").get(pk=batch_id)
    if batch.state != BatchState.APPLYING:
        return 0
    numbers = list(ready(batch).values_list("number", flat=True)[:CHUNK])
    for number in numbers:
        activate_row(batch, number, now=now)
    with transaction.atomic():
        if ready(batch).exists():
            announce(batch, now=now)
        else:
            finish(batch, now=now)
    return len(numbers)


def ready(batch: ActivationBatch) -> Any:
    return batch.rows.filter(state=RowState.READY).order_by("number")


@transaction.atomic
def activate_row(batch: ActivationBatch, number: int, *, now: datetime) -> None:
    """One row: the policy and what became of the row are one commit."""
    row = ready(batch).select_for_update(of=("self",), skip_locked=True).select_related(*READ).filter(number=number).first()
    if row is None:  # another worker has it
        return
    try:
        with transaction.atomic():
            state, problem = activate(row, batch, now=now)
    except DomainError as refused:
        state, problem = RowState.FAILED, refused.text[:300]
    ActivationRow.objects.filter(pk=row.pk).update(state=state, problem=problem)


def activate(row: ActivationRow, batch: ActivationBatch, *, now: datetime) -> tuple[RowState, str]:
    policy = row.policy
    if policy is None:
        raise InvalidInput("policy_id: there is no such policy any more")
    lifecycle.lock(policy)
    if is_done(policy, row.external_policy_id):
        return RowState.DONE, "was active under this number before"
    term = {"external_policy_id": row.external_policy_id, "start_date": row.start_date, "end_date": row.end_date}
    reason = f"{batch.file_name}, row {row.number}: {batch.reason}"
    lifecycle.activate(policy, **term, actor=batch.applied_by, reason=reason, now=now)  # type: ignore[arg-type]  # three of its own
    owed = policy.premium_owed
    return RowState.DONE, f"{owed} of the premium is still owed" if owed else ""


def finish(batch: ActivationBatch, *, now: datetime) -> None:
    if ActivationBatch.objects.filter(pk=batch.pk, state=BatchState.APPLYING).update(state=BatchState.DONE, finished_at=now):
        audit.record(actor=batch.applied_by, action="activations.done", obj=batch, after=counts(batch), now=now)


def counts(batch: ActivationBatch) -> dict[str, int]:
    """How many rows are in each state."""
    return dict(Counter(batch.rows.values_list("state", flat=True)))


def report(batch: ActivationBatch) -> Iterable[tuple[Any, ...]]:
    """Lines of the report: the row, what was asked, what became of it."""
    for row in batch.rows.order_by("number"):
        yield row.number, *(row.cells.get(name, "") for name in ALL_COLUMNS), row.get_state_display(), row.problem


def template_of(provider: BenefitProvider) -> Iterable[tuple[Any, ...]]:
    """Lines of the file an insurer fills in: what waits, oldest first, without anybody's name."""
    waiting = Policy.objects.filter(provider=provider, status=PolicyStatus.PENDING).order_by("created_at", "pk")
    for policy in waiting.values("pk", "plan_code", "created_at")[: reading.ROWS_MAX]:
        yield str(policy["pk"]), "", "", "", policy["plan_code"], policy["created_at"].date().isoformat()


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def day(text: str, name: str) -> date | None:
    """Read a day as insurers write it; empty is none. InvalidInput."""
    if not text:
        return None
    for form in DAY_FORMATS:
        try:
            return datetime.strptime(text[:10], form).date()  # noqa: DTZ007 (a day has no time zone)
        except ValueError:
            continue
    raise InvalidInput(f"{name}: {text[:20]} is no day; write 2026-11-20")
