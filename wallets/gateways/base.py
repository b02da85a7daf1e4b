"""The wallet issuer in our words. Every change carries our operation id: repeating it returns the first result."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from aarokya.common.money import Money


@dataclass(frozen=True, slots=True)
class IssuerCustomer:
    """Who the wallet is for. `reference` is our user id; names may still be unknown."""

    reference: str
    phone: str  # +91…
    first_name: str = ""
    last_name: str = ""


@dataclass(frozen=True, slots=True)
class IssuerWallet:
    """A wallet as the issuer sees it."""

    wallet_id: str
    status: str  # ACTIVE, BLOCKED, or whatever the issuer says
    balance: Money


class Issuer(Protocol):
    """Raises PartnerError: not permanent when a repeat of the same operation may help."""

    def create_customer(self, *, operation_id: UUID, customer: IssuerCustomer) -> str:
        """Return the issuer's customer id."""

    def create_wallet(self, *, operation_id: UUID, customer_id: str) -> IssuerWallet:
        """Return the new wallet."""

    def wallet(self, *, wallet_id: str) -> IssuerWallet:
        """Return status and balance as they are now."""

    def load(self, *, operation_id: UUID, wallet_id: str, amount: Money) -> None:
        """Add money."""

    def debit(self, *, operation_id: UUID, wallet_id: str, amount: Money) -> None:
        """Take money."""

    def reverse(self, *, operation_id: UUID, wallet_id: str, amount: Money, reverses: UUID) -> None:
        """Undo all or a part of an earlier load or debit."""
