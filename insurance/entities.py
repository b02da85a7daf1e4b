"""Policies as the wallet names them: whose they are, who provides them, what is owed."""

from uuid import UUID

from insurance.models import LIVE, Policy
from wallets.benefits import BenefitEntity
from wallets.benefits import policy as name_of


def policy(policy_id: UUID) -> BenefitEntity | None:
    """Return the policy, or None when there is none."""
    found = Policy.objects.select_related("provider").filter(pk=policy_id).first()
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
