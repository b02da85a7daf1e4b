"""Money set aside until it is known what a service costs."""

from datetime import datetime
from uuid import UUID

from django.db.models.functions import Now

from aarokya.common.ids import effect_id
from aarokya.common.money import Money
from wallets.models import Hold
from wallets.services.accounts import ContraRef
from wallets.services.ledger import WALLET_OF_USER, Posted, call, post, settle
from wallets.services.prepared import Value


def hold(*, user_id: UUID, amount: Money, purpose: str, business_key: str, expires_at: datetime, now: datetime) -> UUID:
    """Set `amount` aside, others' money first, and return the hold's id; it expires by the database's clock.

    InsufficientBalance, WalletNotUsable, OutsideHealthcare; EffectMismatch when the key held something else before.
    """
    hold_id = effect_id(business_key)
    settle(call("ledger_hold", [hold_id, user_id, amount.paise, purpose, expires_at, now], wallet=WALLET_OF_USER))
    return hold_id


def capture(
    *,
    hold_id: UUID,
    amount: Money,
    payee: ContraRef,
    reference_type: str,
    reference_id: str,
    now: datetime,
    note: str = "",
    group_id: UUID | None = None,
) -> Posted:
    """Pay up to the held amount and free the rest. A repeat returns the first result.

    HoldNotActive when it was released or has expired; AboveHold; OutsideHealthcare.
    """
    transfer_id = effect_id(f"capture:{hold_id}")
    values: list[Value] = [transfer_id, hold_id, amount.paise, payee.id, reference_type, reference_id, group_id]
    values += [payee.name, note, now]
    return post(transfer_id, "ledger_capture", values)


def release(*, hold_id: UUID, now: datetime) -> None:  # noqa: ARG001 (expiry follows the database's clock)
    """Free a hold; a second time changes nothing. HoldNotActive when it was captured."""
    settle(call("ledger_release", [hold_id]))


def release_expired(*, now: datetime, limit: int = 500) -> int:  # noqa: ARG001 (as above: a host's clock may be wrong)
    """Free what has expired by the database's clock and return how many; the oldest first."""
    due = Hold.objects.filter(state="ACTIVE", expires_at__lte=Now()).order_by("expires_at")
    ids = list(due.values_list("id", flat=True)[:limit])
    for hold_id in ids:
        call("ledger_release", [hold_id])
    return len(ids)
