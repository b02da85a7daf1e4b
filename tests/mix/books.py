"""What must hold whatever happened: the ledger, the bank's books beside ours, each effect once, nothing open past its time."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, Sum

from aarokya.common import clock, outbox
from aarokya.common.models import OutboxMessage
from insurance.models import Policy, PremiumPayment
from payments.models import (
    OPEN,
    MandateExecution,
    Order,
    OrderStatus,
    Receipt,
    Refund,
    RefundDestination,
    RefundStatus,
    SettlementOutcome,
    Ticket,
)
from payments.services.schedule import PENDING_FOR
from tests.mix import ourselves
from tests.mix.world import World
from wallets.models import Hold, Transfer, Wallet
from wallets.services import verification

AT_BANK = (RefundStatus.SENT, RefundStatus.PENDING, RefundStatus.MANUAL_REVIEW)
WITHIN_AN_HOUR = "I9"  # the issuer has every transfer by then
CALM = (0.01, 0.1, 0.5, 1, 3, 6, 12, 24, 24, 24, 24, 24, 24)  # hours


def settle_down(world: World) -> None:
    """Faults stop and time goes on: everything that was begun must come to its end by itself."""
    world.bank.heal()
    for number, hours in enumerate(CALM):
        world.move(timedelta(hours=hours))
        for _ in range(3):
            ourselves.sweep(world.at(10**9 + number))
            outbox.drain(now=clock.now())


def violations(world: World) -> list[str]:
    """Everything that should not be, in words."""
    books = world.bank.books()
    now = clock.now()
    return [*ledger(now), *money(books["orders"]), *issuer(books["issuer"]["wallets"]), *effects(), *ends(now), *people_called()]


def ledger(now: datetime, *, under_way: bool = False) -> Iterator[str]:
    """The ledger's invariants; `under_way` without the one that is about time, which here stands still and jumps."""
    for finding in verification.verify(now=now):
        if finding.count and not (under_way and finding.code == WITHIN_AN_HOUR):
            yield f"{finding.code} {finding.title}: {finding.count}, {finding.differences[:3]}"


def money(theirs: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The bank's books and ours agree on every order, in both directions."""
    known = set(Order.objects.values_list("order_id", flat=True))
    yield from (f"the bank has {number}, we do not" for number in set(theirs) - known)
    for order in Order.objects.filter(gateway_amount__gt=0):
        at_bank = theirs.get(order.order_id, {"charged": 0, "refunded": 0, "refund_pending": 0})
        ours = {
            "charged": order.captured.paise,
            "refunded": refunds(order, RefundStatus.SUCCESS),
            "refund_pending": refunds(order, *AT_BANK),
        }
        if order.status != OrderStatus.REVERSED and any(ours[name] != at_bank[name] for name in ours):
            yield f"{order.order_id} {order.status}: ours {ours}, theirs {at_bank}"


def refunds(order: Order, *states: RefundStatus) -> int:
    rows = Refund.objects.filter(order=order, destination=RefundDestination.SOURCE, status__in=states)
    return sum(refund.amount.paise for refund in rows)


def issuer(theirs: dict[str, dict[str, Any]]) -> Iterator[str]:
    for wallet in Wallet.objects.all():
        at_issuer = theirs.get(wallet.transcorp_wallet_id or "", {"balance": None})["balance"]
        if at_issuer != wallet.balance.paise:
            yield f"wallet {wallet.pk}: ours {wallet.balance.paise}, the issuer's {at_issuer}"


def effects() -> Iterator[str]:
    """Money that arrived did one thing once, or is on its way back, or a person knows."""
    rows = Transfer.objects.filter(purpose_id="TOPUP", direction=1, reverses=None)
    credited = Counter(rows.values_list("reference_id", flat=True))
    premiums = dict(PremiumPayment.objects.values_list("order_id", "amount"))
    for order in Order.objects.all():
        done = order.settlement == SettlementOutcome.DONE
        if order.type == "WALLET_TOPUP" and credited[order.order_id] != int(done):
            yield f"{order.order_id} {order.status} {order.settlement}: credited {credited[order.order_id]} times"
        if order.type == "INSURANCE_PREMIUM" and (premiums.get(order.order_id) == order.amount) != done:
            yield f"{order.order_id} {order.status} {order.settlement}: booked {premiums.get(order.order_id)}"
        if order.status == OrderStatus.CHARGED:
            yield from returns(order)
    yield from receipts()
    for policy in Policy.objects.all():
        booked = paise(policy.premium_payments.aggregate(all=Sum("amount"))["all"])
        if policy.premium_paid.paise != booked:
            yield f"policy {policy.pk}: paid {policy.premium_paid}, booked {booked}"
        if policy.premium_paid > policy.annual_premium:
            yield f"policy {policy.pk}: paid {policy.premium_paid} of {policy.annual_premium}"


def returns(order: Order) -> Iterator[str]:
    """What came in too often or for nothing goes back, all of it, unless the bank refused and a person knows."""
    rows = Refund.objects.filter(order=order)
    back = paise(rows.spending().aggregate(all=Sum("amount"))["all"])
    refused = rows.filter(status=RefundStatus.FAILURE).exists()
    if order.settlement == SettlementOutcome.REFUND and back != order.captured.paise and not refused:
        yield f"{order.order_id} has no purpose any more, and {back} of {order.captured} goes back"
    extra = order.charges.filter(is_extra=True).count()
    if rows.filter(reason="CHARGED_TWICE").count() != extra:
        yield f"{order.order_id}: {extra} charges too many, {rows.filter(reason='CHARGED_TWICE').count()} go back"


def paise(total: Any) -> int:
    return int(getattr(total, "paise", total) or 0)


def receipts() -> Iterator[str]:
    """One for each order that did what it was for, numbered without gaps."""
    done = set(Order.objects.filter(settlement=SettlementOutcome.DONE).values_list("pk", flat=True))
    if done != set(Receipt.objects.values_list("order_id", flat=True)):
        yield f"{len(done)} orders are done, {Receipt.objects.count()} have a receipt"
    for row in Receipt.objects.values("series").annotate(count=Count("pk"), last=Max("sequence")):
        if row["count"] != row["last"]:
            yield f"receipts {row} have a gap"


def ends(now: datetime) -> Iterator[str]:
    """No order waits for longer than it may, and nothing is held or reserved for one that has ended."""
    late = Order.objects.filter(status__in=OPEN, opened_at__lt=now - PENDING_FOR, expires_at__lt=now)
    yield from (f"{order.order_id} is {order.status} since {order.opened_at}" for order in late)
    ended = Order.objects.exclude(status__in=[*OPEN, OrderStatus.MISMATCH]).exclude(hold_id=None)
    held = Hold.objects.filter(state="ACTIVE", pk__in=ended.values("hold_id"))
    yield from (f"hold {hold.pk} outlives its order" for hold in held)
    stuck = OutboxMessage.objects.exclude(quarantined_at=None).exclude(topic="webhook.received")
    yield from (f"message {message.topic} was set aside: {message.last_error}" for message in stuck)
    waiting = OutboxMessage.objects.open().filter(quarantined_at=None, not_before__lt=now - timedelta(hours=1))
    yield from (f"message {message.topic} {message.payload} waits: {message.last_error}" for message in waiting)
    for debit in MandateExecution.objects.filter(status="SUCCESS").exclude(order__status__in=["CHARGED", "REVERSED"]):
        yield f"debit {debit.pk} counts as paid without CHARGED"
    for debit in MandateExecution.objects.filter(order__status="CHARGED").exclude(status="SUCCESS"):
        yield f"debit {debit.pk} is {debit.status} but was charged"


def people_called() -> Iterator[str]:
    """What only a person can put right has a ticket."""
    subjects = set(Ticket.objects.values_list("subject", flat=True))
    for refund in Refund.objects.filter(status__in=[RefundStatus.FAILURE, RefundStatus.MANUAL_REVIEW]).select_related("order"):
        if refund.unique_request_id not in subjects:
            yield f"refund {refund.unique_request_id} is {refund.status} and nobody was called"
    for order in Order.objects.filter(status=OrderStatus.MISMATCH):
        if order.order_id not in subjects:
            yield f"{order.order_id} is in quarantine and nobody was called"
    odd = (
        Order.objects.filter(captured__gt=0).exclude(status__in=["CHARGED", "REVERSED", "MISMATCH"]).exclude(captured=F("amount"))
    )
    yield from (f"{order.order_id} took {order.captured} and is {order.status}" for order in odd)
