"""Who may call: API key, merchant, routing id and version, as strictly as Juspay asks for them."""

import base64
import hmac
import re
import sqlite3

from django.http import HttpRequest

from sandbox.config import configuration
from sandbox.desk import Desk
from sandbox.juspay import refusals

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def guard(request: HttpRequest) -> None:
    """Refuse with 401 without the right key and merchant, with 400 without routing id or version."""
    expected = base64.b64encode(f"{configuration().juspay_api_key}:".encode()).decode()
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Basic {expected}".encode()):
        raise refusals.short(
            status=401, error_status="error", code="UNAUTHENTICATED", message="Invalid API key in Authorization header"
        )
    if request.headers.get("x-merchantid") != configuration().juspay_merchant_id:
        raise refusals.short(
            status=401, error_status="error", code="UNAUTHORIZED", message="x-merchantid does not own this API key"
        )
    if not request.headers.get("x-routing-id"):
        raise refusals.detailed(code="MISSING_MANDATORY_PARAMETER", message="header x-routing-id is required")
    if not _DATE.fullmatch(request.headers.get("version", "")):
        raise refusals.detailed(code="INVALID_INPUT", message="header version must be a date, YYYY-MM-DD")


def check_routing(book: sqlite3.Connection, *, request: HttpRequest, customer_id: str) -> None:
    """Refuse a routing id other than the one this customer's first call had."""
    routing_id = request.headers["x-routing-id"]
    book.execute("INSERT OR IGNORE INTO routings VALUES (?, ?)", [customer_id, routing_id])
    first = book.execute("SELECT routing_id FROM routings WHERE customer_id = ?", [customer_id]).fetchone()
    if first["routing_id"] != routing_id:
        raise refusals.detailed(
            code="INVALID_INPUT", message="x-routing-id must be the same in every call about the same customer"
        )


DESK = Desk("juspay", guard, lambda message: refusals.detailed_body(code="INVALID_INPUT", message=message))
