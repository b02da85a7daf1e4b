"""A purpose as an app above payments would bring it: premiums with a price list and a memory of what was paid."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from aarokya.common.errors import Conflict, NotFound
from aarokya.common.money import Money
from payments.models import Frequency, Order
from payments.purposes.base import Instalment, Prepared, Settlement


@dataclass
class Premiums:
    """`prices` by policy; `paid` holds policies, `released` orders. A policy that is paid already wants no second payment."""

    type: str = "INSURANCE_PREMIUM"
    prices: dict[UUID, Money] = field(default_factory=dict)
    paid: dict[str, str] = field(default_factory=dict)
    released: set[str] = field(default_factory=set)
    daily: dict[UUID, Money] = field(default_factory=dict)  # of policies that are paid by the day
    frequency: Frequency = Frequency.DAILY  # of what is paid in parts
    parts: dict[str, dict[str, Money]] = field(default_factory=dict)  # what orders paid of each

    def clear(self) -> None:
        self.prices, self.paid, self.released, self.daily, self.parts = {}, {}, set(), {}, {}
        self.frequency = Frequency.DAILY

    def prepare(self, *, user_id: UUID, amount: Money | None, policy_id: UUID | None, now: datetime) -> Prepared:
        if policy_id is None or policy_id not in self.prices:
            raise NotFound
        return Prepared(self.prices[policy_id], "insurance_policy", str(policy_id), "Health cover", payee_reference="insurer-one")

    def reserve(self, order: Order, *, now: datetime) -> None:
        """A premium needs no head-room."""

    def owed(self, policy_id: UUID) -> Money:
        return self.prices[policy_id] - sum(self.parts.get(str(policy_id), {}).values(), Money(0))

    def instalment(self, *, user_id: UUID, reference_id: UUID | None, now: datetime) -> Instalment:
        policy_id = reference_id or next(iter(self.daily), None)
        if policy_id not in self.daily or policy_id is None:
            raise Conflict("There is no policy that a premium could be paid for")
        amount = min(self.daily[policy_id], self.owed(policy_id))
        prepared = Prepared(amount, "insurance_policy", str(policy_id), "Health cover, a day", payee_reference="insurer-one")
        return Instalment(prepared, owed=self.owed(policy_id), ceiling=self.daily[policy_id], frequency=self.frequency)

    def settle(self, order: Order, *, now: datetime) -> Settlement:
        if UUID(order.reference_id) in self.daily:
            self.parts.setdefault(order.reference_id, {})[order.order_id] = order.amount
            return Settlement.DONE
        payer = self.paid.setdefault(order.reference_id, order.order_id)
        return Settlement.DONE if payer == order.order_id else Settlement.REFUND

    def release(self, order: Order, *, now: datetime) -> None:
        self.released.add(order.order_id)


PURPOSE = Premiums()
