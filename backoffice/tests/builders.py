"""Rows as the apps leave them, for the pages that only read."""

from datetime import timedelta
from typing import Any

from aarokya.common import clock
from aarokya.common.models import OutboxMessage
from aarokya.common.money import Money
from accounts.models import User
from payments.models import Order


def make_order(user: User, amount: int = 50_000, *, age: timedelta = timedelta(0), **fields: Any) -> Order:
    """A top-up; PENDING unless said otherwise."""
    opened = clock.now() - age
    defaults: dict[str, Any] = {"type": "WALLET_TOPUP", "reference_type": "wallet", "reference_id": "w", "status": "PENDING"}
    return Order.objects.create(
        user=user,
        amount=Money(amount),
        gateway_amount=Money(amount),
        opened_at=opened,
        expires_at=opened + timedelta(minutes=15),
        **{**defaults, **fields},
    )


def make_message(**fields: Any) -> OutboxMessage:
    defaults: dict[str, Any] = {"topic": "otp.requested", "handler": "accounts.handlers.send_code", "payload": {}}
    return OutboxMessage.objects.create(**{**defaults, "not_before": clock.now(), **fields})
