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
    UpstreamError,
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


class WithdrawalNotAllowed(Forbidden):
    message = "Money is paid out of wallets with full KYC only"


class AdjustmentPending(Conflict):
    message = "An adjustment of this difference already waits for a decision"


class AccountNotFound(NotFound):
    code = "AE-801"
    message = "There is no such account"


class AccountExists(Conflict):
    code = "AE-802"
    message = "This account is already known"


class AccountRefused(InvalidInput):
    code = "AE-803"
    message = "The account's details are not valid"


class HolderMalformed(InvalidInput):
    code = "AE-804"
    message = "holder: must be user:<uuid> or sponsor:<uuid>"


class AccountNotVerified(Conflict):
    code = "AE-805"
    message = "The account has not been verified yet"


class IllegalAccount(InvalidInput):
    code = "AE-807"
    message = "This holder cannot have this type of account"


class SponsorNotFound(NotFound):
    code = "SPE-1401"
    message = "There is no such sponsor"


class SponsorExists(Conflict):
    code = "SPE-1402"
    message = "A sponsor with this name or slug exists"


class SponsorNotActive(Conflict):
    code = "SPE-1404"
    message = "The sponsor is not active"


class PotEmpty(InsufficientBalance):
    code = "SPE-1405"
    message = "The sponsor's prepaid account does not hold enough money"


class SponsorAccountFailed(UpstreamError):
    code = "SPE-1406"
    message = "The sponsor's account could not be opened; sync the sponsor to try again"


class SponsorTransition(InvalidTransition):
    code = "SPE-1407"
    message = "The sponsor cannot change to this status"


class BeneficiaryNotFound(NotFound):
    code = "SPE-1408"
    message = "There is nobody or nothing here to contribute to"


class DepositTaken(Conflict):
    code = "SPE-1409"
    message = "This gateway_ref belongs to another deposit"


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
    "UNKNOWN_POT": SponsorNotActive,
    "POT_EMPTY": PotEmpty,
}


def error_of(outcome: str) -> DomainError:
    """Return the error for an outcome of the ledger; the outcome itself is its detail's code."""
    error = OF_OUTCOME[outcome]
    return error(details=(Detail("wallet", outcome, error.message),))
