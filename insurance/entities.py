"""Policies as the wallet names them: whose they are, who provides them, what is owed, and booking what was paid."""

from datetime import datetime
from uuid import UUID

from aarokya.common.money import Money
from insurance.models import LIVE, Policy
from insurance.services import premiums
from wallets.benefits import BenefitEntity
from wallets.benefits import policy as name_of


class PolicyBenefits:
    """Implements the wallet's `Benefits` for `insurance_policy:<uuid>`."""

    def find(self, entity_id: UUID) -> BenefitEntity | None:
        found = Policy.objects.select_related("provider").filter(pk=entity_id).first()
        if found is None:
            return None
        return BenefitEntity(
            name=name_of(found.pk),
            user_id=found.primary_user_id,
            provider_id=found.provider_id,
            provider_name=found.provider.name,
            owed=found.premium_owed,
            obstacle="" if found.status in LIVE else f"The policy is {found.status}",
        )

    def settle(self, entity_id: UUID, *, order_number: str, amount: Money, now: datetime) -> bool:
        return premiums.receive(entity_id, order_id=order_number, amount=amount, now=now)


POLICIES = PolicyBenefits()
