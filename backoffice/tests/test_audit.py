"""The audit log is proved whole or the exact entry is named; its pages show what changed and change nothing."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from aarokya.common import audit
from aarokya.common.clock import ist_day
from aarokya.common.models import AuditEntry, OutboxMessage
from aarokya.common.office import differences
from backoffice.models import AuditAnchor
from backoffice.services import anchoring
from backoffice.tasks import anchor_audit
from backoffice.tests.conftest import SignIn
from tests import database

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = date(2026, 11, 20)
NEXT_NIGHT = datetime(2026, 11, 20, 19, tzinfo=UTC)  # half past midnight in India


def act(action: str = "policy.activated", *, now: datetime = NOW, **fields: Any) -> AuditEntry:
    with transaction.atomic():
        audit.record(actor="staff:ops", action=action, obj=OutboxMessage(pk=7), now=now, **fields)
    return AuditEntry.objects.latest("id")


def tamper(statement: str) -> None:
    """Do as the database's administrator could, past the triggers."""
    with database.superuser(settings.DATABASES["default"]["NAME"]) as superuser, superuser.transaction():
        superuser.execute("SET LOCAL session_replication_role = replica")
        superuser.execute(statement)


def verify() -> str:
    out = StringIO()
    call_command("audit", "verify", stdout=out, stderr=out)
    return out.getvalue()


def refusal() -> str:
    """What `audit verify` says when it fails; its exit status is 1."""
    errors = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("audit", "verify", stderr=errors)
    assert refused.value.returncode == 1
    return errors.getvalue()


@pytest.mark.django_db
def test_a_whole_log_verifies() -> None:
    for _ in range(3):
        act()
    assert "3 entries" in verify()


@pytest.mark.django_db(transaction=True)
def test_a_changed_entry_is_named() -> None:
    entries = [act(f"act.{number}") for number in range(3)]

    tamper("UPDATE common_audit SET reason = 'nothing to see' WHERE number = 2")

    said = refusal()
    assert f"2026-11-20 #2 (row {entries[1].pk}: act.1 by staff:ops) was altered after it was written" in said
    assert "#1" not in said
    assert "#3" not in said


@pytest.mark.django_db(transaction=True)
def test_entries_removed_from_the_end_of_an_anchored_day_are_missed() -> None:
    act()
    act()
    anchoring.anchor_past_days(now=NEXT_NIGHT)
    assert "whole" in verify()

    tamper("DELETE FROM common_audit WHERE number = 2")

    assert "2026-11-20 #2 does not match the anchor of its day" in refusal()


@pytest.mark.django_db(transaction=True)
def test_a_whole_day_rewritten_consistently_does_not_match_its_anchor() -> None:
    act()
    anchoring.anchor_past_days(now=NEXT_NIGHT)

    tamper(
        """UPDATE common_audit c SET actor = 'x', hash = common_audit_hash(ROW(c.id, c.at, c.day, c.number, 'x', c.action,
           c.object_type, c.object_id, c.before, c.after, c.reason, c.request_id, c.previous_hash, c.hash)::common_audit)"""
    )

    assert not list(audit.broken_links())
    assert "#1" in refusal()


@pytest.mark.django_db
def test_every_past_day_is_anchored_once_and_today_is_not() -> None:
    for days in (3, 1, 0):
        act(now=NEXT_NIGHT - timedelta(days=days))

    made = anchoring.anchor_past_days(now=NEXT_NIGHT)

    today = ist_day(NEXT_NIGHT)
    assert [anchor.day for anchor in made] == [today - timedelta(days=days) for days in (3, 2, 1)]
    assert [anchor.entries for anchor in made] == [1, 0, 1]
    assert anchoring.anchor_past_days(now=NEXT_NIGHT) == []


@pytest.mark.django_db
def test_the_nightly_task_anchors() -> None:
    act(now=NOW - timedelta(days=400))
    anchor_audit()
    assert AuditAnchor.objects.filter(day=DAY - timedelta(days=400), entries=1).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE backoffice_audit_anchor SET hash = ''", "DELETE FROM backoffice_audit_anchor"])
def test_the_application_cannot_change_an_anchor(statement: str) -> None:
    act()
    anchoring.anchor_past_days(now=NEXT_NIGHT)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_difference_names_every_value() -> None:
    found = differences.changes({"a": 1, "b": {"c": [1, 2]}, "gone": "x"}, {"a": True, "b": {"c": [1, 3]}, "new": None})
    assert [(change.path, change.before, change.after, change.kind) for change in found] == [
        ("a", "1", "true", "changed"),
        ("b.c.0", "1", "1", "same"),
        ("b.c.1", "2", "3", "changed"),
        ("gone", "x", "", "removed"),
        ("new", "", "null", "added"),
    ]


@pytest.mark.django_db
def test_the_viewer_shows_before_and_after_and_changes_nothing(sign_in: SignIn) -> None:
    entry = act(before={"status": "pending"}, after={"status": "<active>"}, reason="insurer confirmed")
    office = sign_in("auditor")

    page = office.get(f"/admin/common/auditentry/{entry.pk}/change/").content.decode()

    assert "<del" in page
    assert "pending</del>" in page
    assert "&lt;active&gt;</ins>" in page
    assert "insurer confirmed" in page
    assert entry.hash in page
    for verb in ("change", "delete"):
        assert office.post(f"/admin/common/auditentry/{entry.pk}/{verb}/", {"post": "yes"}).status_code == 403
    assert office.get("/admin/common/auditentry/add/").status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("action=act.1", {"act.1"}),
        ("actor=staff:ops", {"act.0", "act.1"}),
        ("actor=staff:nobody", set()),
        ("object_type=common.outboxmessage&object_id=7", {"act.0", "act.1"}),
        ("object_id=8", set()),
        ("day=2026-11-20", {"act.0"}),
        ("day=yesterday", set()),
    ],
)
def test_entries_are_filtered(sign_in: SignIn, query: str, found: set[str]) -> None:
    act("act.0")
    act("act.1", now=NOW + timedelta(days=1))

    page = sign_in("auditor").get(f"/admin/common/auditentry/?{query}")

    assert {entry.action for entry in page.context["cl"].result_list} == found
