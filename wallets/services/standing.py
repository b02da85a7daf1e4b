"""Freezing, closing and the tier: acts of staff, audited."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from aarokya.common import audit
from aarokya.common.errors import NotFound
from wallets.models import Standing, Tier, Wallet
from wallets.services.ledger import call, settle


def set_standing(*, wallet_id: UUID, standing: Standing, actor: str, reason: str, now: datetime) -> None:
    """Freeze, open again or close a wallet. WalletNotEmpty, WalletNotUsable for a closed one, NotFound."""
    with transaction.atomic():
        wallet = locked(wallet_id)
        outcome = settle(call("ledger_set_standing", [wallet_id, standing, now]))
        if outcome.replayed:
            return
        before, after = {"standing": wallet.standing}, {"standing": standing}
        audit.record(
            actor=actor, action=f"wallet.{standing.lower()}", obj=wallet, before=before, after=after, reason=reason, now=now
        )


def set_tier(*, wallet_id: UUID, tier: Tier, actor: str, reason: str, now: datetime) -> None:
    """Put a wallet under the limits of another tier. NotFound."""
    with transaction.atomic():
        wallet = locked(wallet_id)
        settle(call("ledger_set_tier", [wallet_id, tier, now]))
        before, after = {"tier": wallet.tier}, {"tier": tier}
        audit.record(actor=actor, action="wallet.tier_changed", obj=wallet, before=before, after=after, reason=reason, now=now)


def locked(wallet_id: UUID) -> Wallet:
    """The wallet under the lock that every movement takes, so that what is audited as "before" is what was changed."""
    wallet = Wallet.objects.select_for_update(no_key=True).filter(pk=wallet_id).first()
    if wallet is None:
        raise NotFound
    return wallet
