"""Reading and answering `POST /session`."""

import json
import re
import secrets
import sqlite3
from datetime import datetime, timedelta
from typing import Any

from sandbox import clock, money
from sandbox.config import configuration
from sandbox.juspay import mandates, refusals
from sandbox.juspay.mandates import Terms
from sandbox.juspay.orders import DEFAULT_EXPIRY_MIN, Opening

REQUIRED = (
    "order_id",
    "amount",
    "customer_id",
    "customer_email",
    "customer_phone",
    "payment_page_client_id",
    "action",
    "return_url",
)
ACTIONS = {"paymentPage", "paymentManagement"}
TOKEN_LIFE = timedelta(minutes=15)
_ORDER_ID = re.compile(r"[A-Za-z0-9]{1,20}")
_PLAIN = re.compile(r"[\w .,:@/+-]*")


def parse(session: dict[str, Any]) -> Opening:
    """The order a request asks for; refuses what Juspay refuses."""
    missing = [name for name in REQUIRED if not session.get(name)]
    if missing:
        raise refusals.detailed(code="MISSING_MANDATORY_PARAMETER", message=f"{missing[0]} is required")
    if session["action"] not in ACTIONS:
        raise refusals.detailed(code="INVALID_ACTION", message="action must be paymentPage or paymentManagement")
    for name in ("udf1", "udf2", "udf3", "udf4", "udf5"):
        if not _PLAIN.fullmatch(str(session.get(name) or "")):
            raise refusals.detailed(code="INVALID_INPUT", message=f"{name} has special characters")
    return Opening(
        order_id=order_id(session["order_id"]),
        customer_id=str(session["customer_id"]),
        amount=amount(session["amount"], "amount"),
        currency=str(session.get("currency") or "INR"),
        session=session,
        expiry_min=_expiry_min(session),
    )


def order_id(value: object) -> str:
    """A usable order id: alphanumeric, at most 20 characters, not digits only."""
    if not isinstance(value, str) or not _ORDER_ID.fullmatch(value) or value.isdigit():
        raise refusals.detailed(
            code="INVALID_INPUT",
            message="order_id must be alphanumeric, shorter than 21 characters and not digits only",
        )
    return value


def amount(value: object, name: str) -> int:
    """Paise of an amount, which has to be a string with at most two decimals."""
    paise = money.paise_from_rupees(value)
    if paise is None:
        raise refusals.detailed(code="INVALID_INPUT", message=f"{name} must be a string above zero with at most 2 decimals")
    return paise


def mandate_terms(session: dict[str, Any]) -> Terms | None:
    """The mandate the session is to register, if any."""
    if session.get("options.create_mandate") not in {"REQUIRED", "OPTIONAL"}:
        return None
    frequency = str(session.get("mandate.frequency") or "ASPRESENTED")
    if frequency not in mandates.FREQUENCIES:
        raise refusals.detailed(code="INVALID_INPUT", message="mandate.frequency is unknown")
    maximum = session.get("mandate.max_amount") or session.get("mandate_max_amount")  # quirk: both spellings are live
    dates = [str(session[name]) if session.get(name) else None for name in ("mandate.start_date", "mandate.end_date")]
    return Terms(amount(maximum, "mandate.max_amount"), frequency, dates[0], dates[1])


def is_repetition(order: sqlite3.Row, session: dict[str, Any]) -> bool:
    """The very request that opened the order, which has not been paid or attempted since."""
    return bool(order["status"] == "NEW" and json.loads(order["session"]) == session)


def answer(order: sqlite3.Row, *, base_url: str, now: datetime) -> dict[str, Any]:
    """What the app and its payment SDK get; each answer carries a fresh client token."""
    session = json.loads(order["session"])
    page = f"{base_url}/juspay/checkout/{order['order_id']}"
    expiry = clock.seconds_text(order["expires_at"])
    return {
        "status": order["status"],
        "id": order["id"],
        "order_id": order["order_id"],
        "payment_links": {"web": page, "iframe": page, "mobile": page, "deep_link": None, "expiry": expiry},
        "sdk_payload": {
            "requestId": secrets.token_hex(16),
            "service": "in.juspay.hyperpay",
            "payload": _sdk_payload(order, session, now),
            "expiry": expiry,
        },
    }


def _sdk_payload(order: sqlite3.Row, session: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "clientId": session["payment_page_client_id"],
        "amount": money.rupees_text(order["amount"]),
        "merchantId": configuration().juspay_merchant_id,
        "clientAuthToken": f"tkn_{secrets.token_hex(16)}",
        "clientAuthTokenExpiry": clock.seconds_text(clock.text(now + TOKEN_LIFE)),
        "environment": "sandbox",
        "action": session["action"],
        "customerId": order["customer_id"],
        "returnUrl": session["return_url"],
        "currency": order["currency"],
        "firstName": session.get("first_name"),
        "lastName": session.get("last_name"),
        "customerPhone": session["customer_phone"],
        "customerEmail": session["customer_email"],
        "orderId": order["order_id"],
        "description": session.get("description"),
    }


def _expiry_min(session: dict[str, Any]) -> int:
    given = str(session.get("metadata.expiryInMins") or DEFAULT_EXPIRY_MIN)
    if not given.isdecimal():
        raise refusals.detailed(code="INVALID_INPUT", message="metadata.expiryInMins must be a number of minutes")
    return int(given)
