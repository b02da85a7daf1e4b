"""What payments may be for, as far as insurance is concerned: a policy's premium."""

from datetime import datetime
from uuid import UUID

from aarokya.common.errors import Conflict, Detail, MissingRequiredField
from aarokya.common.money import Money
from insurance.models import LIVE, PaymentPlan, Policy
from insurance.selectors import policies
from insurance.services import premiums
from payments.models import Frequency, Order
from payments.purposes.base import InInstalments, Instalment, Prepared, Purpose, Settlement

REFERENCE = "insurance_policy"


class PremiumPurpose:
    """Implements payments' Purpose. The amount is what the policy still owes for the year, never what the client says."""

    type = "INSURANCE_PREMIUM"

    def prepare(  # the protocol's arguments; neither the client's amount nor the time matters here
        self,
        *,
        user_id: UUID,
        amount: Money | None,  # noqa: ARG002
        policy_id: UUID | None,
        now: datetime,  # noqa: ARG002
    ) -> Prepared:
        if policy_id is None:
            raise MissingRequiredField(
                "policy_id: a premium needs a policy", details=(Detail("policy_id", "required", "is required"),)
            )
        policy = policies.policy_of(user_id, policy_id)
        refuse_unpayable(policy)
        return prepared(policy, policy.premium_owed)

    def instalment(self, *, user_id: UUID, reference_id: UUID | None, now: datetime) -> Instalment:  # noqa: ARG002
        """A day's premium, or the year's for those who chose to pay at once; less where less is owed, zero for nothing."""
        policy = policies.policy_of(user_id, reference_id) if reference_id else policies.owing(user_id)
        if policy is None or policy.status not in LIVE:
            raise Conflict("There is no policy that a premium could be paid for")
        daily = policy.payment_plan == PaymentPlan.DAILY
        agreed = Money(policy.premium_amounts["daily"]) if daily else policy.annual_premium
        frequency = Frequency.DAILY if daily else Frequency.YEARLY
        return Instalment(
            prepared(policy, min(agreed, policy.premium_owed)), owed=policy.premium_owed, ceiling=agreed, frequency=frequency
        )

    def reserve(self, order: Order, *, now: datetime) -> None:
        """Nothing to set aside: two orders for one premium may both be charged, the second is then given back."""

    def settle(self, order: Order, *, now: datetime) -> Settlement:
        """Book the premium; REFUND when the policy is gone or was paid by another order meanwhile."""
        booked = premiums.receive(UUID(order.reference_id), order_id=order.order_id, amount=order.amount, now=now)
        return Settlement.DONE if booked else Settlement.REFUND

    def release(self, order: Order, *, now: datetime) -> None:
        """Nothing was reserved."""


def prepared(policy: Policy, amount: Money) -> Prepared:
    return Prepared(
        amount=amount,
        reference_type=REFERENCE,
        reference_id=str(policy.pk),
        description=f"Premium, plan {policy.plan_code}, {policy.benefit.name}"[:200],
        payee_reference=str(policy.provider_id),
    )


def refuse_unpayable(policy: Policy) -> None:
    if policy.status not in LIVE:
        raise Conflict(f"The policy is {policy.status}: nothing can be paid for it")
    if not policy.premium_owed:
        raise Conflict("Nothing is owed for this policy")


PURPOSE = PremiumPurpose()
PROTOCOLS: tuple[Purpose, InInstalments] = (PURPOSE, PURPOSE)  # lets the type checker compare
