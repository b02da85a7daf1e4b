"""Head-room under the limits for top-ups under way."""

from datetime import datetime
from uuid import UUID

from aarokya.common.money import Money
from wallets.services.ledger import WALLET_OF_USER, call, settle


def reserve_incoming(*, user_id: UUID, order_id: str, amount: Money, expires_at: datetime, now: datetime) -> None:
    """Keep room for a top-up before the customer is sent to pay, since money already charged cannot be refused.

    LimitReached when there is too little; WalletNotUsable; EffectMismatch for the same order with another amount.
    """
    settle(call("ledger_reserve_incoming", [order_id, user_id, amount.paise, expires_at, now], wallet=WALLET_OF_USER))


def release_incoming(*, order_id: str, now: datetime) -> None:
    """Give the room back when the order ended without money; unknown or resolved reservations stay as they are."""
    call("ledger_release_incoming", [order_id, now])
