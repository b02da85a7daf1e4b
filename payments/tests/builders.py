"""What tests of payments start from: a customer with a wallet, a bank to play, orders on their way."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any, cast
from uuid import UUID

import httpx2
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from rest_framework.test import APIClient

from aarokya.common import clock, ids
from aarokya.common.api.principals import Customer, Principal, StaffMember
from aarokya.common.money import Money
from accounts.models import Staff, User
from payments.gateways import gateway
from payments.models import Order, PaymentMethod
from payments.services import sessions
from payments.services.orders import Wish
from wallets.handlers import open_wallet
from wallets.selectors import wallet_of

NOW = clock.now()  # holds and reservations expire by the database's own clock, so the tests' present is the real one
phones = count(6_000_000_000)


def make_customer() -> User:
    """A person and their empty wallet."""
    with transaction.atomic():
        user = User.objects.create(phone=f"+91{next(phones)}", first_name="Asha", last_name="Rao")
        open_wallet({"user_id": str(user.pk)}, now=NOW)
    return user


def sign_in(client: APIClient, principal: Principal) -> None:
    """Make the client somebody, as a token would; tokens themselves are tested elsewhere."""
    client.force_authenticate(cast("Any", principal))  # DRF's types only know Django's own users


def member(name: str, *groups: str) -> StaffMember:
    """A member of staff who exists: what a role may decide alone is asked of the database."""
    person, _ = Staff.objects.get_or_create(username=name, defaults={"is_staff": True})
    person.groups.set([Group.objects.get_or_create(name=group)[0] for group in groups])
    return StaffMember(staff_id=person.pk, username=name, groups=frozenset(groups), is_superuser=False)


def client_of(user: User) -> APIClient:
    """An API client that is this customer."""
    client = APIClient()
    sign_in(client, Customer(user_id=user.pk, session_id=ids.uuid7(), status="ACTIVE"))
    return client


def topup(user: User, paise: int = 50_000, *, now: datetime = NOW, key: str | None = None) -> Order:
    """An order with an open session at the simulator."""
    wish = Wish(user_id=user.pk, type="WALLET_TOPUP", amount=Money(paise), policy_id=None, payment_method=PaymentMethod.GATEWAY)
    return sessions.start(wish, row_id=ids.effect_id(f"{user.pk}:{key}") if key else ids.uuid7(), gateway=gateway(), now=now)


def premium(user: User, policy_id: UUID, *, method: PaymentMethod = PaymentMethod.GATEWAY, now: datetime = NOW) -> Order:
    """An order for a premium of the test purpose."""
    wish = Wish(user_id=user.pk, type="INSURANCE_PREMIUM", amount=None, policy_id=policy_id, payment_method=method)
    return sessions.start(wish, row_id=ids.uuid7(), gateway=gateway(), now=now)


def balance(user: User) -> int:
    """Own money in paise."""
    return wallet_of(user.pk).own_balance.paise


def reserved(user: User) -> int:
    """Head-room kept for top-ups under way, in paise."""
    return wallet_of(user.pk).incoming_reserved.paise


def event(order_id: str, event_name: str = "ORDER_SUCCEEDED", *, event_id: str = "", **order: Any) -> bytes:
    """A webhook body as Juspay writes them: numbers as texts, nulls as {}, personal fields masked."""
    document = {
        "id": event_id or f"evt_{ids.uuid7().hex}",
        "event_name": event_name,
        "date_created": "2026-11-20T10:00:00Z",
        "content": {"order": {"order_id": order_id, "amount": "500.00", "card": {}, "customer_phone": "FILTERED", **order}},
    }
    return json.dumps(document).encode()


def basic(user: str = "", password: str = "") -> str:
    credentials = f"{user or settings.JUSPAY_WEBHOOK_USERNAME}:{password or settings.JUSPAY_WEBHOOK_PASSWORD}"
    return f"Basic {base64.b64encode(credentials.encode()).decode()}"


def push(body: bytes, *, authorization: str | None = None) -> Any:
    """Deliver a webhook to our endpoint."""
    headers = {"Authorization": basic() if authorization is None else authorization}
    return APIClient(headers=headers).generic("POST", "/webhooks/juspay", cast("Any", body), content_type="application/json")


@dataclass(frozen=True, slots=True)
class Bank:
    """The simulator's control interface. Its own webhooks are kept back: tests deliver theirs."""

    http: httpx2.Client

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self.http.request(method, f"/_control/{path}", json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def outcome(self, order: Order, outcome: str, **fields: Any) -> None:
        """The customer's attempt to pay ends like this."""
        self.control("POST", f"orders/{order.order_id}", {"outcome": outcome, "webhooks": {"suppress": True}, **fields})

    def change(self, order: Order, **fields: Any) -> None:
        """Falsify what the gateway believes of the order."""
        self.control("POST", f"orders/{order.order_id}", fields)

    def fault(self, operation: str, mode: str, *, times: int | None = None, delay_s: float | None = None) -> None:
        wish = {"partner": "juspay", "operation": operation, "mode": mode, "times": times, "delay_s": delay_s}
        self.control("POST", "faults", {name: value for name, value in wish.items() if value is not None})

    def order_fault(self, mode: str) -> None:
        self.control("POST", "faults", {"partner": "juspay", "mode": mode, "times": 1})

    def heal(self) -> None:
        self.control("DELETE", "faults")

    def books(self) -> dict[str, Any]:
        books: dict[str, Any] = self.control("GET", "books")
        return books

    def all_orders(self) -> dict[str, dict[str, Any]]:
        """What each order brought in and took out, at whichever gateway."""
        others = self.control("GET", "gateways")
        found: dict[str, dict[str, Any]] = self.books()["orders"] | others["razorpay"] | others["stripe"]
        return found

    def calls(self, operation: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.control("GET", f"log?partner=juspay&operation={operation}")
        return found
