"""What our own processes and our staff do."""

from aarokya.common import clock, outbox
from aarokya.common.clients.http import PartnerError
from aarokya.common.errors import DomainError
from insurance.models import LIVE, Policy, PolicyStatus
from insurance.services import collecting, lapses, lifecycle, reminders, terms, watchdog
from payments.gateways import gateway
from payments.gateways.base import GatewayRefused
from payments.models import Order, OrderStatus, Refund, RefundStatus
from payments.services import sweeping, syncing
from payments.services.mandates import planning
from tests.mix.world import World, ask, member
from wallets import services as wallets
from wallets.tasks import provision_due


def work(world: World) -> str:
    """A worker delivers what is due."""
    return f"{outbox.drain(now=clock.now(), rounds=3)} messages"


def sweep(world: World) -> str:
    """Beat's sweeps, two of them at the same time now and then."""
    for _ in range(world.chance.choice((1, 1, 2))):
        now = clock.now()
        planning.plan_due(now=now)
        planning.announce_steps(now=now)
        sweeping.sweep_orders(now=now)
        sweeping.sweep_refunds(now=now)
        wallets.release_expired(now=now)
    provision_due()
    return work(world)


def collect(world: World) -> str:
    """Beat's premiums from wallets, two collectors at the same time now and then."""
    rounds = world.chance.choice((1, 1, 2))
    taken = [amount for _ in range(rounds) for amount in collecting.collect_due(now=clock.now())]
    return f"{len(taken)} premiums"


def nightly(world: World) -> str:
    """Terms end, unpaid cover lapses, and what was never issued is given back."""
    now = clock.now()
    day = clock.ist_day(now)
    moved = [*terms.advance_all(day=day, now=now)]
    ended = [*lapses.lapse_all(day=day, now=now), *watchdog.give_up_all(day=day, now=now)]
    warned = [*reminders.warn_all(day=day, now=now)]
    return f"{len(moved)} moved, {len(ended)} ended, {len(warned)} warned"


def refund(world: World) -> str:
    """Finance gives money back; above the limit it waits for a second person."""
    order = world.order(status__in=[OrderStatus.CHARGED, OrderStatus.MISMATCH])
    if order is None:
        return "nothing to refund"
    amount = world.chance.choice((order.gateway_amount.paise, max(1, order.gateway_amount.paise // 3), 70_000))
    where = world.chance.choice(("SOURCE", "SOURCE", "WALLET"))
    body = {"amount": amount, "note": "the customer asked for it", "destination": where}
    answer = ask(member("fatima", "finance"), "POST", f"/payments/{order.order_id}/refunds", body, key=world.key)
    return f"{order.order_id} {amount} to {where} → {answer.status_code}"


def decide_refund(world: World) -> str:
    waiting = Refund.objects.filter(status=RefundStatus.AWAITING_APPROVAL).select_related("order")
    found = world.one_of(waiting.order_by("-requested_at", "-pk")[:5])
    if found is None:
        return "none waits"
    verb = world.chance.choice(("approve", "decline"))
    body = {"reason": "not agreed"} if verb == "decline" else None
    path = f"/payments/{found.order.order_id}/refunds/{found.pk}/{verb}"
    return f"{verb} → {ask(member('gita', 'finance'), 'POST', path, body).status_code}"


def reject_policy(world: World) -> str:
    """The insurer will not issue it: what was paid goes back. Or the customer cancels while it is unpaid."""
    policy = world.one_of(Policy.objects.filter(status=PolicyStatus.PENDING).order_by("-created_at", "-pk")[:10])
    if policy is None:
        return "no policy"
    try:
        if world.chance.random() < 0.5:
            lifecycle.cancel(policy, actor=f"user:{policy.primary_user_id}", now=clock.now())
            return "cancelled"
        lifecycle.reject(policy, actor="staff:olga", reason="not insurable", now=clock.now())
    except DomainError as refused:
        return refused.code
    return "rejected"


def activate_policy(world: World) -> str:
    policy = world.one_of(Policy.objects.filter(status__in=LIVE).order_by("-created_at", "-pk")[:10])
    if policy is None:
        return "no policy"
    try:
        lifecycle.activate(policy, external_policy_id=world.key, actor="staff:olga", now=clock.now())
    except DomainError as refused:
        return refused.code
    return "activated"


def sync_by_hand(world: World) -> str:
    """Ops take an order out of quarantine, if the bank's facts are ours by now."""
    order = world.one_of(Order.objects.filter(status=OrderStatus.MISMATCH).order_by("-opened_at", "-pk")[:5])
    if order is None:
        return "no mismatch"
    if world.chance.random() < 0.5:
        world.play(order.order_id, {"amount": order.gateway_amount.paise})
    try:
        released = syncing.release_from_quarantine(
            order_id=order.order_id, actor="staff:olga", reason="the bank corrected it", gateway=gateway(), now=clock.now()
        )
    except (PartnerError, GatewayRefused) as error:
        return type(error).__name__
    return f"{order.order_id} {released.status}"
