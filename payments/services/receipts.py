"""Issuing receipts. The number is taken and used in one transaction, so that a crash leaves no gap."""

from datetime import date, datetime

from django.db import transaction

from aarokya.common import failpoints
from aarokya.common.clock import ist_day
from payments.errors import NoReceiptYet
from payments.models import Order, Receipt, ReceiptSeries, SettlementOutcome

APRIL = 4


@transaction.atomic
def issue(*, order_id: str, now: datetime) -> Receipt:
    """Return the order's receipt, written now if it has none; NoReceiptYet for money that has not done what it was for."""
    order = Order.objects.select_for_update(no_key=True).get(order_id=order_id)
    existing = Receipt.objects.filter(order=order).first()
    if existing is not None:
        return existing
    if order.settlement != SettlementOutcome.DONE or order.settled_at is None:
        raise NoReceiptYet
    series = take_number(financial_year(ist_day(order.settled_at)))
    failpoints.reach("receipt.numbered")
    return Receipt.objects.create(order=order, series=series, sequence=series.last_number, payer=order.payer_name, issued_at=now)


def take_number(year: str) -> ReceiptSeries:
    """Advance the series of `year` under its row lock; whoever comes second waits until the first has committed."""
    ReceiptSeries.objects.get_or_create(financial_year=year)
    series = ReceiptSeries.objects.select_for_update(no_key=True).get(financial_year=year)
    series.last_number += 1
    series.save(update_fields=["last_number"])
    return series


def financial_year(day: date) -> str:
    """Return `2026-27` for 1 April 2026 to 31 March 2027."""
    first = day.year if day.month >= APRIL else day.year - 1
    return f"{first}-{(first + 1) % 100:02d}"
