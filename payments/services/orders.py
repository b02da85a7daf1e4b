"""Opening an order: the row exists before anybody outside hears of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from aarokya.common import failpoints, ids, outbox
from aarokya.common.errors import Conflict, Detail, IdempotencyMismatch, InvalidInput
from aarokya.common.money import Money
from aarokya.common.transactions import retried
from payments.models import Order, OrderEvent, OrderStatus, PaymentMethod, SettlementOutcome
from payments.purposes.base import Prepared, Settlement, purpose, require_offered
from payments.services import wallet_parts
from payments.services.moves import Why, advance, note, record
from payments.services.schedule import OPEN_FOR, SESSION_REPLY_DUE
from payments.services.wallet_parts import Parts

TOPUP = "WALLET_TOPUP"
NAMED_BY_PAYER = (TOPUP, "CONTRIBUTION")  # whose amount is whatever they want to give
MANDATES_AT = "JUSPAY"  # the one gateway that debits by standing permission


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client asks to pay. `amount` counts only where the purpose lets the client name it."""

    user_id: UUID
    type: str
    amount: Money | None
    policy_id: UUID | None
    payment_method: PaymentMethod
    grant_id: UUID | None = None  # of the third party who pays, if it is not the user


@dataclass(frozen=True, slots=True)
class Opened:
    """The order, and whether this call made it: one that existed may have been in front of the gateway already."""

    order: Order
    is_new: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what is owed, taken from the wallet on a standing word: the amount is the purpose's, not the client's."""

    user_id: UUID
    type: str
    prepared: Prepared


def open_order(wish: Wish, *, row_id: UUID, now: datetime) -> Opened:
    """Find the order of this row id, or write one with everything it reserves, in one commit."""
    require_offered(wish.type, to_contributor=wish.grant_id is not None)
    if wish.type == TOPUP and wish.payment_method != PaymentMethod.GATEWAY:
        detail = Detail("payment_method", "not_offered", "a wallet cannot be topped up from itself")
        raise InvalidInput(f"payment_method: {detail.message}", details=(detail,))
    opened = find_or_write(row_id, partial(write, wish, row_id=row_id, now=now))
    return opened if opened.is_new else Opened(resumed(opened.order, wish), is_new=False)


def take_part(part: Part, *, row_id: UUID, now: datetime) -> Order:
    """Pay a part from the wallet, once for each row id: money and effect together. The ledger's refusals pass through."""
    return find_or_write(row_id, partial(write_part, part, row_id=row_id, now=now)).order


def find_or_write(row_id: UUID, write: Callable[[], Order]) -> Opened:
    existing = Order.objects.filter(pk=row_id).first()
    if existing is not None:
        return Opened(existing, is_new=False)
    try:
        return Opened(retried(write), is_new=True)
    except IntegrityError as error:
        if constraint_of(error) != "payments_order_pkey":
            raise
        return Opened(Order.objects.get(pk=row_id), is_new=False)  # the same request, a moment faster


def constraint_of(error: IntegrityError) -> str | None:
    """Return the name of the constraint that PostgreSQL says was broken."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None)


def resumed(order: Order, wish: Wish) -> Order:
    """Return the order of an earlier try; IdempotencyMismatch when that try asked for something else."""
    same_subject = wish.policy_id is None or order.reference_id == str(wish.policy_id)
    same_amount = order.type not in NAMED_BY_PAYER or wish.amount == order.amount
    if (
        (order.type, order.payment_method, order.grant_id) != (wish.type, wish.payment_method, wish.grant_id)
        or not same_subject
        or not same_amount
    ):
        raise IdempotencyMismatch
    return order


@transaction.atomic
def write(wish: Wish, *, row_id: UUID, now: datetime) -> Order:
    """Insert the order, reserve what its purpose and its wallet part need, and promise to look after it."""
    kind = purpose(wish.type)
    prepared = kind.prepare(user_id=wish.user_id, amount=wish.amount, policy_id=wish.policy_id, now=now)
    order = insert(wish, prepared, shares(wish, prepared.amount), row_id=row_id, now=now)
    record(order, why=Why(OrderEvent.Cause.OPENED, now), from_status="")
    if not order.gateway_amount:
        return settle_from_wallet(order, now=now)
    kind.reserve(order, now=now)
    wallet_parts.hold(order, now=now)
    # Whatever happens to this process, in two minutes somebody asks whether the gateway ever got the order.
    outbox.emit("payment.check_due", payload={"order_id": order.order_id}, not_before=now + SESSION_REPLY_DUE, now=now)
    return order


@transaction.atomic
def write_part(part: Part, *, row_id: UUID, now: datetime) -> Order:
    wish = Wish(part.user_id, part.type, amount=None, policy_id=None, payment_method=PaymentMethod.WALLET)
    order = insert(wish, part.prepared, shares(wish, part.prepared.amount), row_id=row_id, now=now)
    record(order, why=Why(OrderEvent.Cause.OPENED, now), from_status="")
    return settle_from_wallet(order, now=now)


def shares(wish: Wish, amount: Money) -> Parts:
    match wish.payment_method:
        case PaymentMethod.WALLET:
            return Parts(wallet=amount, gateway=Money(0))
        case PaymentMethod.WALLET_AND_GATEWAY:
            return wallet_parts.split(amount, available=wallet_parts.available(wish.user_id))
        case _:
            return Parts(wallet=Money(0), gateway=amount)


def insert(wish: Wish, prepared: Prepared, parts: Parts, *, row_id: UUID, now: datetime, mandate_role: str = "") -> Order:
    return Order.objects.create(
        id=row_id,
        order_id=order_number(row_id),
        user_id=wish.user_id,
        grant_id=wish.grant_id,
        type=wish.type,
        payment_method=wish.payment_method,
        provider=MANDATES_AT if mandate_role else settings.PAYMENT_GATEWAY,
        amount=prepared.amount,
        gateway_amount=parts.gateway,
        wallet_amount=parts.wallet,
        description=prepared.description[:200],
        reference_type=prepared.reference_type,
        reference_id=prepared.reference_id,
        payee_reference=prepared.payee_reference,
        mandate_role=mandate_role,
        opened_at=now,
        expires_at=now + OPEN_FOR,
    )


def order_number(row_id: UUID) -> str:
    """Return 20 upper-case alphanumerics: our own for a UUIDv7, the same ones every time for the id of an idempotency key."""
    if row_id.version == 7:
        return ids.order_id()
    return "".join(ids.CROCKFORD[(row_id.int >> shift) & 31] for shift in range(95, -1, -5))


def settle_from_wallet(order: Order, *, now: datetime) -> Order:
    """Pay all of it from the wallet: money and effect in this one transaction, or neither."""
    wallet_parts.pay(order, now=now)
    failpoints.reach("wallet.paid")
    advance(order, OrderStatus.CHARGED, why=Why(OrderEvent.Cause.WALLET, now))
    if purpose(order.type).settle(order, now=now) is not Settlement.DONE:
        raise Conflict("What this pays for is no longer to be had; nothing was taken from the wallet")
    note(order, settlement=SettlementOutcome.DONE, settled_at=now)
    outbox.emit(
        "payment.settled", key=f"order:{order.order_id}", payload={"order_id": order.order_id, "outcome": "DONE"}, now=now
    )
    return order
