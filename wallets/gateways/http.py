"""The issuer over HTTP: JSON, header `x-api-key`, amounts in paise."""

from typing import Any
from uuid import UUID

from aarokya.common.clients.http import PartnerClient, PartnerError
from aarokya.common.money import Money
from wallets.gateways.base import IssuerCustomer, IssuerWallet


class HttpIssuer:
    """Implements `Issuer`. Every call is idempotent at the issuer, so the client may repeat it."""

    def __init__(self, *, base_url: str, api_key: str, total_s: float = 8.0) -> None:
        headers = {"x-api-key": api_key}
        self.client = PartnerClient("issuer", base_url.rstrip("/") + "/", headers=headers, total_s=total_s)

    def create_customer(self, *, operation_id: UUID, customer: IssuerCustomer) -> str:
        body = {"operation_id": str(operation_id), "customer_ref": customer.reference, "phone": customer.phone}
        names = {"first_name": customer.first_name, "last_name": customer.last_name}
        body |= {field: name for field, name in names.items() if name}
        return text(self.call("POST", "customers", "customer", body), "customer_id")

    def create_wallet(self, *, operation_id: UUID, customer_id: str) -> IssuerWallet:
        body = {"operation_id": str(operation_id), "customer_id": customer_id}
        answer = self.call("POST", "wallets", "wallet", body)
        return IssuerWallet(text(answer, "wallet_id"), text(answer, "status"), Money(0))

    def wallet(self, *, wallet_id: str) -> IssuerWallet:
        answer = self.call("GET", f"wallets/{wallet_id}", "wallet_status", None)
        return IssuerWallet(text(answer, "wallet_id"), text(answer, "status"), paise(answer, "balance"))

    def load(self, *, operation_id: UUID, wallet_id: str, amount: Money) -> None:
        self.move("loads", "wallet_load", operation_id, wallet_id, amount)

    def debit(self, *, operation_id: UUID, wallet_id: str, amount: Money) -> None:
        self.move("debits", "wallet_debit", operation_id, wallet_id, amount)

    def reverse(self, *, operation_id: UUID, wallet_id: str, amount: Money, reverses: UUID) -> None:
        self.move("reversals", "wallet_reversal", operation_id, wallet_id, amount, reverses=str(reverses))

    def move(self, kind: str, operation: str, operation_id: UUID, wallet_id: str, amount: Money, **fields: str) -> None:
        body = {"operation_id": str(operation_id), "amount": amount.paise, **fields}
        self.call("POST", f"wallets/{wallet_id}/{kind}", operation, body)

    def call(self, method: str, path: str, operation: str, body: dict[str, Any] | None) -> Any:
        """Return the JSON of a success; PartnerError, permanent for a refusal."""
        answer = self.client.request(method, path, operation=operation, json=body, idempotent=True)
        if not answer.ok:
            raise PartnerError(f"issuer {operation}: {answer.text[:200]}", permanent=True, status=answer.status)
        return answer.json


def text(answer: Any, field: str) -> str:
    """A non-empty text field of the issuer's answer: outside input, so its shape is checked."""
    value = answer.get(field) if isinstance(answer, dict) else None
    if not isinstance(value, str) or not 0 < len(value) <= 80:
        raise PartnerError(f"issuer: the answer has no usable {field}", permanent=False)
    return value


def paise(answer: Any, field: str) -> Money:
    value = answer.get(field) if isinstance(answer, dict) else None
    if type(value) is not int:
        raise PartnerError(f"issuer: {field} is not a whole number of paise", permanent=False)
    return Money(value)
