"""Reading wallets: with the owner's permission, and in one query where it is hot."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from aarokya.common.clock import ist_day, ist_midnight
from aarokya.common.errors import NotFound
from aarokya.common.money import Money
from accounts.models import UserStatus
from wallets.errors import AccountNotFound, BeneficiaryNotFound, SponsorNotFound
from wallets.models import (
    HEALTH,
    Account,
    Allowance,
    ContraAccount,
    ContributionBatch,
    ProviderOrder,
    RecurringContribution,
    Settlement,
    Sponsor,
    Transfer,
    Wallet,
    WalletEntry,
)

HISTORY_ROWS = 10
ROOM = "SELECT ledger_headroom(w, %s) FROM wallets_wallet w WHERE w.user_id = %s AND w.kind_id = %s"


def wallet_of(user_id: UUID) -> Wallet:
    """Return the user's health wallet. NotFound."""
    wallet = Wallet.objects.of(user_id).first()
    if wallet is None:
        raise NotFound("There is no wallet yet")
    return wallet


def wallet_for(user_id: UUID, issuer_wallet_id: str) -> Wallet:
    """Return the user's wallet by the issuer's id for it. NotFound for anybody else's, exactly as for none."""
    wallet = Wallet.objects.filter(user_id=user_id, transcorp_wallet_id=issuer_wallet_id).first()
    if wallet is None:
        raise NotFound
    return wallet


def transfer(transfer_id: UUID) -> Transfer:
    """Return a transfer. NotFound."""
    found = Transfer.objects.filter(pk=transfer_id).first()
    if found is None:
        raise NotFound
    return found


def entries_of(wallet: Wallet) -> QuerySet[WalletEntry]:
    """The wallet's history with each movement and its other side, newest first."""
    return WalletEntry.objects.filter(wallet_id=wallet.pk).select_related("transfer").order_by("-number")


def recent_entries(wallet: Wallet, *, days: int, now: datetime) -> QuerySet[WalletEntry]:
    """At most ten newest entries, of the last `days` days in Asia/Kolkata, today included; 0 days: of all time."""
    entries = entries_of(wallet)
    if days:
        entries = entries.filter(at__gte=ist_midnight(ist_day(now) - timedelta(days=days - 1)))
    return entries[:HISTORY_ROWS]


def payees(words: str = "") -> QuerySet[ContraAccount]:
    """Merchants that a health wallet may pay, by words in their name, city or category."""
    allowed = Allowance.objects.filter(
        wallet_kind=HEALTH, direction=-1, contra_kind=OuterRef("kind"), merchant_category=OuterRef("merchant_category")
    )
    found = ContraAccount.objects.filter(Exists(allowed), kind="merchant").select_related("merchant_category")
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(city__icontains=word) | Q(merchant_category__label__icontains=word))
    return found.order_by("name", "id")


def payee(payee_id: UUID) -> ContraAccount:
    """Return any registered merchant, also one that the ring-fence will refuse. NotFound."""
    found = ContraAccount.objects.filter(pk=payee_id, kind="merchant").select_related("merchant_category").first()
    if found is None:
        raise NotFound("There is no such payee")
    return found


def topup_room(user_id: UUID, *, now: datetime) -> Money:
    """How much may still be topped up under the limits, what is reserved for others counted; never negative. NotFound."""
    with connection.cursor() as cursor:
        cursor.execute(ROOM, [now, user_id, HEALTH])
        row = cursor.fetchone()
    if row is None:
        raise NotFound("There is no wallet yet")
    return max(Money(int(row[0])), Money(0))


def sponsor(sponsor_id: UUID) -> Sponsor:
    """Return a sponsor. SponsorNotFound."""
    found = Sponsor.objects.select_related("contra__pot").filter(pk=sponsor_id).first()
    if found is None:
        raise SponsorNotFound
    return found


def sponsors(**wanted: Any) -> QuerySet[Sponsor]:
    """Sponsors by name, with what is in their pots."""
    return Sponsor.objects.select_related("contra__pot").filter(**wanted).order_by("name", "id")


def all_recurring(**wanted: Any) -> QuerySet[RecurringContribution]:
    """Recurring contributions, newest first."""
    return RecurringContribution.objects.filter(**wanted).order_by("-created_at", "-id")


def batch(batch_id: UUID) -> ContributionBatch:
    """Return a bulk of contributions. NotFound."""
    found = ContributionBatch.objects.filter(pk=batch_id).first()
    if found is None:
        raise NotFound
    return found


def recurring(recurring_id: UUID) -> RecurringContribution:
    """Return a recurring contribution. NotFound."""
    found = RecurringContribution.objects.filter(pk=recurring_id).first()
    if found is None:
        raise NotFound
    return found


def beneficiary(user_id: UUID) -> Wallet:
    """Return the wallet of somebody who is still with us. BeneficiaryNotFound."""
    found = Wallet.objects.of(user_id).exclude(user__status=UserStatus.DEACTIVATED).first()
    if found is None:
        raise BeneficiaryNotFound
    return found


def account(account_id: UUID) -> Account:
    """Return an account outside. AccountNotFound."""
    found = Account.objects.filter(pk=account_id).first()
    if found is None:
        raise AccountNotFound
    return found


def account_of(user_id: UUID, account_id: UUID) -> Account:
    """Return the user's own account outside. AccountNotFound for anybody else's."""
    found = Account.objects.filter(pk=account_id, holder=f"user:{user_id}").first()
    if found is None:
        raise AccountNotFound
    return found


def provider_order(order_id: UUID) -> ProviderOrder:
    """Return a provider order. NotFound."""
    found = ProviderOrder.objects.filter(pk=order_id).first()
    if found is None:
        raise NotFound
    return found


def settlement(settlement_id: UUID) -> Settlement:
    """Return a settlement with its account. NotFound."""
    found = Settlement.objects.select_related("contra").filter(pk=settlement_id).first()
    if found is None:
        raise NotFound
    return found


def settlements(**wanted: Any) -> QuerySet[Settlement]:
    """Settlements with their accounts, newest first."""
    return Settlement.objects.select_related("contra").filter(**wanted).order_by("-id")


# By hand: the ORM takes twice as long to write this query as PostgreSQL takes to answer it.
SUMMARY = """
SELECT transcorp_wallet_id, own_balance + others_balance, own_balance + others_balance - own_held - others_held,
    status, issuer_status
FROM wallets_wallet WHERE user_id = %s AND kind_id = %s
"""


def summary(user_id: UUID) -> dict[str, Any]:
    """Return what `GET /wallet` answers, from one query and without building a model. NotFound."""
    with connection.cursor() as cursor:
        cursor.execute(SUMMARY, [user_id, HEALTH])
        row = cursor.fetchone()
    if row is None:
        raise NotFound("There is no wallet yet")
    issuer_id, balance, available, status, issuer_status = row
    return {
        "user_id": str(user_id),
        "transcorp_wallet_id": issuer_id,
        "balance": balance,
        "available_balance": available,
        "wallet_status": status,
        "wallet_status_transcorp": issuer_status,
    }
