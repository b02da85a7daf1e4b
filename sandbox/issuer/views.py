"""The issuer over HTTP: JSON, header `x-api-key`, amounts in paise."""

import hmac
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from sandbox.config import configuration
from sandbox.desk import Call, Desk
from sandbox.issuer import book
from sandbox.wire import Answer, Refusal, query


def refusal(code: str, message: str, status: int) -> Refusal:
    """The issuer's one error shape."""
    return Refusal({"error": code, "message": message}, status=status)


def guard(request: HttpRequest) -> None:
    """Refuse a missing or wrong key."""
    if not hmac.compare_digest(request.headers.get("x-api-key", "").encode(), configuration().issuer_api_key.encode()):
        raise refusal("UNAUTHORIZED", "x-api-key is missing or wrong", 401)


DESK = Desk("issuer", guard, lambda message: {"error": "INVALID_REQUEST", "message": message})


@DESK.serve("customer", key="operation_id")
def create_customer(call: Call) -> Answer:
    """`POST /customers`."""
    operation_id, reference, phone = (_text(call, name) for name in ("operation_id", "customer_ref", "phone"))
    first_name, last_name = (str(call.body.get(name) or "") for name in ("first_name", "last_name"))
    customer = book.Customer(reference, phone, first_name, last_name)
    return _answered(lambda: book.create_customer(call.book, operation_id=operation_id, customer=customer, now=call.now))


@DESK.serve("customer_search", key="customer_ref", parse=query)
def search_customers(call: Call) -> Answer:
    """`GET /customers?customer_ref=`."""
    return Answer({"customers": book.customers(call.book, customer_ref=_text(call, "customer_ref"))})


@DESK.serve("wallet", key="operation_id")
def create_wallet(call: Call) -> Answer:
    """`POST /wallets`."""
    operation_id, customer_id = _text(call, "operation_id"), _text(call, "customer_id")
    return _answered(lambda: book.create_wallet(call.book, operation_id=operation_id, customer_id=customer_id, now=call.now))


@DESK.serve("wallet_status", key="wallet_id", parse=query)
def wallet_status(call: Call, *, wallet_id: str) -> Answer:
    """`GET /wallets/{wallet_id}`."""
    held = book.wallet(call.book, wallet_id)
    if held is None:
        raise refusal("NOT_FOUND", "no such wallet", 404)
    return Answer(held)


@DESK.serve("operation", key="operation_id", parse=query)
def operation(call: Call, *, operation_id: str) -> Answer:
    """`GET /operations/{operation_id}`."""
    answer = book.operation(call.book, operation_id)
    if answer is None:
        raise refusal("NOT_FOUND", "no such operation", 404)
    return Answer(answer)


@DESK.serve("wallet_load", key="operation_id")
def load_wallet(call: Call, *, wallet_id: str) -> Answer:
    """`POST /wallets/{wallet_id}/loads`."""
    return _moved(call, wallet_id, "LOAD")


@DESK.serve("wallet_debit", key="operation_id")
def debit_wallet(call: Call, *, wallet_id: str) -> Answer:
    """`POST /wallets/{wallet_id}/debits`."""
    return _moved(call, wallet_id, "DEBIT")


@DESK.serve("wallet_reversal", key="operation_id")
def reverse(call: Call, *, wallet_id: str) -> Answer:
    """`POST /wallets/{wallet_id}/reversals`; `reverses` may name the operation that is undone."""
    return _moved(call, wallet_id, "REVERSAL")


def _moved(call: Call, wallet_id: str, kind: str) -> Answer:
    operation_id, amount = _text(call, "operation_id"), call.body.get("amount")
    if type(amount) is not int or not 0 < amount < 2**53:
        raise refusal("INVALID_REQUEST", "amount must be an integer of paise above zero", 400)
    reverses = str(call.body.get("reverses") or "")
    return _answered(
        lambda: book.move_money(
            call.book, operation_id=operation_id, wallet_id=wallet_id, kind=kind, amount=amount, reverses=reverses
        )
    )


def _answered(perform: Callable[[], book.Outcome]) -> Answer:
    try:
        outcome = perform()
    except book.OperationReused as error:
        raise refusal("OPERATION_REUSED", "operation_id belongs to another call", 409) from error
    except book.WalletUnknown as error:
        raise refusal("NOT_FOUND", "no such customer or wallet", 404) from error
    except book.InsufficientBalance as error:
        raise refusal("INSUFFICIENT_BALANCE", "the wallet holds less than that", 402) from error
    return Answer(outcome.answer, 201 if outcome.is_new else 200)


def _text(call: Call, name: str) -> str:
    value: Any = call.body.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 255:
        raise refusal("INVALID_REQUEST", f"{name} is required: text of at most 255 characters", 400)
    return value
