"""The states of an order, their ranks, and what the outside world is told about each."""

from django.db import models


class OrderStatus(models.TextChoices):
    """Where an order is. `MISMATCH` is a side state: the gateway's facts differ from ours and a person must look."""

    CREATED = "CREATED"
    SESSION_OPEN = "SESSION_OPEN"
    PENDING = "PENDING"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"
    MISMATCH = "MISMATCH"
    CHARGED = "CHARGED"
    REVERSED = "REVERSED"


# States only move up; the trigger `payments_order_rank` in the database refuses everything else. FAILED is not final:
# banks report success after failure, and that money has to be honoured.
RANKS: dict[str, int] = {
    OrderStatus.CREATED: 0,
    OrderStatus.SESSION_OPEN: 10,
    OrderStatus.PENDING: 20,
    OrderStatus.FAILED: 30,
    OrderStatus.EXPIRED: 30,
    OrderStatus.MISMATCH: 35,
    OrderStatus.CHARGED: 40,
    OrderStatus.REVERSED: 50,
}
MOVES: dict[str, set[str]] = {old: {new for new, rank in RANKS.items() if rank > RANKS[old]} for old in RANKS}

OPEN = frozenset({OrderStatus.CREATED, OrderStatus.SESSION_OPEN, OrderStatus.PENDING})
UNPAID_END = frozenset({OrderStatus.FAILED, OrderStatus.EXPIRED})
PAID = frozenset({OrderStatus.CHARGED, OrderStatus.REVERSED})


class PublicStatus(models.TextChoices):
    """What clients are told."""

    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"
    REVERSED = "REVERSED"
    UNDER_REVIEW = "UNDER_REVIEW"


PUBLIC: dict[str, PublicStatus] = {
    OrderStatus.CREATED: PublicStatus.PENDING,
    OrderStatus.SESSION_OPEN: PublicStatus.PENDING,
    OrderStatus.PENDING: PublicStatus.PENDING,
    OrderStatus.FAILED: PublicStatus.FAILED,
    OrderStatus.EXPIRED: PublicStatus.EXPIRED,
    OrderStatus.MISMATCH: PublicStatus.UNDER_REVIEW,
    OrderStatus.CHARGED: PublicStatus.SUCCESS,
    OrderStatus.REVERSED: PublicStatus.REVERSED,
}
