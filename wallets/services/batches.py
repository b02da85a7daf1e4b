"""Bulk contributions: taken in as rows, given a few hundred at a time, each once.

Rows are the queue: a chunk takes PENDING rows under lock, gives, and writes what came of each, all in one transaction. A
crash loses nothing but the chunk under way, and the same message again, or another worker, goes on with what is left.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from aarokya.common import audit, failpoints, outbox
from aarokya.common.errors import DomainError
from aarokya.common.money import Money
from accounts.models import User, UserStatus
from wallets.models import ContributionBatch, ContributionRow, RowState, Sponsor, Wallet
from wallets.services.contributions import give
from wallets.services.sponsors import active

CHUNK = 250
POT_EMPTY = "POT_EMPTY"  # the one refusal that the ledger does not keep
TOPIC = "contributions.due"
UNKNOWN_PERSON = ("UNKNOWN_PERSON", "nobody has this user_id or phone")


# By hand: Django's bulk_update writes a CASE for each cell, which took longer than giving the money.
OUTCOMES = """
UPDATE wallets_contribution_row r SET state = n.state, code = n.code, message = n.message, transfer_id = n.transfer_id
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::uuid[]) AS n (id, state, code, message, transfer_id)
WHERE r.id = n.id
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """One row as it was sent, already of the right types; `problem` is (code, message) when it cannot be given at all."""

    amount: Money
    reference: str
    note: str = ""
    user_id: UUID | None = None
    phone: str = ""
    problem: tuple[str, str] | None = None


@transaction.atomic
def take_in(
    *, batch_id: UUID, sponsor_id: UUID, wishes: Sequence[Wish], note: str, actor: str, now: datetime
) -> ContributionBatch:
    """Write the batch and its rows, and have them given; rows with problems are kept, refused. SponsorNotActive, -NotFound."""
    sponsor = active(sponsor_id)
    batch = ContributionBatch.objects.create(pk=batch_id, sponsor=sponsor, total=len(wishes), note=note, created_by=actor)
    people = people_of(wishes)
    rows = [row_of(batch, number, wish, people) for number, wish in enumerate(wishes, start=1)]
    ContributionRow.objects.bulk_create(rows, batch_size=2_000)
    audit.record(actor=actor, action="contributions.taken_in", obj=batch, after={"rows": len(rows)}, reason=note, now=now)
    ask_for(batch.pk, now=now)
    return batch


def people_of(wishes: Iterable[Wish]) -> dict[UUID | str, UUID]:
    """Users by id, and by phone where that names exactly one."""
    wishes = list(wishes)
    usable = User.objects.exclude(status=UserStatus.DEACTIVATED)
    known = usable.filter(pk__in={wish.user_id for wish in wishes if wish.user_id}).values_list("pk", flat=True)
    people: dict[UUID | str, UUID] = {user_id: user_id for user_id in known}
    phones = [phone for phone in {wish.phone for wish in wishes} if phone]
    twice: set[str] = set()
    for phone, user_id in usable.filter(phone__in=phones).values_list("phone", "pk"):
        if phone in people:
            twice.add(phone)
        people[phone] = user_id
    return {name: user_id for name, user_id in people.items() if name not in twice}


def row_of(batch: ContributionBatch, number: int, wish: Wish, people: dict[UUID | str, UUID]) -> ContributionRow:
    user_id = people.get(wish.user_id or wish.phone)
    problem = wish.problem or (None if user_id else UNKNOWN_PERSON)
    code, message = problem or ("", "")
    return ContributionRow(
        batch=batch,
        number=number,
        user_id=user_id,
        amount=wish.amount,
        reference=wish.reference,
        note=wish.note or batch.note,
        state=RowState.REFUSED if problem else RowState.PENDING,
        code=code,
        message=message[:255],
    )


def ask_for(batch_id: UUID, *, now: datetime) -> None:
    outbox.emit(TOPIC, key=f"batch:{batch_id}", payload={"batch_id": str(batch_id)}, now=now)


@transaction.atomic
def give_chunk(*, batch_id: UUID, now: datetime) -> int:
    """Give the next rows and ask for those after them; return how many were looked at. Others' locked rows are theirs."""
    pending = ContributionRow.objects.filter(batch_id=batch_id, state=RowState.PENDING).order_by("id")
    rows = list(pending.select_for_update(skip_locked=True)[:CHUNK])
    if not rows:
        return 0
    sponsor = Sponsor.objects.select_related("contra").get(batches=batch_id)
    for row in in_order_of_locks(rows):
        give_row(sponsor, row, now=now)
    write_outcomes(rows)
    failpoints.reach("chunk.given")
    if len(rows) == CHUNK:
        ask_for(batch_id, now=now)
    return len(rows)


def write_outcomes(rows: Sequence[ContributionRow]) -> None:
    columns = [[getattr(row, name) for row in rows] for name in ("id", "state", "code", "message", "transfer_id")]
    with connection.cursor() as cursor:
        cursor.execute(OUTCOMES, columns)


def in_order_of_locks(rows: Sequence[ContributionRow]) -> list[ContributionRow]:
    """Wallets are locked in the order of their ids: chunks of different sponsors for the same people cannot deadlock."""
    users = [row.user_id for row in rows if row.user_id]
    wallets = dict(Wallet.objects.filter(user_id__in=users).values_list("user_id", "pk"))
    return sorted(rows, key=lambda row: (str(wallets.get(row.user_id) if row.user_id else ""), row.number))


def give_row(sponsor: Sponsor, row: ContributionRow, *, now: datetime) -> None:
    """Give one row and note on it what came of it; a refusal is no error of the statement, so the chunk goes on."""
    if row.user_id is None:
        return
    wanted: dict[str, Any] = {"user_id": row.user_id, "amount": row.amount, "reference": row.reference, "note": row.note}
    try:
        posted = give(sponsor, **wanted, attempt=row.attempt, now=now)
    except DomainError as refused:
        detail = refused.details[0].code if refused.details else refused.code
        row.state, row.code, row.message = RowState.REFUSED, detail, refused.text[:255]
    else:
        row.state, row.code, row.message, row.transfer_id = RowState.POSTED, "", "", posted.transfer_id


@transaction.atomic
def retry(*, batch_id: UUID, actor: str, now: datetime) -> int:
    """Try refused rows again, under new ids where the ledger keeps the refusal; return how many. Rows that were never
    complete stay refused."""
    batch = ContributionBatch.objects.select_for_update().get(pk=batch_id)
    active(batch.sponsor_id)
    refused = batch.rows.filter(state=RowState.REFUSED, user__isnull=False, amount__gt=0).exclude(reference="")
    pot_empty = refused.filter(code=POT_EMPTY).update(state=RowState.PENDING, code="", message="")
    others = refused.exclude(code="MISMATCH").update(state=RowState.PENDING, code="", message="", attempt=F("attempt") + 1)
    if pot_empty + others:
        ask_for(batch.pk, now=now)
        after = {"rows": pot_empty + others}
        audit.record(actor=actor, action="contributions.retried", obj=batch, after=after, now=now)
    return pot_empty + others
