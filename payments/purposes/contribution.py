"""Somebody else's money for a wallet: a third party who was given leave by a platform."""

from datetime import datetime
from uuid import UUID

from aarokya.common.money import Money
from payments.models import Order
from payments.purposes.base import Prepared, Purpose, TakesBack
from payments.purposes.topup import Topup
from wallets import services as wallets


class Contribution(Topup):
    """Like a top-up, but into the pool that cannot be withdrawn, with the giver named in the wallet's history."""

    type = "CONTRIBUTION"

    def prepare(self, *, user_id: UUID, amount: Money | None, policy_id: UUID | None, now: datetime) -> Prepared:
        prepared = super().prepare(user_id=user_id, amount=amount, policy_id=policy_id, now=now)
        return Prepared(
            prepared.amount,
            reference_type=prepared.reference_type,
            reference_id=prepared.reference_id,
            description="Contribution to a health wallet",
        )

    def credit(self, order: Order, *, now: datetime) -> None:
        wallets.credit_gift(user_id=order.user_id, order_id=order.order_id, amount=order.amount, giver=order.payer_name, now=now)


PURPOSE = Contribution()
PROTOCOLS: tuple[Purpose, TakesBack] = (PURPOSE, PURPOSE)  # lets the type checker compare
