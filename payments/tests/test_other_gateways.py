"""The same journeys at Razorpay and at Stripe: PAYMENT_GATEWAY is all that differs."""

import json
from collections.abc import Iterator

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from aarokya.common.clients.http import PartnerError
from aarokya.common.money import Money
from accounts.models import User
from payments.gateways import gateway
from payments.gateways.base import GatewayRefused
from payments.models import (
    Charge,
    MandateStatus,
    Order,
    OrderEvent,
    OrderStatus,
    Refund,
    RefundReason,
    RefundStatus,
    WebhookInbox,
)
from payments.services import inbox, refunds
from payments.services.moves import whereabouts
from payments.services.syncing import sync_order
from payments.tests.builders import NOW, Bank, balance, client_of, topup
from payments.tests.mandates import Autopay
from payments.tests.other_gateways import Counter, Mailbox, mailbox

FAILED_WORDS = {"RAZORPAY": "attempted", "STRIPE": "requires_payment_method"}


@pytest.fixture(params=["razorpay", "stripe"])
def counter(request: pytest.FixtureRequest, bank: Bank, settings: Settings) -> Counter:
    settings.PAYMENT_GATEWAY = request.param.upper()
    return Counter(bank, request.param)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


def poll(order: Order) -> Order:
    return sync_order(order_id=order.order_id, cause=OrderEvent.Cause.POLL, gateway=gateway(), now=NOW)


def paid(customer: User, counter: Counter, paise: int = 50_000) -> Order:
    order = topup(customer, paise)
    counter.outcome(order, "CHARGED")
    return poll(order)


def ask_back(order: Order, paise: int, *, key: str) -> Refund:
    return refunds.request(
        order_id=order.order_id,
        amount=Money(paise),
        reason=RefundReason.STAFF,
        requested_by="staff:finance",
        business_key=key,
        now=NOW,
    )


def execute(refund: Refund) -> Refund:
    return refunds.execute(refund_id=refund.pk, gateway=gateway(), now=NOW)


def process_all() -> None:
    for inbox_id in WebhookInbox.objects.unprocessed().order_by("pk").values_list("pk", flat=True):
        inbox.process(inbox_id=inbox_id, gateway=gateway(), now=NOW)


@pytest.mark.django_db
def test_a_topup_is_opened_paid_and_credited_by_its_gateway(customer: User, counter: Counter) -> None:
    answer = client_of(customer).post("/payments/session", {"type": "WALLET_TOPUP", "amount": 50_000}, format="json")
    assert answer.status_code == 201, answer.json()
    order = Order.objects.get(order_id=answer.json()["order_id"])
    assert (order.provider, order.status) == (counter.provider.upper(), OrderStatus.SESSION_OPEN)
    assert order.gateway_reference in json.dumps(answer.json()["payload"])

    counter.outcome(order, "CHARGED")
    status = client_of(customer).get(f"/payments/{order.order_id}/status").json()

    assert status["status"] == "SUCCESS"
    assert balance(customer) == 50_000 == counter.money(order)["charged"]


@pytest.mark.django_db
def test_its_signed_webhook_settles_once_however_often_it_comes(customer: User, counter: Counter, box: Mailbox) -> None:
    order = topup(customer, 50_000)
    counter.outcome(order, "CHARGED", url=box.url, copies=3)
    webhooks = box.wait_for(3)

    assert [webhook.forwarded().status_code for webhook in webhooks] == [200] * len(webhooks)
    assert webhooks[0].delivered(webhooks[0].body + b" ").status_code == 401
    process_all()

    assert Order.objects.get(pk=order.pk).status == OrderStatus.CHARGED
    assert balance(customer) == 50_000
    assert Charge.objects.filter(order=order).count() == 1
    assert WebhookInbox.objects.values("dedupe_key").distinct().count() == WebhookInbox.objects.count() < len(webhooks) + 1


@pytest.mark.django_db
def test_a_failed_attempt_may_be_followed_by_a_good_one(customer: User, counter: Counter) -> None:
    order = topup(customer, 50_000)
    counter.outcome(order, "FAILED")
    failed = poll(order)
    assert (failed.status, failed.gateway_status) == (OrderStatus.FAILED, FAILED_WORDS[order.provider])

    counter.outcome(order, "CHARGED")

    assert poll(order).status == OrderStatus.CHARGED
    assert balance(customer) == 50_000


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["drop_after", "malformed", "http_500"])
def test_a_lost_answer_makes_no_second_order(customer: User, counter: Counter, mode: str) -> None:
    """Razorpay's receipt and Stripe's key find the first one."""
    creates = {"razorpay": "order_create", "stripe": "intent_create"}[counter.provider]
    counter.fault(creates, mode)

    order = topup(customer, 50_000)

    assert order.status == OrderStatus.SESSION_OPEN
    money = counter.bank.control("GET", "gateways")[counter.provider]
    assert list(money) == [order.order_id]


@pytest.mark.django_db
def test_an_order_whose_reference_never_came_is_found_by_our_id(customer: User, counter: Counter) -> None:
    order = topup(customer, 50_000)
    counter.outcome(order, "CHARGED")
    Order.objects.filter(pk=order.pk).update(gateway_reference="")
    order.refresh_from_db()

    truth = gateway().fetch_order(whereabouts(order))

    assert (truth.order_id, truth.amount) == (order.order_id, Money(50_000))
    assert truth.customer_id == str(customer.pk)


@pytest.mark.django_db
def test_partial_refunds_repeated_are_one_each_and_never_more_than_was_paid(customer: User, counter: Counter) -> None:
    order = paid(customer, counter)
    first = ask_back(order, 20_000, key="a")
    for _ in range(3):
        execute(first)
    assert Refund.objects.get(pk=first.pk).status == RefundStatus.PENDING
    counter.settle(first, "SUCCESS")
    assert execute(first).status == RefundStatus.SUCCESS

    rest = ask_back(order, 30_000, key="b")
    execute(rest)
    counter.settle(rest, "SUCCESS")
    assert execute(rest).status == RefundStatus.SUCCESS

    money = counter.money(order)
    assert (money["charged"], money["refunded"], money["refunds"]) == (50_000, 50_000, 2)
    with pytest.raises(GatewayRefused):
        gateway().refund(whereabouts(order), unique_request_id="NOTOURS00001", amount=Money(100))


@pytest.mark.books_differ("the refund is asked for at the gateway and decided by nobody here")
@pytest.mark.django_db
def test_the_same_refund_at_the_gateway_twice_is_one(customer: User, counter: Counter) -> None:
    """Their keys are forgotten after a day; the refund itself is found by our id."""
    order = paid(customer, counter)
    counter.fault("refund", "drop_after")
    where = whereabouts(order)

    once = gateway().refund(where, unique_request_id="REFUND0000000001", amount=Money(10_000))
    again = gateway().refund(where, unique_request_id="REFUND0000000001", amount=Money(10_000))

    assert [refund.reference for refund in once.refunds] == [refund.reference for refund in again.refunds]
    assert counter.money(order)["refunds"] == 1


@pytest.mark.django_db
def test_a_refund_that_the_bank_refuses_is_a_failure(customer: User, counter: Counter) -> None:
    order = paid(customer, counter)
    refund = ask_back(order, 20_000, key="a")
    execute(refund)
    counter.settle(refund, "FAILURE")

    assert execute(refund).status == RefundStatus.FAILURE
    assert counter.money(order)["refunded"] == 0


@pytest.mark.django_db
def test_an_old_order_stays_where_it_was_opened(customer: User, counter: Counter, settings: Settings) -> None:
    order = topup(customer, 50_000)
    settings.PAYMENT_GATEWAY = "JUSPAY"

    counter.outcome(order, "CHARGED")

    assert poll(order).status == OrderStatus.CHARGED
    assert topup(customer, 10_000).provider == "JUSPAY"


@pytest.mark.django_db
def test_a_gateway_whose_keys_are_gone_is_a_partner_that_fails(customer: User, counter: Counter) -> None:
    order = topup(customer, 50_000)
    where = whereabouts(order)
    elsewhere = type(where)(where.order_id, where.customer_id, "PAYTM")

    with pytest.raises(PartnerError):
        gateway().fetch_order(elsewhere)


@pytest.mark.django_db
def test_only_a_true_landing_is_shown(customer: User, counter: Counter) -> None:
    order = topup(customer, 50_000)
    played = counter.outcome(order, "CHARGED")
    true = {
        "razorpay": played["landing"],
        "stripe": {
            "payment_intent": order.gateway_reference,
            "payment_intent_client_secret": played["object"].get("client_secret", ""),
            "redirect_status": "succeeded",
        },
    }[counter.provider]
    signed = {"razorpay": "razorpay_signature", "stripe": "payment_intent_client_secret"}[counter.provider]

    assert APIClient().post("/payments/return", true | {signed: "0" * 64}).status_code == 403
    page = (
        APIClient().post("/payments/return", true)
        if counter.provider == "razorpay"
        else APIClient().get("/payments/return", true)
    )

    assert page.status_code == 200, page.content
    assert balance(customer) == 50_000


@pytest.mark.django_db
def test_mandates_are_juspays_whatever_is_chosen(autopay: Autopay, settings: Settings) -> None:
    settings.PAYMENT_GATEWAY = "STRIPE"

    autopay.start()

    assert autopay.mandate.status == MandateStatus.ACTIVE
    assert autopay.mandate.registration.provider == "JUSPAY"


@pytest.mark.django_db
def test_a_person_pays_at_the_page_and_lands_here(customer: User, counter: Counter) -> None:
    order = topup(customer, 50_000)

    landed = counter.pay_at_the_page(order)

    assert landed.status_code == 200, landed.content
    assert "Payment received" in landed.content.decode()
    assert (poll(order).status, balance(customer)) == (OrderStatus.CHARGED, 50_000)
