"""What the ledger refuses, in words and codes of the API."""

from aarokya.common.errors import (
    Conflict,
    Detail,
    DomainError,
    Forbidden,
    IdempotencyMismatch,
    InsufficientBalance,
    InvalidInput,
    InvalidTransition,
    NotFound,
)


class LimitReached(Conflict):
    message = "This would lift the wallet above the limit for prepaid wallets"


class WalletNotUsable(Forbidden):
    message = "The wallet is frozen, closed or blocked"


class OutsideHealthcare(Forbidden):
    message = "A health wallet pays for healthcare only"


class AmountRefused(InvalidInput):
    message = "amount: must be a positive number of paise"


class AboveRefundable(Conflict):
    message = "No more can be given back than was paid"


class AboveHold(Conflict):
    message = "No more can be captured than is held"


class HoldNotActive(InvalidTransition):
    message = "The hold was already captured, released or has expired"


class WalletNotEmpty(Conflict):
    message = "A wallet with money in it cannot be closed"


class EffectMismatch(IdempotencyMismatch):
    message = "The same business key was used for another movement"


class SamePerson(Forbidden):
    message = "A second person has to approve this"


class AdjustmentPending(Conflict):
    message = "An adjustment of this difference already waits for a decision"


OF_OUTCOME: dict[str, type[DomainError]] = {
    "INSUFFICIENT_BALANCE": InsufficientBalance,
    "OVER_LIMIT": LimitReached,
    "WALLET_FROZEN": WalletNotUsable,
    "WALLET_CLOSED": WalletNotUsable,
    "WALLET_BLOCKED": WalletNotUsable,
    "WALLET_NOT_EMPTY": WalletNotEmpty,
    "NOT_ALLOWED": OutsideHealthcare,
    "INVALID_AMOUNT": AmountRefused,
    "ABOVE_REFUNDABLE": AboveRefundable,
    "ABOVE_HOLD": AboveHold,
    "HOLD_CAPTURED": HoldNotActive,
    "HOLD_RELEASED": HoldNotActive,
    "HOLD_EXPIRED": HoldNotActive,
    "MISMATCH": EffectMismatch,
    "UNKNOWN_WALLET": NotFound,
    "UNKNOWN_CONTRA": NotFound,
    "UNKNOWN_TRANSFER": NotFound,
    "UNKNOWN_HOLD": NotFound,
}


def error_of(outcome: str) -> DomainError:
    """Return the error for an outcome of the ledger; the outcome itself is its detail's code."""
    error = OF_OUTCOME[outcome]
    return error(details=(Detail("wallet", outcome, error.message),))
