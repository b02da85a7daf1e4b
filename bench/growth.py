"""What must not grow: a page of history, and the queries of a list, as the ledger fills."""

import json
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from aarokya.common import clock
from aarokya.common.ids import uuid7
from aarokya.common.money import Money
from bench import databases, frame, people
from bench.frame import Row, console
from bench.people import Person
from wallets import services

SMALL, LARGE = 10_000, 10_000_000
READERS, MOVEMENTS = 200, 30  # who read, and how much there is to read of each
PAGE = 20
RATIO_MAX = 1.2
STEP = 1_000_000
# As wide as the ledger's own rows; a hundred of them belong to one wallet. Ids in order only make the filling faster.
FILLER = """
WITH filled AS (
    INSERT INTO wallets_transfer (id, wallet_id, direction, own_amount, others_amount, contra_id, purpose_id, reference_type,
                                  reference_id, source, note, at)
    SELECT uuidv7(), lpad(to_hex(n / 100), 32, '0')::uuid, 1, 100, 0, t.contra_id, t.purpose_id, t.reference_type,
           'filler-' || n, t.source, '', now() - (%(last)s - n) * interval '1 second'
    FROM (SELECT * FROM wallets_transfer WHERE direction = 1 LIMIT 1) t, generate_series(%(first)s::bigint, %(last)s::bigint) n
    RETURNING id, wallet_id, reference_id, at
)
INSERT INTO wallets_entry (wallet_id, number, transfer_id, own_after, others_after, at)
SELECT wallet_id, split_part(reference_id, '-', 2)::bigint %% 100 + 1, id, 100, 0, at FROM filled
"""


def rows() -> list[Row]:
    readers = [reader() for _ in range(READERS)]
    fill(READERS * MOVEMENTS, SMALL)
    small, queries = page_ms(readers), queries_of(readers[0])
    fill(SMALL, LARGE)
    large = page_ms(readers)
    forget()
    ratio = large / small
    return [
        Row(
            f"wallet history page at {LARGE:,} transfers",
            f"{large:.2f} ms",
            f"{small:.2f} ms (the same pages at {SMALL:,})",
            f"{ratio:.2f}",
            f"≤ {RATIO_MAX:.2f}",
            ratio <= RATIO_MAX,
        ),
        Row(
            "… its queries: first page, second page, a page of one",
            ", ".join(map(str, queries)),
            must="the same",
            holds=len(set(queries)) == 1,
        ),
    ]


def reader() -> Person:
    """Somebody with a history, made by the ledger's own function."""
    person, now = people.somebody(), clock.now()
    source = services.contra("suspense", "bench", name="Bench")
    for number in range(MOVEMENTS):
        services.credit(
            user_id=person.user_id,  # type: ignore[arg-type]  # its text will do
            source=source,
            amount=Money(100),
            purpose="ADJUSTMENT",
            business_key=f"bench:{uuid7()}",
            reference_type="BENCH",
            reference_id=str(number),
            now=now,
        )
    return person


def fill(already: int, until: int) -> None:
    """Bring the ledger to `until` rows. No trigger looks on: the books cannot be verified afterwards."""
    with databases.superuser() as superuser, console.status(f"{until:,} transfers"):
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("SET synchronous_commit = off")
        for first in range(already + 1, until + 1, STEP):
            superuser.execute(FILLER, {"first": first, "last": min(first + STEP - 1, until)})
        superuser.execute("VACUUM ANALYZE wallets_transfer, wallets_entry")


def forget() -> None:
    """Empty the ledger: what is measured next has its own size."""
    with databases.superuser() as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("TRUNCATE wallets_transfer, wallets_entry CASCADE")


def get(person: Person, query: str) -> Any:
    answer = people.CLIENT.get(f"/wallet/transactions?{query}", headers=person.headers)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def page_ms(readers: list[Person]) -> float:
    """Median over rounds of the mean time of a page, each reader's in turn."""
    return frame.median("history page", lambda: frame.wall_ms(lambda: [get(each, f"limit={PAGE}") for each in readers]) / READERS)


def queries_of(person: Person) -> list[int]:
    cursor = get(person, f"limit={PAGE}")["next_cursor"]
    return [count(person, query) for query in (f"limit={PAGE}", f"limit={PAGE}&cursor={cursor}", "limit=1")]


def count(person: Person, query: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        get(person, query)
    return len(captured)
