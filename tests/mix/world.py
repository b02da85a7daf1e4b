"""What every step of the mix works on. Its memory is the database and the simulator: a step that dies takes nothing along."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import httpx2
import time_machine
from django.db.models import QuerySet
from rest_framework.test import APIClient

from aarokya.common import clock
from aarokya.common.ids import effect_id
from aarokya.common.money import Money
from accounts.models import User
from insurance.models import Benefit
from insurance.tests.builders import make_benefit, make_plan
from insurance.tests.builders import make_user as make_insured
from payments.models import Order
from payments.tests.builders import Bank, client_of, sign_in
from payments.tests.builders import member as staff_member
from wallets import services as wallets
from wallets.gateways import issuer
from wallets.handlers import open_wallet
from wallets.models import Tier
from wallets.selectors import wallet_of
from wallets.services import opening
from wallets.tests.builders import hospital

START = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
PEOPLE = 12
BENEFITS = 30
RECENT = 40  # most steps concern one of the newest orders
REFUSALS = {400, 402, 403, 404, 409, 422}  # what a step may be told; a 500 never
PARTNER_DOWN = {502, 503}


class Unexpected(AssertionError):
    """An answer that no step may ever get."""


@dataclass(frozen=True)
class World:
    """`chance` and `number` are those of the step under way; `key` is the client's idempotency key for it."""

    seed: int
    bank: Bank
    people: list[User]
    benefits: list[Benefit]
    traveller: time_machine.Traveller
    failpoints: Path
    chance: Random
    number: int = 0
    journal: list[str] = field(default_factory=list)

    def at(self, number: int, what: str = "act") -> "World":
        """The same world at a step. Its chance depends on nothing before it, so that a repeat of the step is the same act."""
        return replace(self, number=number, chance=Random(f"{self.seed}:{number}:{what}"))  # noqa: S311 (seeded: repeatable)

    @property
    def key(self) -> str:
        return f"mix-{self.seed}-{self.number}"

    def id_of(self, what: str) -> UUID:
        """An id that this step has at every repeat."""
        return effect_id(f"{self.key}:{what}")

    def somebody(self) -> User:
        return self.chance.choice(self.people)

    def paise(self) -> int:
        return self.chance.choice((100, 999, 2_500, 5_000, 20_000))

    def orders(self) -> QuerySet[Order]:
        """Orders that a gateway may have heard of, the newest first."""
        return Order.objects.filter(gateway_amount__gt=0).order_by("-opened_at", "-pk")

    def order(self, **wanted: Any) -> Order | None:
        """One of the newest such orders; now and then any at all."""
        rows = self.orders().filter(**wanted)
        span = RECENT if self.chance.random() < 0.9 else 10**6
        found: Order | None = self.one_of(rows[:span])
        return found

    def one_of(self, rows: QuerySet[Any]) -> Any:
        """A random row, or None."""
        found = list(rows)
        return self.chance.choice(found) if found else None

    def move(self, by: timedelta) -> None:
        """Our time and the bank's go on together."""
        self.traveller.shift(by)
        self.bank.control("POST", "clock", {"advance_s": by.total_seconds()})

    def arm(self, partner: str, mode: str, **wish: Any) -> None:
        self.bank.control("POST", "faults", {"partner": partner, "mode": mode, "delay_s": 0.02, **wish})

    def play(self, order_id: str, wish: dict[str, Any]) -> int:
        """Tell the bank what becomes of an order; an order that it never got is no mistake."""
        body = {"webhooks": {"suppress": True}, **wish}
        status = self.bank.http.request("POST", f"/_control/orders/{order_id}", json=body).status_code
        return expect(status, {200, 404})


def expect(status: int, allowed: set[int]) -> int:
    if status not in allowed:
        raise Unexpected(f"answered {status}")
    return status


def ask(client: APIClient, method: str, path: str, body: dict[str, Any] | None = None, *, key: str = "") -> Any:
    """Send a request as an app would. Everything but a bug is an acceptable answer here: the invariants judge."""
    headers = {"Idempotency-Key": key} if key else {}
    answer = client.generic(method, path, json_of(body), content_type="application/json", headers=headers)
    if answer.status_code >= 300 and answer.status_code not in REFUSALS | PARTNER_DOWN:
        raise Unexpected(f"{method} {path} answered {answer.status_code}: {answer.content[:500]!r}")
    return answer


def json_of(body: dict[str, Any] | None) -> Any:
    return httpx2.Request("POST", "http://x", json=body).content if body is not None else ""


def member(name: str, *groups: str) -> APIClient:
    """A member of staff at their desk."""
    client = APIClient()
    sign_in(client, staff_member(name, *groups))
    return client


def create(bank: Bank, *, seed: int, failpoints: Path, traveller: time_machine.Traveller) -> World:
    """A dozen people with provisioned wallets, a price list, and nothing else."""
    chance = Random(seed)  # noqa: S311 (seeded: repeatable)
    plan = make_plan("1A", daily_premium=Money(300), annual_premium=Money(3_600))
    benefits = [make_benefit(plans=[plan]) for _ in range(BENEFITS)]
    people = [person() for _ in range(PEOPLE)]
    hospital()
    offset = (clock.now() - datetime.fromisoformat(bank.control("GET", "clock")["now"])).total_seconds()
    bank.control("POST", "clock", {"advance_s": offset})
    return World(seed, bank, people, benefits, traveller, failpoints, chance)


def person() -> User:
    user = make_insured()
    now = clock.now()
    open_wallet({"user_id": str(user.pk)}, now=now)
    wallet = wallet_of(user.pk)
    wallets.set_tier(wallet_id=wallet.pk, tier=Tier.FULL_KYC, actor="system:mix", reason="a full wallet", now=now)
    opening.provision(wallet_id=wallet.pk, issuer=issuer(), now=now)
    return user


Step = Callable[[World], str]
__all__ = ["PARTNER_DOWN", "REFUSALS", "START", "Step", "Unexpected", "World", "ask", "client_of", "create", "expect", "member"]
