"""The ledger's statements on Django's connection: its transactions, and what a server forgets or drops."""

import pytest
from django.db import DataError, OperationalError, ProgrammingError, connection, transaction

from tests import database
from wallets.models import Transfer
from wallets.tests.builders import make_holder, pay

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_movement_that_begins_a_transaction_is_undone_with_it() -> None:
    holder = make_holder(own=1_000)

    with transaction.atomic():
        pay(holder, 300)
        transaction.set_rollback(True)
    with transaction.atomic():
        pay(holder, 200)

    assert holder.pools() == (800, 0)


def test_a_movement_outside_a_transaction_stays() -> None:
    holder = make_holder(own=1_000)

    pay(holder, 300)
    connection.close()

    assert holder.pools() == (700, 0)


def test_a_server_that_forgot_the_statements_is_told_them_again() -> None:
    holder = make_holder(own=1_000)
    pay(holder, 100)

    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    pay(holder, 100)

    assert holder.pools() == (800, 0)


def test_in_a_transaction_a_forgotten_statement_is_an_error_once() -> None:
    holder = make_holder(own=1_000)
    pay(holder, 100)

    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    with pytest.raises((OperationalError, ProgrammingError), match="does not exist"), transaction.atomic():
        pay(holder, 100)
    with transaction.atomic():
        pay(holder, 100)

    assert holder.pools() == (800, 0)


def test_text_is_never_cut_at_a_nul() -> None:
    holder = make_holder(own=1_000)

    with pytest.raises(DataError, match="NUL"):
        pay(holder, 100, key="before\0after", note="before\0after")

    assert holder.pools() == (1_000, 0)


def test_a_connection_that_the_server_ends_is_an_operational_error() -> None:
    holder = make_holder(own=1_000)
    pay(holder, 100)
    with database.superuser("postgres") as superuser:
        superuser.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])

    with pytest.raises(OperationalError):
        pay(holder, 100)
    connection.close()
    pay(holder, 100)

    assert holder.pools() == (800, 0)
    assert Transfer.objects.filter(wallet_id=holder.wallet_id, direction=-1).count() == 2
