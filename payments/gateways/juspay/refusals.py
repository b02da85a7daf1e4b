"""Juspay's refusals come in at least four shapes; all of them become a code and words."""

from collections.abc import Mapping
from typing import Any

from aarokya.common.clients.http import PartnerAnswer
from payments.gateways.base import GatewayRefused, OrderNotNew

# A session for an order that already exists and can no longer be opened afresh.
NOT_NEW = frozenset({"ALREADY_EXISTS", "DUPLICATE_REQUEST", "DUPLICATE_ORDER_ID"})


def refusal(answer: PartnerAnswer) -> GatewayRefused:
    """Return the error of a 4xx answer."""
    code, message = code_and_message(answer.json)
    kind = OrderNotNew if code in NOT_NEW else GatewayRefused
    return kind(f"{code}: {message}"[:300], code=code, status=answer.status)


def code_and_message(body: Any) -> tuple[str, str]:
    """Read `{error_code, error_message}`, `{…, error_info}`, `{code, message}` or `{response: {errorCode, …}, code}`."""
    if not isinstance(body, Mapping):
        return "UNREADABLE", "the answer has no body we understand"
    inner: Mapping[str, Any] = next(
        (body[name] for name in ("error_info", "response") if isinstance(body.get(name), Mapping)), {}
    )
    code = first_text(body, "error_code", "code") or first_text(inner, "code", "errorCode")
    message = first_text(body, "error_message", "message") or first_text(inner, "developer_message", "errorMessage")
    return code or "UNKNOWN", message or "no reason given"


def first_text(body: Mapping[str, Any], *names: str) -> str:
    return next((body[name] for name in names if isinstance(body.get(name), str) and body[name]), "")
