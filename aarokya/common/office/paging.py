"""Pages of a list that do not count a million rows to say how many there are."""

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db import connection

EXACT_MAX = 10_000  # rows that are counted; beyond, the planner's estimate is as good as anybody needs


class QuickPaginator(Paginator[Any]):
    """Counts exactly up to 10 000 rows. More: PostgreSQL's estimate for the whole table, 10 000 for a filtered list."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        if not rows.query.where:
            estimated = estimate(rows.model._meta.db_table)
            if estimated > EXACT_MAX:
                return estimated
        return int(rows.order_by()[:EXACT_MAX].count())


def estimate(table: str) -> int:
    """Return how many rows the last ANALYZE or VACUUM thought the table has; -1 when there was none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(%s)", [table])
        row = cursor.fetchone()
    return int(row[0]) if row else -1
