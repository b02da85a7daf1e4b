"""What a wallet's money may be for in the apps above: named `<kind>:<uuid>`, resolved by whoever `aarokya.events` names.

Wallets import nothing of insurance; a premium's policy is known here by its name alone.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Protocol, cast
from uuid import UUID

from django.utils.module_loading import import_string

from aarokya import events
from aarokya.common.money import Money
from wallets.errors import BeneficiaryNotFound


@dataclass(frozen=True, slots=True)
class BenefitEntity:
    """Whose it is, who provides it, and what is still to be paid; `obstacle` says why nothing may be paid now, or is empty."""

    name: str  # insurance_policy:<uuid>
    user_id: UUID
    provider_id: UUID
    provider_name: str
    owed: Money
    obstacle: str = ""


class Benefits(Protocol):
    """One kind of thing that wallet money may be for."""

    def find(self, entity_id: UUID) -> BenefitEntity | None:
        """Return it, or None when there is none."""
        ...

    def settle(self, entity_id: UUID, *, order_number: str, amount: Money, now: datetime) -> bool:
        """Book that `amount` was paid, once for each order number; False when it cannot be taken (any more)."""
        ...


def policy(policy_id: UUID) -> str:
    return f"insurance_policy:{policy_id}"


def entity(name: str) -> BenefitEntity:
    """Return what `name` stands for. BeneficiaryNotFound for a name that nobody knows."""
    benefits, entity_id = parsed(name)
    found = benefits.find(entity_id)
    if found is None:
        raise BeneficiaryNotFound
    return found


def settle(name: str, *, order_number: str, amount: Money, now: datetime) -> bool:
    """Book a payment of what `name` stands for; False when it cannot be taken."""
    benefits, entity_id = parsed(name)
    return benefits.settle(entity_id, order_number=order_number, amount=amount, now=now)


def parsed(name: str) -> tuple[Benefits, UUID]:
    kind, _, text = name.partition(":")
    dotted = events.BENEFIT_ENTITIES.get(kind)
    try:
        entity_id = UUID(text)
    except ValueError as error:
        raise BeneficiaryNotFound from error
    if dotted is None:
        raise BeneficiaryNotFound
    return load(dotted), entity_id


@cache
def load(dotted: str) -> Benefits:
    return cast("Benefits", import_string(dotted))
