"""Running a transaction again when PostgreSQL ended it in favour of another."""

from collections.abc import Callable
from typing import TypeVar

import structlog
from django.db import OperationalError, connection

TRIES = 3
GAVE_WAY = frozenset({"40001", "40P01"})  # serialization failure, deadlock: the same again may well succeed
Result = TypeVar("Result")
logger = structlog.get_logger(__name__)


def retried(run: Callable[[], Result]) -> Result:
    """Call `run`, which is one whole transaction; up to three times while it is the one that has to give way.

    Inside somebody else's transaction it is called once: only the whole can be repeated.
    """
    if connection.in_atomic_block:
        return run()
    for attempt in range(1, TRIES + 1):
        try:
            return run()
        except OperationalError as error:
            if sqlstate(error) not in GAVE_WAY or attempt == TRIES:
                raise
            logger.warning("transaction.repeated", attempt=attempt, sqlstate=sqlstate(error))
    raise AssertionError("unreachable: the last try returns or raises")


def sqlstate(error: BaseException) -> str:
    """Return PostgreSQL's code for what went wrong; empty when there is none."""
    return getattr(error.__cause__, "sqlstate", None) or ""
