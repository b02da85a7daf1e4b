"""Our balances beside the issuer's. Comparing changes no money: a difference is a row that people resolve.

A wallet is compared only while it is quiet: everything of ours is on the issuer's books, and nothing moved while we asked.
What the issuer has not confirmed within an hour no longer excuses a wallet, so a stuck mirror shows up here too.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet

from aarokya.common.clients.http import PartnerError
from aarokya.common.metrics import ALERTS
from aarokya.common.money import Money
from aarokya.common.state import move
from wallets.gateways.base import Issuer, IssuerWallet
from wallets.models import Difference, DifferenceStatus, IssuerCheck, ProvisioningStatus, Wallet, WalletEntry
from wallets.services.opening import issuer_status_of

MIRRORED_WITHIN = timedelta(hours=1)
EVERY = timedelta(hours=20)  # each wallet at least once a day, with room for a sweep that was missed
UNKNOWN_THERE = 404
logger = structlog.get_logger(__name__)


class Verdict(StrEnum):
    AGREES = "agrees"
    DIFFERS = "differs"
    BUSY = "busy"  # money is moving; the next sweep looks again
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Compared:
    """One wallet beside the issuer's. `theirs` is None when the issuer was not reached or knows no such wallet."""

    wallet_id: UUID
    verdict: Verdict
    ours: Money
    theirs: Money | None = None


def due(*, now: datetime, limit: int | None = None, everything: bool = False) -> list[UUID]:
    """Ids of wallets open at the issuer and not compared lately, the longest ago first."""
    wallets = Wallet.objects.filter(status=ProvisioningStatus.COMPLETED)
    if not everything:
        wallets = wallets.filter(Q(issuer_check=None) | Q(issuer_check__at__lt=now - EVERY))
    oldest = F("issuer_check__at").asc(nulls_first=True)
    return list(wallets.order_by(oldest, "id").values_list("id", flat=True)[:limit])


def sweep(*, issuer: Issuer, now: datetime, limit: int) -> list[Compared]:
    """Compare due wallets until the issuer cannot be reached; what is left waits for the next sweep."""
    compared: list[Compared] = []
    for wallet_id in due(now=now, limit=limit):
        compared.append(compare(wallet_id=wallet_id, issuer=issuer, now=now))
        if compared[-1].verdict == Verdict.UNREACHABLE:
            break
    return compared


def compare(*, wallet_id: UUID, issuer: Issuer, now: datetime, dry_run: bool = False) -> Compared:
    """Compare one wallet, keep what was found, and mirror the issuer's status. Calls the issuer: not in a transaction."""
    before = Wallet.objects.get(pk=wallet_id)
    if mirroring(before, now=now).exists():
        return Compared(wallet_id, Verdict.BUSY, before.balance)
    try:
        seen = ask(issuer, before)
    except PartnerError as error:
        logger.warning("reconciliation.unreachable", wallet_id=str(wallet_id), reason=str(error))
        return Compared(wallet_id, Verdict.UNREACHABLE, before.balance)
    after = Wallet.objects.get(pk=wallet_id)
    if after.entries != before.entries:
        return Compared(wallet_id, Verdict.BUSY, after.balance)
    theirs = seen.balance if seen else None
    if not dry_run:
        keep(after, seen, now=now)
    return Compared(wallet_id, Verdict.AGREES if theirs == after.balance else Verdict.DIFFERS, after.balance, theirs)


def mirroring(wallet: Wallet, *, now: datetime) -> QuerySet[WalletEntry]:
    """Movements that the issuer may still be about to learn of."""
    recent = WalletEntry.objects.filter(wallet_id=wallet.pk, at__gt=now - MIRRORED_WITHIN)
    return recent.filter(transfer__issuer_posting=None)


def ask(issuer: Issuer, wallet: Wallet) -> IssuerWallet | None:
    """The issuer's wallet, or None when it says that it has no such wallet."""
    try:
        return issuer.wallet(wallet_id=wallet.transcorp_wallet_id or "")
    except PartnerError as error:
        if error.status == UNKNOWN_THERE:
            return None
        raise


@transaction.atomic
def keep(wallet: Wallet, seen: IssuerWallet | None, *, now: datetime) -> None:
    """Write down that and how the wallet was compared: opens, follows or closes its difference."""
    IssuerCheck.objects.update_or_create(wallet=wallet, defaults={"at": now})
    if seen is not None:
        Wallet.objects.filter(pk=wallet.pk).update(issuer_status=issuer_status_of(seen.status))
    facts: dict[str, Any] = {
        "ours": wallet.balance,
        "theirs": seen.balance if seen else Money(0),
        "known_there": seen is not None,
    }
    difference = Difference.objects.filter(wallet_id=wallet.pk, status=DifferenceStatus.OPEN).select_for_update().first()
    if seen is not None and seen.balance == wallet.balance:
        if difference is not None:
            move(difference, DifferenceStatus.AGREED, seen_at=now, closed_at=now, **facts)
    elif difference is not None:
        Difference.objects.filter(pk=difference.pk).update(seen_at=now, **facts)
    else:
        Difference.objects.create(wallet=wallet, found_at=now, seen_at=now, **facts)
        ALERTS.labels(kind="issuer_difference").inc()
        logger.error("reconciliation.difference", wallet_id=str(wallet.pk), gap=(facts["theirs"] - wallet.balance).paise)
