"""The audit log: one chain a day, closed to the application, telling when somebody stronger has been at it."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from aarokya.common import audit
from aarokya.common.models import AuditEntry, OutboxMessage
from tests import database

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = date(2026, 11, 20)


def record(action: str = "policy.activated", *, now: datetime = NOW, **fields: Any) -> None:
    with transaction.atomic():
        audit.record(actor="staff:ops", action=action, obj=OutboxMessage(pk=7), now=now, **fields)


def breaks() -> list[tuple[date, int, str]]:
    return [(found.day, found.number, found.problem) for found in audit.broken_links()]


@pytest.mark.django_db
def test_an_act_says_who_what_and_why() -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        record(before={"status": "pending"}, after={"status": "active", "premium": 99}, reason="insurer confirmed")

    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.object_type, entry.object_id) == (
        "staff:ops",
        "policy.activated",
        "common.outboxmessage",
        "7",
    )
    assert (entry.before, entry.after) == ({"status": "pending"}, {"status": "active", "premium": 99})
    assert (entry.reason, entry.request_id, entry.at) == ("insurer confirmed", "r-1", NOW)
    assert (entry.day, entry.number, entry.previous_hash, len(entry.hash)) == (DAY, 1, audit.GENESIS, 64)


@pytest.mark.django_db(transaction=True)
def test_an_act_is_recorded_in_its_own_transaction() -> None:
    with pytest.raises(RuntimeError, match="in its own transaction"):
        audit.record(actor="staff:ops", action="a", obj=OutboxMessage(pk=7), now=NOW)
    with transaction.atomic():
        audit.record(actor="staff:ops", action="a", obj=OutboxMessage(pk=7), now=NOW)
        transaction.set_rollback(True)

    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_each_day_in_india_has_its_own_chain() -> None:
    for moment in (NOW, *(NOW + timedelta(hours=hours) for hours in (7, 8, 9))):
        record(now=moment)

    chain = list(AuditEntry.objects.order_by("day", "number").values_list("day", "number", "previous_hash", "hash"))
    assert [(day, number) for day, number, _, _ in chain] == [(DAY, 1), *((DAY + timedelta(days=1), n) for n in (1, 2, 3))]
    assert [chain[0][2], chain[1][2]] == [audit.GENESIS, audit.GENESIS]
    assert [chain[2][2], chain[3][2]] == [chain[1][3], chain[2][3]]
    assert breaks() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE common_audit SET actor = 'nobody'",
        "DELETE FROM common_audit",
        "TRUNCATE common_audit",
        "ALTER TABLE common_audit DISABLE TRIGGER ALL",
        "DROP TRIGGER common_audit_append_only ON common_audit",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
        "SET LOCAL session_replication_role = replica",
    ],
)
def test_the_application_cannot_change_the_past(statement: str) -> None:
    record()

    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
        connection.cursor().execute(statement)

    assert AuditEntry.objects.get().actor == "staff:ops"


@pytest.mark.django_db
def test_the_application_cannot_choose_numbers_and_hashes() -> None:
    AuditEntry.objects.create(
        at=NOW, day=DAY, number=41, previous_hash="f" * 64, hash="f" * 64, actor="a", action="b", object_type="c", object_id="d"
    )

    entry = AuditEntry.objects.get()
    assert (entry.number, entry.previous_hash) == (1, audit.GENESIS)
    assert breaks() == []


def tamper(statement: str, *, triggers: bool = False) -> None:
    """Do as the database's administrator could."""
    with database.superuser(settings.DATABASES["default"]["NAME"]) as superuser, superuser.transaction():
        superuser.execute(f"SET LOCAL session_replication_role = {'origin' if triggers else 'replica'}")
        superuser.execute(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement", ["UPDATE common_audit SET actor = 'x'", "DELETE FROM common_audit", "TRUNCATE common_audit"]
)
def test_even_the_administrator_is_refused_while_the_triggers_stand(statement: str) -> None:
    record()

    with pytest.raises(Exception, match="common_audit is append-only"):
        tamper(statement, triggers=True)


# The clever administrator makes the row's own hash fit again.
REHASHED = """
UPDATE common_audit c SET actor = 'x', hash = common_audit_hash(ROW(
    c.id, c.at, c.day, c.number, 'x', c.action, c.object_type, c.object_id, c.before, c.after, c.reason, c.request_id,
    c.previous_hash, c.hash)::common_audit)
WHERE number = 1
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE common_audit SET actor = 'nobody' WHERE number = 2", [(DAY, 2, "was altered after it was written")]),
        ("""UPDATE common_audit SET after = '{"a": 2}' WHERE number = 1""", [(DAY, 1, "was altered after it was written")]),
        ("UPDATE common_audit SET at = at + interval '1 ms' WHERE number = 3", [(DAY, 3, "was altered after it was written")]),
        (
            "DELETE FROM common_audit WHERE number = 2",
            [(DAY, 3, "numbers are missing before this entry"), (DAY, 3, "does not link to the entry before it")],
        ),
        (
            REHASHED,
            [(DAY, 2, "does not link to the entry before it")],
        ),
    ],
)
def test_tampering_is_found(statement: str, found: list[Any]) -> None:
    for number in (1, 2, 3):
        record(after={"a": number, "text": "ü", "part": 1.50})
    assert breaks() == []

    tamper(statement)

    assert breaks() == found


@pytest.mark.django_db(transaction=True)
def test_a_published_anchor_shows_that_the_last_entries_are_gone() -> None:
    record()
    record()
    published = audit.anchor(DAY)
    assert published == audit.anchor(DAY) != audit.anchor(DAY + timedelta(days=1))

    tamper("DELETE FROM common_audit WHERE number = 2")

    assert breaks() == []
    assert audit.anchor(DAY) != published


@pytest.mark.django_db(transaction=True)
def test_concurrent_acts_make_one_chain_without_gaps() -> None:
    start = threading.Barrier(6)

    def act(worker: int) -> None:
        try:
            start.wait(timeout=10)
            for number in range(10):
                record(f"act.{worker}.{number}")
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(worker,)) for worker in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert list(AuditEntry.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 61))
    assert breaks() == []
