"""A purpose as an app above payments would bring it: premiums with a price list and a memory of what was paid."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from aarokya.common.errors import NotFound
from aarokya.common.money import Money
from payments.models import Order
from payments.purposes.base import Prepared, Settlement


@dataclass
class Premiums:
    """`prices` by policy; `paid` holds policies, `released` orders. A policy that is paid already wants no second payment."""

    type: str = "INSURANCE_PREMIUM"
    prices: dict[UUID, Money] = field(default_factory=dict)
    paid: dict[str, str] = field(default_factory=dict)
    released: set[str] = field(default_factory=set)

    def clear(self) -> None:
        self.prices, self.paid, self.released = {}, {}, set()

    def prepare(self, *, user_id: UUID, amount: Money | None, policy_id: UUID | None, now: datetime) -> Prepared:
        if policy_id is None or policy_id not in self.prices:
            raise NotFound
        return Prepared(self.prices[policy_id], "insurance_policy", str(policy_id), "Health cover", payee_reference="insurer-one")

    def reserve(self, order: Order, *, now: datetime) -> None:
        """A premium needs no head-room."""

    def settle(self, order: Order, *, now: datetime) -> Settlement:
        payer = self.paid.setdefault(order.reference_id, order.order_id)
        return Settlement.DONE if payer == order.order_id else Settlement.REFUND

    def release(self, order: Order, *, now: datetime) -> None:
        self.released.add(order.order_id)


PURPOSE = Premiums()
