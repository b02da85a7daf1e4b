"""What a wallet's money may be for in the apps above: named `<kind>:<uuid>`, resolved by whoever `aarokya.events` names.

Wallets import nothing of insurance; a premium's policy is known here by its name alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import cast
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


Resolver = Callable[[UUID], BenefitEntity | None]


def policy(policy_id: UUID) -> str:
    return f"insurance_policy:{policy_id}"


def entity(name: str) -> BenefitEntity:
    """Return what `name` stands for. BeneficiaryNotFound for a name that nobody knows."""
    kind, _, text = name.partition(":")
    dotted = events.BENEFIT_ENTITIES.get(kind)
    try:
        found = resolver(dotted)(UUID(text)) if dotted else None
    except ValueError:
        found = None
    if found is None:
        raise BeneficiaryNotFound
    return found


@cache
def resolver(dotted: str) -> Resolver:
    return cast("Resolver", import_string(dotted))
