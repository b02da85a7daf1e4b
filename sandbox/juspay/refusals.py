"""Juspay's error answers. Its products word them in four ways; each function below is one of them."""

import secrets
from typing import Any

from sandbox.wire import Refusal


def short(*, status: int, error_status: str, code: str, message: str) -> Refusal:
    """First shape: `{status, error_code, error_message}`."""
    return Refusal({"status": error_status, "error_code": code, "error_message": message}, status=status)


def detailed(*, code: str, message: str, status: int = 400) -> Refusal:
    """Second shape: the first, plus `error_info`."""
    return Refusal(detailed_body(code=code, message=message), status=status)


def detailed_body(*, code: str, message: str) -> dict[str, Any]:
    """The body of `detailed`."""
    return {
        "status": "ERROR",
        "error_code": code,
        "error_message": message,
        "error_info": {
            "user_message": "Something went wrong. Please try again.",
            "developer_message": message,
            "code": code,
            "category": "USER_ERROR",
        },
    }


def sessional(*, code: str, message: str, status: int = 400) -> Refusal:
    """Third shape: `{session_id, user_message, code, type, message}`."""
    body = {
        "session_id": secrets.token_hex(8),
        "user_message": "Something went wrong. Please try again.",
        "code": code,
        "type": "USER_ERROR",
        "message": message,
    }
    return Refusal(body, status=status)


def nested(*, code: str, message: str, status: int = 400) -> Refusal:
    """Fourth shape, of the services that send money out: `{response: {…}, code}`."""
    inner = {"errorMessage": message, "error": True, "userMessage": "Could not be processed.", "errorCode": code}
    return Refusal({"response": inner, "code": code}, status=status)


def order_not_found(order_id: str) -> Refusal:
    """An unknown order: status id 40."""
    body = {
        "status": "NOT_FOUND",
        "status_id": 40,
        "order_id": order_id,
        "error_code": "RESOURCE_NOT_FOUND",
        "error_message": f"Order {order_id} does not exist",
    }
    return Refusal(body, status=404)
