"""What the database refuses: to the application's role, and where it says so to the owner of the schema as well."""

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from aarokya.common.money import Money
from tests import database
from wallets import services
from wallets.models import Transfer
from wallets.tests.builders import NOW, Holder, hospital, make_holder, pay

FORBIDDEN = [
    "UPDATE wallets_wallet SET own_balance = own_balance + 1",
    "UPDATE wallets_wallet SET cap = 999999999",
    "UPDATE wallets_wallet SET others_held = 0",
    "UPDATE wallets_wallet SET incoming_reserved = 0",
    "UPDATE wallets_wallet SET standing = 'OPEN'",
    "UPDATE wallets_wallet SET tier = 'FULL_KYC'",
    "UPDATE wallets_wallet SET user_id = user_id",
    "DELETE FROM wallets_wallet",
    "TRUNCATE wallets_wallet CASCADE",
    "INSERT INTO wallets_wallet (id) VALUES (gen_random_uuid())",
    "UPDATE wallets_transfer SET own_amount = 1",
    "DELETE FROM wallets_transfer",
    "TRUNCATE wallets_transfer",
    "INSERT INTO wallets_transfer (id) VALUES (gen_random_uuid())",
    "UPDATE wallets_entry SET own_after = 1",
    "DELETE FROM wallets_entry",
    "INSERT INTO wallets_entry (number) VALUES (1)",
    "UPDATE wallets_hold SET state = 'RELEASED'",
    "INSERT INTO wallets_hold (id) VALUES (gen_random_uuid())",
    "UPDATE wallets_incoming_reservation SET state = 'RELEASED'",
    "DELETE FROM wallets_transfer_refusal",
    "UPDATE wallets_contra_account SET merchant_category_id = '8062'",
    "UPDATE wallets_contra_account SET kind_id = 'merchant'",
    "DELETE FROM wallets_contra_account",
    "INSERT INTO wallets_allowance (wallet_kind_id, direction, purpose_id, contra_kind_id) VALUES ('HEALTH', -1, 'LAB', 'bank')",
    "DELETE FROM wallets_allowance",
    "UPDATE wallets_limit SET amount = 999999999",
    "UPDATE wallets_purpose SET pool = 'OWN'",
    "UPDATE wallets_issuer_posting SET operation = 'load'",
    "SELECT ledger_set_cap(id, 999999999) FROM wallets_wallet",
    "SELECT ledger_write(NULL::ledger_request, w, 1, 0) FROM wallets_wallet w",
    "SELECT ledger_credit(NULL::ledger_request, w) FROM wallets_wallet w",
    "SELECT ledger_end_hold(h, 'RELEASED') FROM wallets_hold h",
    "SELECT ledger_close_reservation(w, 'A', 'USED', now()) FROM wallets_wallet w",
    "ALTER TABLE wallets_transfer DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION ledger_set_cap(uuid, bigint) RETURNS void LANGUAGE sql AS $$ SELECT $$",
]

# Even who owns the tables cannot do these by a slip of the hand.
OWNER_FORBIDDEN = [
    ("UPDATE wallets_transfer SET own_amount = 1", "append-only"),
    ("DELETE FROM wallets_transfer", "append-only"),
    ("TRUNCATE wallets_transfer", "append-only"),
    ("UPDATE wallets_entry SET own_after = 1", "append-only"),
    ("DELETE FROM wallets_entry", "append-only"),
    ("DELETE FROM wallets_wallet", "append-only"),
    ("DELETE FROM wallets_hold", "append-only"),
    ("UPDATE wallets_contra_account SET merchant_category_id = '8062'", "append-only"),
    ("UPDATE wallets_wallet SET own_balance = -1", "wallet_sound"),
    ("UPDATE wallets_wallet SET own_balance = cap + 1", "wallet_sound"),
    ("UPDATE wallets_wallet SET own_held = own_balance + 1", "wallet_sound"),
    ("UPDATE wallets_wallet SET others_held = others_balance + 1", "wallet_sound"),
    ("UPDATE wallets_wallet SET own_held = -1", "wallet_sound"),
    ("UPDATE wallets_wallet SET others_held = -1", "wallet_sound"),
    ("UPDATE wallets_wallet SET incoming_reserved = -1", "wallet_sound"),
    ("UPDATE wallets_wallet SET incoming_reserved = cap", "wallet_sound"),
    ("UPDATE wallets_wallet SET entries = -1", "wallet_sound"),
    ("UPDATE wallets_wallet SET attempts = -1", "wallet_sound"),
    ("UPDATE wallets_wallet SET status = 'COMPLETED'", "wallet_sound"),
]


@pytest.fixture
def holder(db: None) -> Holder:
    holder = make_holder(own=1_000)
    pay(holder, 100)
    return holder


@pytest.mark.usefixtures("holder")
@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_application_may_not(statement: str) -> None:
    assert settings.DATABASES["default"]["USER"] == "aarokya_app"

    with (
        pytest.raises(DatabaseError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.fixture
def owner(transactional_db: None) -> Iterator[psycopg.Connection]:
    """The schema's owner, on committed rows."""
    paid = make_holder(own=1_000)
    pay(paid, 100)
    services.hold(
        user_id=paid.user_id, amount=Money(1), purpose="LAB", business_key="h", expires_at=NOW.replace(year=2090), now=NOW
    )
    with database.superuser(settings.DATABASES["default"]["NAME"]) as connected:
        connected.execute("SET ROLE aarokya_owner")
        yield connected


@pytest.mark.parametrize(("statement", "refusal"), OWNER_FORBIDDEN)
def test_the_owner_may_not_either(owner: psycopg.Connection, statement: str, refusal: str) -> None:
    with pytest.raises(psycopg.errors.IntegrityError, match=refusal):
        owner.execute(statement)


INSERT_TRANSFER = """
INSERT INTO wallets_transfer (id, wallet_id, direction, own_amount, others_amount, contra_id, purpose_id,
                              reference_type, reference_id, source, note, at)
SELECT gen_random_uuid(), wallet_id, %(direction)s, %(own)s, %(others)s, contra_id, purpose_id, 'T', 'x', '', '', now()
FROM wallets_transfer WHERE direction = -1 LIMIT 1
"""


@pytest.mark.parametrize(
    ("direction", "own", "others", "refusal"),
    [
        (-1, 901, 0, "wallet_sound"),
        (-1, 0, 1, "wallet_sound"),
        (1, 20_000_000, 0, "wallet_sound"),
        (1, 0, 0, "transfer_sound"),
        (1, -5, 10, "transfer_sound"),
        (1, 10, -5, "transfer_sound"),
        (2, 5, 0, "transfer_sound"),
    ],
)
def test_a_transfer_written_past_the_functions_is_still_judged(
    owner: psycopg.Connection, direction: int, own: int, others: int, refusal: str
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match=refusal):
        owner.execute(INSERT_TRANSFER, {"direction": direction, "own": own, "others": others})


def test_a_transfer_into_a_frozen_wallet_is_refused_by_the_trigger(owner: psycopg.Connection) -> None:
    owner.execute("UPDATE wallets_wallet SET standing = 'FROZEN'")

    with pytest.raises(psycopg.errors.CheckViolation, match="is FROZEN"):
        owner.execute(INSERT_TRANSFER, {"direction": 1, "own": 1, "others": 0})


def test_the_application_may_write_provisioning_and_new_payees(holder: Holder) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE wallets_wallet SET attempts = 2, last_error = 'x' WHERE id = %s", [holder.wallet_id])
        assert cursor.rowcount == 1
    assert hospital().id == UUID(int=2)
    assert Transfer.objects.count() == 2
