"""What a payment is for. Payments knows this protocol; the apps above implement it and are named in `aarokya.events`."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Protocol, cast, runtime_checkable
from uuid import UUID

from django.utils.module_loading import import_string

from aarokya import events
from aarokya.common.errors import Detail, InvalidInput
from aarokya.common.money import Money
from payments.models import Frequency, Order


class Settlement(StrEnum):
    """`DONE`: the money did what it was for. `REFUND`: what it was for is gone, give it back."""

    DONE = "DONE"
    REFUND = "REFUND"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What an order will be for. `payee_reference` names whose `insurer_payable` account a payment from the wallet goes to."""

    amount: Money
    reference_type: str
    reference_id: str
    description: str
    payee_reference: str = ""


class Purpose(Protocol):
    """One kind of payment. `reserve`, `settle` and `release` run inside payments' transaction and must be idempotent."""

    type: str  # the key in PAYMENT_PURPOSES

    def prepare(self, *, user_id: UUID, amount: Money | None, policy_id: UUID | None, now: datetime) -> Prepared:
        """Check that this may be paid now and say what it costs. Raises a DomainError when it may not. Writes nothing."""
        ...

    def reserve(self, order: Order, *, now: datetime) -> None:
        """Set aside what must still be possible when the money arrives (head-room in the wallet)."""
        ...

    def settle(self, order: Order, *, now: datetime) -> Settlement:
        """The money is here: make it do what it is for, once."""
        ...

    def release(self, order: Order, *, now: datetime) -> None:
        """The order ended without money: free what was reserved."""
        ...


@dataclass(frozen=True, slots=True)
class Instalment:
    """What one debit of a mandate costs, of all that is `owed`. Both are zero while nothing is; no debit is above `ceiling`."""

    prepared: Prepared
    owed: Money
    ceiling: Money
    frequency: Frequency


@runtime_checkable
class InInstalments(Protocol):
    """A purpose that a mandate can pay bit by bit; each part is settled like a payment of its own."""

    def instalment(self, *, user_id: UUID, reference_id: UUID | None, now: datetime) -> Instalment:
        """Say what the next debit costs, of what is named or of what the user has that is owed. Raises a DomainError when
        there is nothing any more that could be paid."""
        ...


@runtime_checkable
class TakesBack(Protocol):
    """A purpose whose effect can be undone, in part too: before money leaves us, what it bought has to come back."""

    def take_back(self, order: Order, *, amount: Money, business_key: str, now: datetime) -> None:
        """Undo `amount` of the effect, once per `business_key`. Raises a DomainError when it is no longer there."""
        ...


def require_offered(type: str, *, to_contributor: bool) -> None:  # noqa: A002 (the contract's word)
    """InvalidInput for a type that is not there for customers, or not for those who give."""
    names = [name for name in events.PAYMENT_PURPOSES if (name in events.PAID_BY_CONTRIBUTORS) is to_contributor]
    if type.upper() not in names:
        offered = ", ".join(names)
        raise InvalidInput(
            f"type: must be one of {offered}", details=(Detail("type", "invalid_choice", f"must be one of {offered}"),)
        )


def purpose(type: str) -> Purpose:  # noqa: A002 (the contract's word)
    """Return the purpose of an order's type."""
    return load(events.PAYMENT_PURPOSES[type.upper()])


@cache
def load(dotted: str) -> Purpose:
    return cast("Purpose", import_string(dotted))
