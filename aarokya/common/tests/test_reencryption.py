"""A new key: what is stored comes under it, in steps, while people go on writing."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection

from aarokya.common import crypto, reencryption
from aarokya.common.ids import uuid7
from aarokya.common.models import IdempotencyKey
from aarokya.common.reencryption import Column

pytestmark = pytest.mark.django_db
OLD, NEW = b"o" * 32, b"n" * 32


@pytest.fixture
def column() -> Column:
    return next(each for each in reencryption.columns() if each.table == "common_idempotency_key")


@pytest.fixture
def rotate(settings: LazySettings) -> Callable[[dict[str, bytes]], None]:
    settings.PII_KEYS = {"old": OLD}

    def rotated(ring: dict[str, bytes]) -> None:
        settings.PII_KEYS = ring

    return rotated


def keep(body: Any) -> IdempotencyKey:
    return IdempotencyKey.objects.create(
        actor="user:1", key=str(uuid7()), path="/", fingerprint="f", lease_until="2026-11-20T00:00:00Z", body=body
    )


def stored() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM common_idempotency_key WHERE body IS NOT NULL ORDER BY id")
        return [body for (body,) in cursor.fetchall()]


def run(*arguments: str) -> str:
    output = io.StringIO()
    call_command("reencrypt_pii", *arguments, stdout=output)
    return output.getvalue()


def test_every_encrypted_column_is_known() -> None:
    known = {str(column) for column in reencryption.columns()}

    assert {"accounts_user.first_name", "accounts_dependant.date_of_birth", "common_idempotency_key.body"} <= known
    assert "accounts_user.phone" not in known


def test_values_come_under_the_newest_key_and_read_as_before(rotate: Callable[..., None], column: Column) -> None:
    rows = [keep({"name": f"Asha {number}"}) for number in range(5)]
    keep(None)
    rotate({"new": NEW, "old": OLD})
    assert reencryption.waiting(column) == 5

    assert "5 values are under older ones" in run("--batch", "2")

    assert all(value.startswith("new.") for value in stored())
    rotate({"new": NEW})
    for number, row in enumerate(rows):
        row.refresh_from_db()
        assert row.body == {"name": f"Asha {number}"}
    assert reencryption.waiting(column) == 0


def test_a_dry_run_counts_and_writes_nothing(rotate: Callable[..., None]) -> None:
    keep({"name": "Asha"})
    rotate({"new": NEW, "old": OLD})

    assert "common_idempotency_key.body" in run("--dry-run")
    assert stored()[0].startswith("old.")


def test_an_interrupted_run_goes_on_where_it_stopped(rotate: Callable[..., None], column: Column) -> None:
    for number in range(5):
        keep({"number": number})
    rotate({"new": NEW, "old": OLD})

    next(reencryption.reencrypt(column, batch=2))
    assert reencryption.waiting(column) == 3
    steps = list(reencryption.reencrypt(column, batch=2))

    assert [step.changed for step in steps] == [2, 1]
    assert list(reencryption.reencrypt(column)) == []


def test_what_somebody_writes_meanwhile_is_not_lost(rotate: Callable[..., None], column: Column) -> None:
    row = keep({"said": "before"})
    rotate({"new": NEW, "old": OLD})
    rows = reencryption.next_rows(column, after=None, limit=10)
    IdempotencyKey.objects.filter(pk=row.pk).update(body={"said": "meanwhile"})

    assert reencryption.write(column, rows).changed == 0
    row.refresh_from_db()
    assert row.body == {"said": "meanwhile"}


def test_values_of_a_lost_key_are_left_and_reported(rotate: Callable[..., None], column: Column) -> None:
    keep({"name": "Asha"})
    rotate({"new": NEW})

    with pytest.raises(CommandError, match="1 values did not open"):
        run()
    assert stored()[0].startswith("old.")


def test_a_key_whose_name_is_a_pattern_is_taken_literally(rotate: Callable[..., None], column: Column) -> None:
    keep({"name": "Asha"})
    rotate({"o_d": NEW, "old": OLD})

    assert reencryption.waiting(column) == 1
    assert crypto.newest_key_id() == "o_d"
