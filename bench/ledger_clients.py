"""What one client of the crowd repeats: a payment through the wallet's service, or a transfer of pgledger's."""

import os
import random
from collections.abc import Callable

import psycopg

from aarokya.common import clock
from aarokya.common.ids import uuid7
from aarokya.common.money import Money
from wallets import services
from wallets.models import Wallet
from wallets.tests.builders import hospital

SMALLEST = Money(1)  # so that no wallet runs dry


def payment() -> Callable[[], object]:
    """Pay a hospital from a random wallet that has money."""
    user_ids = list(Wallet.objects.filter(own_balance__gt=0).values_list("user_id", flat=True))
    payee = hospital()

    def pay() -> object:
        return services.pay(
            user_id=random.choice(user_ids),
            payee=payee,
            amount=SMALLEST,
            purpose="HOSPITAL",
            business_key=f"bench:{uuid7()}",
            reference_type="BENCH",
            reference_id="bill",
            now=clock.now(),
        )

    return pay


def pgledger_transfer() -> Callable[[], object]:
    """Move the smallest amount between two random accounts, by psycopg on a connection of its own."""
    connection = psycopg.connect(os.environ["PGLEDGER_URL"], autocommit=True, prepare_threshold=1)
    accounts = [row[0] for row in connection.execute("SELECT id FROM pgledger_accounts")]

    def transfer() -> object:
        source, target = random.sample(accounts, 2)
        return connection.execute("SELECT * FROM pgledger_create_transfer(%s, %s, '1')", [source, target]).fetchone()

    return transfer
