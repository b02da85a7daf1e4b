"""The simulated issuer, and a way to die in the middle of talking to it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx2
from django.conf import settings

from aarokya.common.money import Money
from wallets.gateways.base import Issuer, IssuerCustomer, IssuerWallet
from wallets.gateways.http import HttpIssuer

QUICK_S = 0.6  # so that a lost answer does not cost a test eight seconds


class Desk:
    """The simulator's control API, and the real client that talks to its issuer."""

    def __init__(self, sandbox_url: str) -> None:
        self.http = httpx2.Client(base_url=sandbox_url, timeout=30, trust_env=False)
        self.issuer = HttpIssuer(base_url=settings.ISSUER_BASE_URL, api_key=settings.ISSUER_API_KEY, total_s=QUICK_S)

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self.http.request(method, f"/_control/{path}", json=body)
        answer.raise_for_status()
        return answer.json() if answer.text else None

    def fault(self, mode: str, *, operation: str | None = None, times: int | None = None) -> None:
        wish: dict[str, Any] = {"partner": "issuer", "mode": mode, "delay_s": 2}
        optional = {"operation": operation, "times": times}
        self.control("POST", "faults", wish | {name: value for name, value in optional.items() if value is not None})

    def close(self) -> None:
        self.http.close()
        self.issuer.client.http.close()

    def books(self) -> dict[str, Any]:
        """`{"wallets": {id: {balance, …}}, "total": paise, "customers": int}`."""
        books: dict[str, Any] = self.control("GET", "books")["issuer"]
        return books


class Died(Exception):
    """The process ended here: nothing after this line ran."""


@dataclass
class MortalIssuer:
    """Forwards to the real client and dies once, before or after the effect of one call."""

    real: Issuer
    at: str  # "before:create_wallet", "after:create_customer"
    dead: list[str] = field(default_factory=list)

    def perform(self, name: str, call: Callable[[], Any]) -> Any:
        self.die(f"before:{name}")
        answer = call()
        self.die(f"after:{name}")
        return answer

    def die(self, point: str) -> None:
        if point == self.at and not self.dead:
            self.dead.append(point)
            raise Died(point)

    def create_customer(self, *, operation_id: UUID, customer: IssuerCustomer) -> str:
        call = lambda: self.real.create_customer(operation_id=operation_id, customer=customer)  # noqa: E731
        return str(self.perform("create_customer", call))

    def create_wallet(self, *, operation_id: UUID, customer_id: str) -> IssuerWallet:
        call = lambda: self.real.create_wallet(operation_id=operation_id, customer_id=customer_id)  # noqa: E731
        opened: IssuerWallet = self.perform("create_wallet", call)
        return opened

    def wallet(self, *, wallet_id: str) -> IssuerWallet:
        return self.real.wallet(wallet_id=wallet_id)

    def load(self, *, operation_id: UUID, wallet_id: str, amount: Money) -> None:
        self.perform("load", lambda: self.real.load(operation_id=operation_id, wallet_id=wallet_id, amount=amount))

    def debit(self, *, operation_id: UUID, wallet_id: str, amount: Money) -> None:
        self.perform("debit", lambda: self.real.debit(operation_id=operation_id, wallet_id=wallet_id, amount=amount))

    def reverse(self, *, operation_id: UUID, wallet_id: str, amount: Money, reverses: UUID) -> None:
        call = lambda: self.real.reverse(  # noqa: E731
            operation_id=operation_id, wallet_id=wallet_id, amount=amount, reverses=reverses
        )
        self.perform("reverse", call)
