"""What of an order is paid from the wallet: all of it at once, or a part that is held until the gateway has the rest."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction

from aarokya.common.errors import DomainError
from aarokya.common.money import Money
from payments.models import Order
from payments.services.moves import note
from payments.services.schedule import LATE_SUCCESS_FOR
from wallets import selectors as wallet_selectors
from wallets import services as wallets

GATEWAY_MIN = Money(100)  # paise: no gateway takes less than one rupee
PAYEE_KIND = "insurer_payable"
logger = structlog.get_logger(__name__)


class WalletPartGone(Exception):
    """The hold has ended and the wallet no longer covers its part."""


@dataclass(frozen=True, slots=True)
class Parts:
    """How an amount is shared out."""

    wallet: Money
    gateway: Money


def split(amount: Money, *, available: Money) -> Parts:
    """Wallet first, the gateway for the rest; a rest too small for the gateway is raised to its minimum."""
    wallet = min(available, amount)
    rest = amount - wallet
    if rest and rest < GATEWAY_MIN:
        rest = min(GATEWAY_MIN, amount)
    return Parts(wallet=amount - rest, gateway=rest)


def available(user_id: UUID) -> Money:
    return wallet_selectors.wallet_of(user_id).available


def hold(order: Order, *, now: datetime) -> None:
    """Set the wallet's part aside for as long as the gateway's may still arrive."""
    if not order.wallet_amount:
        return
    hold_id = wallets.hold(
        user_id=order.user_id,
        amount=order.wallet_amount,
        purpose=order.type,
        business_key=f"order:{order.order_id}:hold",
        expires_at=now + LATE_SUCCESS_FOR,
        now=now,
    )
    note(order, hold_id=hold_id)


def pay(order: Order, *, now: datetime) -> None:
    """Take the wallet's part now. InsufficientBalance and the other refusals of the ledger pass through."""
    posted = wallets.pay(
        user_id=order.user_id,
        payee=wallets.contra(PAYEE_KIND, order.payee_reference or "unassigned"),
        amount=order.wallet_amount,
        purpose=order.type,
        business_key=f"order:{order.order_id}",
        reference_type=order.reference_type,
        reference_id=order.reference_id,
        now=now,
        note=order.description,
    )
    note(order, transfer_id=posted.transfer_id)


def capture(order: Order, *, now: datetime) -> None:
    """Take what is held; when the hold has ended (a late success), take it from the balance, or WalletPartGone."""
    if not order.wallet_amount:
        return
    try:
        with transaction.atomic():
            capture_hold(order, now=now)
    except DomainError as ended:
        logger.warning("payment.hold_ended", order_id=order.order_id, problem=str(ended))
        pay_late(order, now=now)


def capture_hold(order: Order, *, now: datetime) -> None:
    if order.hold_id is None:
        raise WalletPartGone
    posted = wallets.capture(
        hold_id=order.hold_id,
        amount=order.wallet_amount,
        payee=wallets.contra(PAYEE_KIND, order.payee_reference or "unassigned"),
        reference_type=order.reference_type,
        reference_id=order.reference_id,
        now=now,
        note=order.description,
    )
    note(order, transfer_id=posted.transfer_id)


def pay_late(order: Order, *, now: datetime) -> None:
    try:
        with transaction.atomic():
            pay(order, now=now)
    except DomainError as refused:
        raise WalletPartGone from refused


def release(order: Order, *, now: datetime) -> None:
    """Let go of what is held; releasing twice changes nothing."""
    if order.hold_id is not None and order.transfer_id is None:
        wallets.release(hold_id=order.hold_id, now=now)
