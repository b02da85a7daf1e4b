"""Topping up one's own wallet."""

from datetime import datetime, timedelta
from typing import NoReturn
from uuid import UUID

import structlog

from aarokya.common.errors import Detail, DomainError, InvalidInput, MissingRequiredField
from aarokya.common.ids import effect_id
from aarokya.common.money import Money
from payments.models import Order
from payments.purposes.base import Prepared, Purpose, Settlement, TakesBack
from wallets import services as wallets

MINIMUM = Money(100)  # one rupee; the upper end is the wallet's limit, checked when head-room is reserved
RESERVED_FOR = timedelta(days=3)  # as long as a bank may take to answer
logger = structlog.get_logger(__name__)


class Topup:
    """The client names the amount; head-room under the wallet's cap is reserved before anybody pays."""

    type = "WALLET_TOPUP"

    def prepare(self, *, user_id: UUID, amount: Money | None, policy_id: UUID | None, now: datetime) -> Prepared:  # noqa: ARG002
        if amount is None:
            raise MissingRequiredField("amount: is required", details=(Detail("amount", "required", "is required"),))
        if policy_id is not None:
            refuse("policy_id", "has no meaning for a top-up")
        if amount < MINIMUM:
            refuse("amount", f"must be at least {MINIMUM.paise} paise")
        return Prepared(amount, reference_type="wallet", reference_id=str(user_id), description="Wallet top-up")

    def reserve(self, order: Order, *, now: datetime) -> None:
        wallets.reserve_incoming(
            user_id=order.user_id, order_id=order.order_id, amount=order.amount, expires_at=now + RESERVED_FOR, now=now
        )

    def settle(self, order: Order, *, now: datetime) -> Settlement:
        """Credit the wallet. A wallet that may not take the money any more (lower limit, closed) means a refund."""
        try:
            self.credit(order, now=now)
        except DomainError as refused:
            logger.warning("payment.topup_refused", order_id=order.order_id, code=refused.code)
            return Settlement.REFUND
        return Settlement.DONE

    def credit(self, order: Order, *, now: datetime) -> None:
        wallets.credit_topup(user_id=order.user_id, order_id=order.order_id, amount=order.amount, now=now)

    def release(self, order: Order, *, now: datetime) -> None:
        wallets.release_incoming(order_id=order.order_id, now=now)

    def take_back(self, order: Order, *, amount: Money, business_key: str, now: datetime) -> None:
        """Take the money out of the wallet again. InsufficientBalance when it has been spent."""
        transfer_id = effect_id(f"topup:{order.order_id}")
        wallets.refund(
            transfer_id=transfer_id, amount=amount, business_key=f"topup_back:{order.order_id}:{business_key}", now=now
        )


def refuse(field: str, problem: str) -> NoReturn:
    raise InvalidInput(f"{field}: {problem}", details=(Detail(field, "invalid", problem),))


PURPOSE = Topup()
PROTOCOLS: tuple[Purpose, TakesBack] = (PURPOSE, PURPOSE)  # lets the type checker compare
