"""`ledger verify` finds what only a superuser could have done."""

import io
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from aarokya.common.money import Money
from tests import database
from wallets import services, tasks
from wallets.services import verification
from wallets.services.invariants import INVARIANTS
from wallets.tests.builders import NOW, broken_invariants, make_holder, pay, refund

pytestmark = pytest.mark.django_db(transaction=True)

# Each as somebody with every right would do it, past triggers and constraints; and which invariants must notice.
TAMPERING = [
    ("UPDATE wallets_wallet SET own_balance = own_balance + 1", {"I1", "I4"}),
    (
        "UPDATE wallets_wallet SET own_balance = own_balance + 1, others_balance = others_balance - 1 WHERE others_balance > 0",
        {"I1"},
    ),
    (
        "UPDATE wallets_transfer SET own_amount = own_amount + 1 WHERE direction = 1 AND reverses_id IS NULL AND own_amount > 0",
        {"I1", "I3", "I4"},
    ),
    ("UPDATE wallets_transfer SET direction = 1 WHERE direction = -1", {"I1", "I3", "I4", "I8"}),
    ("DELETE FROM wallets_transfer WHERE direction = -1", {"I1", "I2", "I3", "I4", "I8"}),
    ("DELETE FROM wallets_entry WHERE number = 2", {"I2", "I3"}),
    ("UPDATE wallets_entry SET own_after = own_after + 1 WHERE number = 1", {"I3"}),
    ("UPDATE wallets_entry SET number = number + 1 WHERE number = 4", {"I2"}),
    ("UPDATE wallets_wallet SET entries = entries + 1", {"I2"}),
    ("UPDATE wallets_wallet SET own_held = 0", {"I5"}),
    ("UPDATE wallets_wallet SET incoming_reserved = incoming_reserved - 1 WHERE incoming_reserved > 0", {"I5"}),
    ("UPDATE wallets_hold SET state = 'RELEASED', resolved_at = now()", {"I5"}),
    ("UPDATE wallets_transfer SET own_amount = own_amount + 5001 WHERE reverses_id IS NOT NULL", {"I1", "I3", "I4", "I8"}),
    ("DELETE FROM wallets_contra_account WHERE kind_id = 'sponsor'", {"I4"}),
    ("ALTER TABLE wallets_wallet DROP CONSTRAINT wallet_sound; UPDATE wallets_wallet SET cap = 1", {"I10"}),
]


@pytest.fixture
def tamper() -> Iterator[psycopg.Connection]:
    """A superuser whom no trigger stops; undone at the end."""
    with database.superuser(settings.DATABASES["default"]["NAME"]) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


@pytest.fixture
def _books() -> None:
    holder = make_holder(own=50_000, others=20_000)
    paid = pay(holder, 30_000)
    refund(paid.transfer_id, 5_000)
    services.reserve_incoming(user_id=holder.user_id, order_id="A", amount=Money(100), expires_at=NOW, now=NOW)
    services.hold(
        user_id=holder.user_id, amount=Money(500), purpose="LAB", business_key="h", expires_at=NOW.replace(year=2090), now=NOW
    )
    make_holder(own=7_000, others=3_000)


@pytest.mark.usefixtures("_books")
@pytest.mark.parametrize(("statement", "noticed"), TAMPERING)
def test_tampering_is_noticed(tamper: psycopg.Connection, statement: str, noticed: set[str]) -> None:
    assert broken_invariants() == {}
    [(rule,)] = tamper.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'wallet_sound'")

    tamper.execute("BEGIN")
    for part in statement.split(";"):
        tamper.execute(part.encode())
    tamper.execute("COMMIT")

    try:
        assert noticed <= set(broken_invariants())
    finally:
        if "DROP CONSTRAINT" in statement:
            tamper.execute("UPDATE wallets_wallet SET cap = 20000000")
            tamper.execute(f"ALTER TABLE wallets_wallet ADD CONSTRAINT wallet_sound {rule}".encode())


@pytest.mark.usefixtures("_books")
def test_a_sample_of_everything_finds_the_same(tamper: psycopg.Connection) -> None:
    tamper.execute("UPDATE wallets_wallet SET own_balance = own_balance + 1")

    found = {finding.code: finding.count for finding in verification.verify(now=NOW, sample=100)}

    assert (found["I1"], found["I3"]) == (2, 0)


@pytest.mark.usefixtures("_books")
def test_a_credit_without_its_order_is_noticed() -> None:
    holder = make_holder()
    services.credit_topup(user_id=holder.user_id, order_id="NOBODYSORDER", amount=Money(100), now=NOW)

    (difference,) = broken_invariants()["I7"]

    assert (difference.expected, difference.found) == ("NOBODYSORDER", "no order")


@pytest.mark.usefixtures("_books")
def test_the_command_shows_differences_and_fails(tamper: psycopg.Connection, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("ledger", "verify", stdout=io.StringIO())
    assert "The ledger holds." in capsys.readouterr().out

    tamper.execute("UPDATE wallets_wallet SET own_held = own_held + 1")

    with pytest.raises(CommandError) as failed:
        call_command("ledger", "verify", "--sample", "10", stdout=io.StringIO())
    assert failed.value.returncode == 1
    assert "I5" in capsys.readouterr().out


@pytest.mark.usefixtures("_books")
def test_the_tasks_raise_an_alert(tamper: psycopg.Connection, caplog: pytest.LogCaptureFixture) -> None:
    tasks.verify_ledger()
    assert not alerts(caplog)

    tamper.execute("UPDATE wallets_wallet SET entries = 99")
    tasks.sample_ledger()

    assert len(alerts(caplog)) == 1


def alerts(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if "ledger.invariant_broken" in record.getMessage()]


def test_every_invariant_is_counted_on_empty_books() -> None:
    counts = [finding.count for finding in verification.verify(now=NOW)]

    assert counts == [0] * len(INVARIANTS)
