"""The gateways' own books beside ours, order by order. What is under way is explained by its state, and by nothing else."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx2
import pytest
from django.conf import settings
from django.db.models import Q

from payments.models import (
    OPEN,
    UNPAID_END,
    MandateExecution,
    Order,
    OrderStatus,
    Refund,
    RefundDestination,
    RefundStatus,
    SettlementOutcome,
)
from payments.tests.builders import Bank
from wallets.models import Transfer

TAKEN = (RefundStatus.PENDING,)
UNANSWERED = (RefundStatus.SENT, RefundStatus.MANUAL_REVIEW)  # there or not
BOOKED_UNPAID = Q(status="SUCCESS") & (Q(order=None) | Q(order__captured=0))
Book = Mapping[str, Any]


def differences(theirs: Mapping[str, Book]) -> Iterator[str]:
    """Say in words where the money of an order at its gateway is not the money in our books."""
    ours = {order.order_id: order for order in Order.objects.filter(gateway_amount__gt=0)}
    yield from (f"the gateway has {number}, we do not" for number in theirs.keys() - ours.keys())
    for number, order in ours.items():
        book = theirs.get(number, {})
        yield from charges(order, int(book.get("charged", 0)))
        yield from refunds(order, book)
    yield from credits_of_topups()
    yield from (f"debit {debit.pk} counts as paid and took nothing" for debit in MandateExecution.objects.filter(BOOKED_UNPAID))


def charges(order: Order, charged: int) -> Iterator[str]:
    """We have what the gateway took; less only while we are still going to ask."""
    captured = order.captured.paise
    noted = sum(charge.amount.paise for charge in order.charges.all())
    unheard_of = charged > captured and (order.next_check_at is not None or order.status in OPEN)
    if captured != noted or (captured != charged and not unheard_of):
        yield f"{order.order_id} {order.status}: ours {captured} in charges of {noted}, theirs {charged}"
    if order.status in OPEN | UNPAID_END and captured:
        yield f"{order.order_id} is {order.status} and took {captured}"


def refunds(order: Order, book: Book) -> Iterator[str]:
    """What has come back there has come back here; what we asked for and got no answer to may be there or not."""
    if order.status == OrderStatus.REVERSED:
        if book["refunded"] != book["charged"]:
            yield f"{order.order_id} is REVERSED, and {book['refunded']} of {book['charged']} went back there"
        return
    rows = Refund.objects.filter(order=order, destination=RefundDestination.SOURCE)
    done, taken, unanswered = (paise(rows, *states) for states in ((RefundStatus.SUCCESS,), TAKEN, UNANSWERED))
    back, under_way = int(book.get("refunded", 0)), int(book.get("refund_pending", 0))
    if not done <= back <= done + taken + unanswered:
        yield f"{order.order_id}: {back} went back there, here {done}, {taken} under way and {unanswered} unanswered"
    if not done + taken <= back + under_way <= done + taken + unanswered:
        yield f"{order.order_id}: {back + under_way} in refunds there, here {done + taken} and {unanswered} unanswered"


def paise(rows: Any, *states: RefundStatus) -> int:
    return sum(refund.amount.paise for refund in rows if refund.status in states)


def credits_of_topups() -> Iterator[str]:
    """The ledger has each top-up that is done once, in full, and no other."""
    rows = Transfer.objects.filter(purpose_id="TOPUP", direction=1, reverses=None)
    credited: dict[str, list[int]] = {}
    for transfer in rows:
        credited.setdefault(transfer.reference_id, []).append(transfer.amount.paise)
    for order in Order.objects.filter(type="WALLET_TOPUP"):
        due = [order.amount.paise] if order.settlement == SettlementOutcome.DONE else []
        if (found := credited.pop(order.order_id, [])) != due:
            yield f"{order.order_id} {order.status}: credited {found}, due {due}"


def of_product() -> list[str]:
    """The differences in the product whose settings these are."""
    with httpx2.Client(base_url=settings.SANDBOX_URL, timeout=30, trust_env=False) as http:
        return list(differences(Bank(http).all_orders()))


def judge(theirs: Mapping[str, Book], *, differ: str = "") -> None:
    """Fail unless the books agree; with `differ` (why they should not) fail if they do."""
    found = list(differences(theirs))
    if differ and not found:
        pytest.fail(f"the books agree, although {differ}")
    if found and not differ:
        pytest.fail("the gateway's books are not ours:\n" + "\n".join(found), pytrace=False)
