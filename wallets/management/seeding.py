"""Many people with money and history, fast: the ledger's own functions, called a few thousand times in each statement.

Every row goes through the one door, so the limits, the ring-fence and the history hold as they do for real money. Nothing
is announced and nothing reaches the issuer: the wallets wait for a provisioning that is years away.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from aarokya.common.ids import uuid7
from accounts.models import User, UserStatus
from wallets.models import HEALTH, Tier
from wallets.services import ContraRef

PEOPLE_AT_ONCE = 1_000  # with their movements in one transaction: an interrupted run leaves whole people behind
SPREAD = timedelta(days=360)
NEVER = timedelta(days=3_650)

OPEN = f"""
SELECT count((ledger_set_tier(one.wallet_id, '{Tier.FULL_KYC}', %(began)s)).outcome)
FROM unnest(%(wallets)s::uuid[], %(people)s::uuid[]) AS n (wallet, person),
     LATERAL ledger_open_wallet(n.wallet, n.person, '{HEALTH}', %(began)s) AS one
"""  # noqa: S608 (constants)
WAIT = "UPDATE wallets_wallet SET next_attempt_at = %s WHERE id = ANY(%s)"
# Money comes in, then goes out three times as a quarter of it; each wallet's movements in the order of their times.
MOVE = """
SELECT did.outcome, count(*)
FROM unnest(%(wallets)s::uuid[], %(counts)s::int[]) AS n (wallet, movements),
     LATERAL generate_series(1, n.movements) AS turn,
     LATERAL ledger_post(
         gen_random_uuid(), n.wallet, CASE turn %% 4 WHEN 1 THEN 1 ELSE -1 END, CASE turn %% 4 WHEN 1 THEN 40000 ELSE 10000 END,
         CASE turn %% 4 WHEN 1 THEN %(source)s::uuid ELSE %(payee)s::uuid END,
         CASE turn %% 4 WHEN 1 THEN 'ADJUSTMENT' ELSE 'HOSPITAL' END,
         'LOAD', 'seed', NULL, CASE turn %% 4 WHEN 1 THEN 'Load' ELSE 'Load Hospital' END, '',
         %(began)s + %(spread)s * turn / (n.movements + 1)
     ) AS did
GROUP BY did.outcome
"""


def seed(*, people: int, movements: int, first_phone: int, source: ContraRef, payee: ContraRef, now: datetime) -> Iterator[int]:
    """Make `people`, on average with equally many of `movements`; yields how many people each step made.

    ValueError when the ledger refuses a movement: then that step left nothing.
    """
    began = now - SPREAD
    every, more = divmod(movements, people)
    for first in range(0, people, PEOPLE_AT_ONCE):
        numbers = range(first, min(first + PEOPLE_AT_ONCE, people))
        counts = [every + (number < more) for number in numbers]
        with transaction.atomic():
            wallets = open_wallets([first_phone + number for number in numbers], began=began, now=now)
            move(wallets, counts, source=source, payee=payee, began=began)
        yield len(numbers)


def open_wallets(phones: list[int], *, began: datetime, now: datetime) -> list[UUID]:
    """People who are through onboarding since `began`, each with an empty full-KYC wallet; the wallets' ids."""
    users = [User(phone=f"+91{phone}", status=UserStatus.ACTIVE, onboarded_at=began) for phone in phones]
    User.objects.bulk_create(users)
    wallets = [uuid7() for _ in users]
    with connection.cursor() as cursor:
        cursor.execute(OPEN, {"wallets": wallets, "people": [user.pk for user in users], "began": began})
        cursor.execute(WAIT, [now + NEVER, wallets])
    return wallets


def move(wallets: list[UUID], counts: list[int], *, source: ContraRef, payee: ContraRef, began: datetime) -> None:
    values: dict[str, Any] = {
        "wallets": wallets,
        "counts": counts,
        "source": source.id,
        "payee": payee.id,
        "began": began,
        "spread": SPREAD,
    }
    with connection.cursor() as cursor:
        cursor.execute(MOVE, values)
        outcomes = Counter(dict(cursor.fetchall()))
    if outcomes.total() != outcomes["POSTED"]:
        raise ValueError(f"the ledger refused: {dict(outcomes)}")
