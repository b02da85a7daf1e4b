"""What a card is worth today: for anybody who holds its code, without personal data."""

from dataclasses import dataclass
from datetime import date

from insurance.cards import Card
from insurance.models import Policy, PolicyStatus

# In these the insurer pays; in reissuance the old papers still cover.
COVERED = {PolicyStatus.ACTIVE, PolicyStatus.REISSUANCE, PolicyStatus.IN_GRACE}


@dataclass(frozen=True, slots=True)
class Standing:
    """`covered` on the day asked about; `reason` in words."""

    covered: bool
    reason: str
    policy: Policy | None


def standing(card: Card, *, day: date) -> Standing:
    """Return what an authentic card is worth on `day`, by the policy as it is now."""
    policy = Policy.objects.select_related("benefit", "provider").filter(pk=card.policy_id).first()
    if policy is None:
        return Standing(covered=False, reason="The policy is not known here", policy=None)
    if policy.external_policy_id != card.number or (policy.start_date, policy.end_date) != (card.start_date, card.end_date):
        return Standing(covered=False, reason="The policy was issued anew since; ask for the current card", policy=policy)
    if policy.status not in COVERED:
        return Standing(covered=False, reason=f"The policy is {PolicyStatus(policy.status).label.lower()}", policy=policy)
    if day < card.start_date:
        return Standing(covered=False, reason="The cover has not begun yet", policy=policy)
    return Standing(covered=True, reason="Covered", policy=policy)
