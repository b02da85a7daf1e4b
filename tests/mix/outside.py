"""What the bank does, what it tells us and does not tell us, and everything that goes wrong between us."""

from datetime import timedelta
from typing import Any

from aarokya.common import clock
from aarokya.common.ids import uuid7
from payments.models import Mandate, Order, Refund, RefundDestination, RefundStatus
from payments.services.schedule import LATE_SUCCESS_FOR
from payments.tests.builders import basic, event, push
from tests.mix.world import World

OUTCOMES = ("CHARGED",) * 6 + ("FAILED",) * 3 + ("PENDING", "PENDING")
ORDER_FAULTS = ("stale_status", "late_success", "double_charge", "wrong_amount")
REQUEST_FAULTS = ("http_500", "malformed", "drop", "drop_after", "timeout_after")
EVENTS = ("TXN_CREATED", "TXN_CHARGED", "ORDER_CREATED", "ORDER_SUCCEEDED", "ORDER_FAILED", "ORDER_REFUNDED", "NEVER_HEARD_OF")
PARTNERS = ("juspay", "issuer", "narayana")
MANDATE_OUTCOMES = ("CHARGED",) * 6 + ("FAILED", "FAILED", "PENDING", "PAUSED", "ACTIVE", "REVOKED")
REFUND_OUTCOMES = ("SUCCESS",) * 5 + ("FAILURE", "MANUAL_REVIEW", "PENDING")


def end_attempt(world: World) -> str:
    """A customer pays or fails to; the bank does its part well, or in one of the ways it does it badly."""
    order = world.order(mandate_role="", opened_at__gt=clock.now() - LATE_SUCCESS_FOR)  # later nobody asks any more
    if order is None:
        return "no order"
    fault = world.chance.choice(ORDER_FAULTS) if world.chance.random() < 0.15 else ""
    if fault:
        world.arm("juspay", fault, times=1, contains=order.order_id)
    outcome = "AUTO_REFUNDED" if world.chance.random() < 0.03 and may_be_returned(order) else world.chance.choice(OUTCOMES)
    found = world.play(order.order_id, {"outcome": outcome})
    return f"{order.order_id} {outcome} {fault} → {found}"


def may_be_returned(order: Order) -> bool:
    """A bank gives back only what nobody else gave back."""
    return not order.refunds.exists() and order.captured <= order.gateway_amount


def tell(world: World) -> str:
    """Webhooks of some orders: any events, several times, in any order. Many are never sent at all."""
    rows = list(world.orders()[:20])
    world.chance.shuffle(rows)
    bodies = [
        event(order.order_id, world.chance.choice(EVENTS), event_id=f"evt_{world.key}_{number}")
        for order in rows[: world.chance.randrange(1, 4)]
        for number in range(world.chance.randrange(1, 3))
    ]
    bodies *= world.chance.choice((1, 2, 3))
    world.chance.shuffle(bodies)
    answers = {push(body).status_code for body in bodies}
    assert answers <= {200}, answers
    return f"{len(bodies)} webhooks"


def forge(world: World) -> str:
    """Somebody who is not the bank, or somebody who has stolen its password."""
    order = world.order()
    number = order.order_id if order else "NOBODYSORDER00000001"
    lies: dict[str, Any] = {"status": "CHARGED", "status_id": 21, "amount": "99999.00"}
    cases = {
        "no password": (push(event(number, **lies), authorization=""), 401),
        "wrong password": (push(event(number, **lies), authorization=basic("juspay", "guess")), 401),
        "unknown order": (push(event(uuid7().hex[:20].upper(), **lies)), 200),
        "lies": (push(event(number, **lies)), 200),
    }
    for name, (answer, expected) in cases.items():
        assert answer.status_code == expected, name
    return "forged"


def settle_refund(world: World) -> str:
    """The bank decides about a refund it has."""
    waiting = Refund.objects.filter(destination=RefundDestination.SOURCE, status__in=[RefundStatus.SENT, RefundStatus.PENDING])
    refund = world.one_of(waiting.order_by("-requested_at", "-pk")[:10])
    if refund is None:
        return "no refund"
    outcome = world.chance.choice(REFUND_OUTCOMES)
    path = f"/_control/refunds/{refund.unique_request_id}"
    status = world.bank.http.request("POST", path, json={"outcome": outcome}).status_code
    return f"{outcome} → {status}"


def play_mandate(world: World) -> str:
    """The customer agrees or does not, revokes at the bank, has no money on the day."""
    mandate = world.one_of(Mandate.objects.select_related("registration").order_by("-created_at", "-pk")[:8])
    if mandate is None or is_too_late(mandate):
        return "no mandate"
    outcome = world.chance.choice(MANDATE_OUTCOMES)
    path = f"/_control/mandates/{mandate.registration.order_id}"
    status = world.bank.http.request("POST", path, json={"outcome": outcome}).status_code
    return f"{outcome} → {status}"


def is_too_late(mandate: Mandate) -> bool:
    """Nobody agrees to what was offered days ago."""
    return mandate.activated_at is None and mandate.registration.age(clock.now()) > LATE_SUCCESS_FOR


def trouble(world: World) -> str:
    """The next calls to a partner go wrong."""
    partner, mode = world.chance.choice(PARTNERS), world.chance.choice(REQUEST_FAULTS)
    world.arm(partner, mode, times=world.chance.randrange(1, 6))
    return f"{partner} {mode}"


def heal(world: World) -> str:
    world.bank.heal()
    return "all is well"


def pass_time(world: World) -> str:
    seconds = world.chance.choice((1, 5, 30, 120, 600, 1_800, 3_600, 6 * 3_600, 86_400))
    world.move(timedelta(seconds=seconds * world.chance.uniform(0.5, 1.5)))
    return f"{seconds} s"
