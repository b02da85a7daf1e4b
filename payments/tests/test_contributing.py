"""A third party pays into somebody's wallet with a contributor token."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from rest_framework.test import APIClient

from aarokya.common.money import Money
from accounts.models import User
from accounts.services import contributors
from accounts.services.contributors import Contributor
from accounts.tests.builders import make_platform
from payments.gateways import gateway
from payments.models import Order, OrderEvent, Receipt
from payments.services import approving, receipts, syncing
from payments.tests.builders import NOW, Bank, client_of, event, make_customer, member, push
from wallets import services as wallets
from wallets.models import Standing, Tier, Transfer
from wallets.selectors import wallet_of
from wallets.tests.builders import broken_invariants

pytestmark = pytest.mark.django_db(transaction=True)
PASSENGER = Contributor("PHONE", "+919811122233")


def driver() -> User:
    """A platform's person with a wallet."""
    user = make_customer()
    user.platform, _ = make_platform()
    user.save()
    return user


def passenger(user: User, contributor: Contributor | None = PASSENGER) -> APIClient:
    token = contributors.issue(platform=user.platform, phone=user.phone, channel="CUSTOMER_APP", contributor=contributor, now=NOW)
    return APIClient(headers={"Authorization": f"Bearer {token.text}"})


def give(client: APIClient, paise: int = 50_000, **headers: str) -> Any:
    return client.post("/contributions/payments", {"amount": paise}, format="json", headers=headers)


def given(client: APIClient, paise: int = 50_000) -> Order:
    answer = give(client, paise)
    assert answer.status_code == 201, answer.json()
    return Order.objects.get(order_id=answer.json()["order_id"])


def settled(order: Order) -> Order:
    return syncing.poll(order=order, cause=OrderEvent.Cause.POLL, gateway=gateway(), now=NOW)


def test_what_is_given_is_others_money_with_its_source_named(bank: Bank) -> None:
    user = driver()
    client = passenger(user)
    order = given(client)
    assert wallet_of(user.pk).incoming_reserved == Money(50_000)

    bank.outcome(order, "CHARGED")
    status = client.get(f"/contributions/payments/{order.order_id}").json()

    assert (status["status"], status["amount"]) == ("SUCCESS", 50_000)
    wallet = wallet_of(user.pk)
    assert (wallet.own_balance, wallet.others_balance, wallet.incoming_reserved) == (Money(0), Money(50_000), Money(0))
    [shown] = client_of(user).get("/wallet/transactions").json()["data"]
    assert (shown["purpose"], shown["source"]) == ("GIFT", f"A customer of {user.platform.name}")
    assert broken_invariants() == {}


def test_neither_side_learns_who_the_other_is(bank: Bank) -> None:
    user = driver()
    client = passenger(user)
    answer = give(client)
    order = Order.objects.get(order_id=answer.json()["order_id"])
    bank.outcome(order, "CHARGED")
    settled(order)
    user.refresh_from_db()

    at_the_gateway = str(bank.control("GET", f"orders/{order.order_id}"))
    for secret in (user.phone, user.phone[3:], str(user.pk), user.first_name):
        assert secret not in answer.content.decode()
        assert secret not in client.get(f"/contributions/payments/{order.order_id}").content.decode()
        assert secret not in at_the_gateway
    assert PASSENGER.value[3:] in at_the_gateway
    theirs = client_of(user)
    seen = theirs.get("/wallet/transactions").content.decode() + theirs.get("/payments").content.decode()
    assert PASSENGER.value[3:] not in seen
    assert theirs.get("/payments").json()["total"] == 0
    assert theirs.get(f"/payments/{order.order_id}/status").status_code == 404
    assert theirs.get(f"/payments/{order.order_id}/receipt").status_code == 404
    receipts.issue(order_id=order.order_id, now=NOW)
    assert Receipt.objects.get(order=order).payer == f"A customer of {user.platform.name}"


def test_a_giver_without_a_number_may_give_too(bank: Bank) -> None:
    order = given(passenger(driver(), Contributor("CUSTOMER_ID", "rider-77")))
    bank.outcome(order, "CHARGED")

    assert settled(order).settlement == "DONE"


def test_the_same_key_is_one_order_and_another_amount_is_refused(bank: Bank) -> None:
    client = passenger(driver())

    first, again = (give(client, 50_000, **{"Idempotency-Key": "gift-1"}) for _ in range(2))
    other = give(client, 60_000, **{"Idempotency-Key": "gift-1"})

    assert first.json() == again.json()
    assert (other.status_code, Order.objects.count()) == (422, 1)


@pytest.mark.parametrize(("body", "status"), [({}, 400), ({"amount": 99}, 400), ({"amount": 5, "policy_id": "x"}, 400)])
def test_what_is_no_amount(body: dict[str, Any], status: int) -> None:
    assert passenger(driver()).post("/contributions/payments", body, format="json").status_code == status
    assert Order.objects.count() == 0


def test_a_full_wallet_says_nothing_of_itself(bank: Bank) -> None:
    user = driver()
    wallets.set_tier(wallet_id=wallet_of(user.pk).pk, tier=Tier.SMALL, actor="staff:x", reason="x", now=NOW)

    refused = give(passenger(user), 1_000_001)

    assert (refused.status_code, refused.json()["error"]) == (403, "AUE-308")
    assert "limit" not in refused.content.decode().lower()
    assert Order.objects.count() == 0


def test_a_frozen_wallet_gives_the_money_back(bank: Bank) -> None:
    user = driver()
    client = passenger(user)
    order = given(client)
    bank.outcome(order, "CHARGED")
    wallets.set_standing(wallet_id=wallet_of(user.pk).pk, standing=Standing.FROZEN, actor="staff:x", reason="x", now=NOW)

    assert settled(order).settlement == "REFUND"
    assert client.get(f"/contributions/payments/{order.order_id}").json()["status"] == "REVERSED"
    assert order.refunds.get().amount == Money(50_000)
    assert give(client).json()["error"] == "AUE-308"


def test_whoever_comes_first_settles_once(bank: Bank) -> None:
    user = driver()
    client = passenger(user)
    order = given(client)
    bank.outcome(order, "CHARGED")

    def look(number: int) -> int:
        try:
            if number % 2:
                return int(push(event(order.order_id)).status_code)
            settled(Order.objects.get(pk=order.pk))
            return 200
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(look, range(16))) == {200}
    settled(Order.objects.get(pk=order.pk))

    assert Transfer.objects.filter(reference_id=order.order_id).count() == 1
    assert wallet_of(user.pk).others_balance == Money(50_000)
    assert broken_invariants() == {}


def test_a_refund_takes_it_from_others_money_and_never_to_the_wallet(bank: Bank) -> None:
    user = driver()
    order = given(passenger(user))
    bank.outcome(order, "CHARGED")
    settled(order)
    asked: dict[str, Any] = {
        "order_id": order.order_id,
        "amount": Money(20_000),
        "note": "asked for",
        "actor": member("farid", "finance").actor,
        "now": NOW,
    }

    with pytest.raises(Exception, match="goes back to where it came from"), transaction.atomic():
        approving.request(**asked, idempotency_key="1", destination="WALLET")  # type: ignore[arg-type]  # what the API parses
    approving.request(**asked, idempotency_key="2")

    assert (wallet_of(user.pk).own_balance, wallet_of(user.pk).others_balance) == (Money(0), Money(30_000))
    assert broken_invariants() == {}


def test_a_failed_payment_frees_the_room(bank: Bank) -> None:
    user = driver()
    client = passenger(user)
    order = given(client)
    bank.outcome(order, "AUTHENTICATION_FAILED")

    assert client.get(f"/contributions/payments/{order.order_id}").json()["status"] in {"FAILED", "PENDING"}
    assert wallet_of(user.pk).others_balance == Money(0)


def test_each_token_sees_its_own_order_and_customers_cannot_use_the_route(bank: Bank) -> None:
    user = driver()
    mine, other = passenger(user), passenger(user)
    order = given(mine)

    assert other.get(f"/contributions/payments/{order.order_id}").status_code == 404
    assert client_of(user).get(f"/contributions/payments/{order.order_id}").status_code == 403
    assert APIClient().post("/contributions/payments", {"amount": 500}, format="json").status_code == 401
    for kind in ("CONTRIBUTION", "contribution"):
        refused = client_of(user).post("/payments/session", {"type": kind, "amount": 50_000}, format="json")
        assert (refused.status_code, refused.json()["error"]) == (400, "VALIDATION_ERROR")


def test_who_pays_is_a_fact(bank: Bank) -> None:
    order = given(passenger(driver()))

    with pytest.raises(Exception, match="cannot change"):
        Order.objects.filter(pk=order.pk).update(grant=None)
