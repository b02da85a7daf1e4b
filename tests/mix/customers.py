"""What customers do in their app."""

from urllib.parse import urlsplit

from django.conf import settings
from rest_framework.test import APIClient

from aarokya.common import clock
from aarokya.common.errors import DomainError
from aarokya.common.money import Money
from insurance.gateways import narayana
from insurance.models import LIVE, CollectFrom, PaymentPlan, Policy
from insurance.services import purchases
from payments.models import Mandate, MandateExecution, Order
from payments.tests.builders import client_of
from sandbox.juspay.signature import landing_url
from tests.mix.world import World, ask
from wallets import services as wallets
from wallets.models import Hold
from wallets.tests.builders import hospital

METHODS = ("GATEWAY", "WALLET", "WALLET_AND_GATEWAY")


def top_up(world: World) -> str:
    body = {"type": "WALLET_TOPUP", "amount": world.paise()}
    answer = ask(client_of(world.somebody()), "POST", "/payments/session", body, key=world.key)
    return f"{body['amount']} → {answer.status_code}"


def pay_premium(world: World) -> str:
    policy = world.one_of(Policy.objects.filter(status__in=LIVE).order_by("-created_at", "-pk")[:20])
    if policy is None:
        return "nothing to pay for"
    body = {"type": "INSURANCE_PREMIUM", "policy_id": str(policy.pk), "payment_method": world.chance.choice(METHODS)}
    answer = ask(client_of(policy.primary_user), "POST", "/payments/session", body, key=world.key)
    return f"{body['payment_method']} → {answer.status_code}"


def look(world: World) -> str:
    """The app polls; a stranger sees nothing."""
    order = world.order()
    if order is None:
        return "no order"
    stranger = next(user for user in world.people if user.pk != order.user_id)
    assert ask(client_of(stranger), "GET", f"/payments/{order.order_id}/status").status_code == 404
    answer = ask(client_of(order.user), "GET", f"/payments/{order.order_id}/status")
    return f"{order.order_id} {answer.json()['status']}"


def come_back(world: World) -> str:
    """The browser returns, as the bank signed it or as somebody else would like to have it."""
    order = world.order()
    if order is None:
        return "no order"
    forged = world.chance.random() < 0.3
    key = "a key of one's own" if forged else settings.JUSPAY_RESPONSE_KEY
    target = f"{settings.PUBLIC_URL}/payments/return"
    parts = urlsplit(landing_url(target, order_id=order.order_id, status="CHARGED", status_id=21, key=key))
    answer = ask(APIClient(), "GET", f"{parts.path}?{parts.query}")
    assert answer.status_code == (403 if forged else 200)
    return f"{order.order_id} → {answer.status_code}"


def spend(world: World) -> str:
    """Pay a hospital, sometimes by pressing twice."""
    who, amount = world.somebody(), world.paise()
    body = {"payee_id": str(hospital().id), "amount": amount, "purpose": "HOSPITAL", "reference_id": f"bill-{world.number}"}
    answers = [ask(client_of(who), "POST", "/wallet/pay", body, key=world.key) for _ in range(world.chance.choice((1, 1, 2)))]
    assert all(answer.json() == answers[0].json() for answer in answers if answer.status_code == 201), answers[-1].content
    return f"{amount} → {answers[-1].status_code}"


def begin_call(world: World) -> str:
    """Money is held for a consultation."""
    now = clock.now()
    try:
        wallets.hold(
            user_id=world.somebody().pk,
            amount=Money(world.paise()),
            purpose="CONSULTATION",
            business_key=world.key,
            expires_at=now.replace(year=now.year + 5),
            now=now,
        )
    except DomainError as refused:
        return refused.code
    return "held"


def end_call(world: World) -> str:
    """It is captured in part, or let go; the other of the two is refused afterwards."""
    held = world.one_of(Hold.objects.filter(purpose_id="CONSULTATION").order_by("-at", "-pk")[:10])
    if held is None:
        return "no call"
    try:
        if world.chance.random() < 0.5:
            amount = Money(world.chance.randrange(1, held.own_amount.paise + held.others_amount.paise + 1))
            doctor = wallets.contra("provider_payable", "doctor")
            wallets.capture(
                hold_id=held.pk, amount=amount, payee=doctor, reference_type="CALL", reference_id=world.key, now=clock.now()
            )
            return "captured"
        wallets.release(hold_id=held.pk, now=clock.now())
    except DomainError as refused:
        return refused.code
    return "released"


def buy_policy(world: World) -> str:
    """Narayana is asked, then the policy is written; what a fault interrupts is repeated."""
    who, plan = world.somebody(), world.chance.choice([PaymentPlan.DAILY, PaymentPlan.ANNUAL])
    application = purchases.Application(
        user_id=who.pk,
        benefit_id=world.chance.choice(world.benefits).pk,
        dependant_ids=[],
        payment_plan=plan,
        collect_from=CollectFrom.WALLET if plan == PaymentPlan.DAILY and world.chance.random() < 0.7 else None,
        policy_id=world.id_of("policy"),
    )
    try:
        purchases.buy(application, gateway=narayana(), actor=f"user:{who.pk}", now=clock.now())
    except DomainError as refused:
        return refused.code
    return f"{plan} policy"


def register_mandate(world: World) -> str:
    who = world.somebody()
    answer = ask(client_of(who), "POST", f"/users/{who.pk}/mandate/register", {}, key=world.key)
    return f"→ {answer.status_code}"


def command_mandate(world: World) -> str:
    mandate = world.one_of(Mandate.objects.order_by("-created_at", "-pk")[:12])
    if mandate is None:
        return "no mandate"
    verb = world.chance.choice(("pause", "pause", "resume", "resume", "resume", "cancel", "status", "status"))
    path = f"/users/{mandate.user_id}/mandates/{mandate.pk}/{verb}"
    return f"{verb} → {ask(client_of(mandate.user), 'POST', path).status_code}"


def cancel_debit(world: World) -> str:
    debit = world.one_of(MandateExecution.objects.select_related("mandate__user").order_by("-created_at", "-pk")[:10])
    if debit is None:
        return "no debit"
    path = f"/users/{debit.mandate.user_id}/mandates/{debit.mandate_id}/executions/{debit.pk}/cancel"
    return f"→ {ask(client_of(debit.mandate.user), 'POST', path).status_code}"


def fetch_receipt(world: World) -> str:
    order = world.one_of(Order.objects.exclude(settlement="").order_by("-settled_at", "-pk")[:20])
    if order is None:
        return "nothing paid"
    return f"→ {ask(client_of(order.user), 'GET', f'/payments/{order.order_id}/receipt').status_code}"
