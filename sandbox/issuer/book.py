"""The issuer's books. Every change is filed under the caller's operation id, which makes repetitions harmless."""

import json
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox import clock


class OperationReused(Exception):
    """The operation id belongs to another kind of call or another subject."""


class WalletUnknown(Exception):
    """No such wallet or customer."""


class InsufficientBalance(Exception):
    """The wallet holds less than that."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an operation, and whether it happened just now."""

    answer: dict[str, Any]
    is_new: bool


@dataclass(frozen=True, slots=True)
class Customer:
    """A person as the caller describes them."""

    customer_ref: str
    phone: str
    first_name: str
    last_name: str


def create_customer(book: sqlite3.Connection, *, operation_id: str, customer: Customer, now: datetime) -> Outcome:
    """A customer; a second operation for the same reference makes a second customer, as a real issuer would."""

    def create() -> dict[str, Any]:
        customer_id = f"cst_{secrets.token_hex(10)}"
        book.execute(
            "INSERT INTO issuer_customers VALUES (?,?,?,?,?,?)",
            [
                customer_id,
                customer.customer_ref,
                customer.phone,
                customer.first_name,
                customer.last_name,
                clock.text(now),
            ],
        )
        return {"customer_id": customer_id, "operation_id": operation_id}

    return _once(book, operation_id=operation_id, kind="CUSTOMER", subject=customer.customer_ref, perform=create)


def create_wallet(book: sqlite3.Connection, *, operation_id: str, customer_id: str, now: datetime) -> Outcome:
    """An empty, active wallet."""

    def create() -> dict[str, Any]:
        if book.execute("SELECT 1 FROM issuer_customers WHERE customer_id = ?", [customer_id]).fetchone() is None:
            raise WalletUnknown(customer_id)
        wallet_id = f"wlm_{secrets.token_hex(10)}"
        book.execute("INSERT INTO issuer_wallets VALUES (?,?,'ACTIVE',0,?)", [wallet_id, customer_id, clock.text(now)])
        names = {"wallet_id": wallet_id, "customer_id": customer_id}
        return names | {"status": "ACTIVE", "operation_id": operation_id}

    return _once(book, operation_id=operation_id, kind="WALLET", subject=customer_id, perform=create)


def move_money(
    book: sqlite3.Connection, *, operation_id: str, wallet_id: str, kind: str, amount: int, reverses: str = ""
) -> Outcome:
    """LOAD adds `amount` paise, DEBIT takes it, REVERSAL gives back a debit (or takes back the load it names)."""

    def move() -> dict[str, Any]:
        change = -amount if kind == "DEBIT" or _is_load(book, reverses) else amount
        balance = _changed_balance(book, wallet_id=wallet_id, change=change)
        names = {"operation_id": operation_id, "wallet_id": wallet_id, "type": kind, "amount": amount}
        return names | {"balance": balance, "status": "SUCCESS"}

    subject = f"{wallet_id}:{amount}:{reverses}"
    return _once(book, operation_id=operation_id, kind=kind, subject=subject, perform=move)


def operation(book: sqlite3.Connection, operation_id: str) -> dict[str, Any] | None:
    """The answer an operation was given."""
    row = book.execute("SELECT answer FROM issuer_operations WHERE operation_id = ?", [operation_id]).fetchone()
    return json.loads(row["answer"]) if row else None


def wallet(book: sqlite3.Connection, wallet_id: str) -> dict[str, Any] | None:
    """Status and balance in paise."""
    row = book.execute(
        "SELECT wallet_id, customer_id, status, balance FROM issuer_wallets WHERE wallet_id = ?", [wallet_id]
    ).fetchone()
    return dict(row) if row else None


def set_status(book: sqlite3.Connection, *, wallet_id: str, status: str) -> bool:
    """ACTIVE or BLOCKED; False when there is no such wallet."""
    return book.execute("UPDATE issuer_wallets SET status = ? WHERE wallet_id = ?", [status, wallet_id]).rowcount == 1


def customers(book: sqlite3.Connection, *, customer_ref: str) -> list[dict[str, Any]]:
    """Customers with this reference, oldest first."""
    rows = book.execute(
        "SELECT customer_id, customer_ref, phone, first_name, last_name FROM issuer_customers"
        " WHERE customer_ref = ? ORDER BY created_at",
        [customer_ref],
    )
    return [dict(row) for row in rows]


def _once(
    book: sqlite3.Connection, *, operation_id: str, kind: str, subject: str, perform: Callable[[], dict[str, Any]]
) -> Outcome:
    row = book.execute("SELECT * FROM issuer_operations WHERE operation_id = ?", [operation_id]).fetchone()
    if row is not None:
        if (row["kind"], row["subject"]) != (kind, subject):
            raise OperationReused(operation_id)
        return Outcome(json.loads(row["answer"]), is_new=False)
    answer = perform()
    book.execute("INSERT INTO issuer_operations VALUES (?,?,?,?)", [operation_id, kind, subject, json.dumps(answer)])
    return Outcome(answer, is_new=True)


def _is_load(book: sqlite3.Connection, operation_id: str) -> bool:
    row = book.execute("SELECT kind FROM issuer_operations WHERE operation_id = ?", [operation_id]).fetchone()
    return row is not None and row["kind"] == "LOAD"


def _changed_balance(book: sqlite3.Connection, *, wallet_id: str, change: int) -> int:
    held = wallet(book, wallet_id)
    if held is None:
        raise WalletUnknown(wallet_id)
    if held["balance"] + change < 0:
        raise InsufficientBalance(wallet_id)
    book.execute("UPDATE issuer_wallets SET balance = balance + ? WHERE wallet_id = ?", [change, wallet_id])
    return int(held["balance"] + change)
