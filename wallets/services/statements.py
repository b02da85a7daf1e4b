"""A month's statement from the wallet's history: each entry carries the balance after it, so nothing is added up anew."""

from datetime import date, datetime, timedelta
from uuid import UUID

from aarokya.common.clock import ist_day, ist_midnight
from accounts.models import User
from wallets import selectors
from wallets.documents.statement import Line, Statement, shown_day, shown_period
from wallets.documents.words import PURPOSES, WORDS
from wallets.models import Transfer, WalletEntry


def statement(*, user_id: UUID, month: date, language: str, now: datetime) -> Statement:
    """Return the statement of the month that begins on `month`, up to today in the present one. NotFound without a wallet."""
    wallet = selectors.wallet_of(user_id)
    following = next_month(month)
    entries = selectors.entries_of(wallet)
    before = entries.filter(at__lt=ist_midnight(month)).first()
    moved = list(
        entries.filter(at__gte=ist_midnight(month), at__lt=ist_midnight(following))
        .select_related("transfer__purpose")
        .order_by("number")
    )
    last = moved[-1] if moved else before
    user = User.objects.get(pk=user_id)
    return Statement(
        words=WORDS[language],
        prepared_on=ist_day(now),
        prepared_day=shown_day(ist_day(now), language),
        holder=f"{user.first_name} {user.last_name}".strip() or user.masked_phone,
        wallet=wallet.transcorp_wallet_id or str(wallet.pk),
        period=shown_period(month, min(following - timedelta(days=1), ist_day(now)), language),
        opening=balance_after(before),
        closing=balance_after(last),
        own=last.own_after.paise if last else 0,
        others=last.others_after.paise if last else 0,
        lines=tuple(line(entry, language) for entry in moved),
    )


def next_month(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def balance_after(entry: WalletEntry | None) -> int:
    return (entry.own_after + entry.others_after).paise if entry else 0


def line(entry: WalletEntry, language: str) -> Line:
    transfer = entry.transfer
    paise = transfer.amount.paise
    return Line(
        day=shown_day(ist_day(entry.at), language),
        particulars=particulars(transfer, language),
        note=transfer.note,
        paid_in=paise if transfer.direction > 0 else 0,
        paid_out=paise if transfer.direction < 0 else 0,
        balance=balance_after(entry),
    )


def particulars(transfer: Transfer, language: str) -> str:
    """What it was for and whose; a top-up is the holder's own, whatever gateway it came through."""
    purpose = PURPOSES[language].get(transfer.purpose_id, transfer.purpose.label)
    return purpose if transfer.purpose_id == "TOPUP" else ", ".join(filter(None, (purpose, transfer.source)))
