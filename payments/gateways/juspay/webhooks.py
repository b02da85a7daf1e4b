"""Juspay's webhooks: HTTP Basic, no signature over the body, so nothing in the body is believed but the id to ask about."""

import base64
import hmac
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from aarokya.common.money import Money
from payments.gateways.base import Hint
from payments.gateways.juspay import parsing
from payments.gateways.juspay.parsing import word


class JuspayWebhooks:
    """The `WebhookReader` of Juspay. `credentials` holds every accepted (user, password): two while one is rotated out."""

    provider = "JUSPAY"

    def __init__(self, credentials: tuple[tuple[str, str], ...]) -> None:
        self.expected = [b"Basic " + base64.b64encode(f"{user}:{password}".encode()) for user, password in credentials]

    def is_authentic(self, headers: Mapping[str, str], body: bytes) -> bool:  # noqa: ARG002 (Juspay does not sign the body)
        given = headers.get("Authorization", "").encode("utf-8", errors="replace")
        matches = [hmac.compare_digest(given, expected) for expected in self.expected]
        return any(matches)

    def read(self, body: bytes) -> Hint | None:
        try:
            document = json.loads(body, parse_float=Decimal)
        except (ValueError, RecursionError):
            return None
        if not isinstance(document, Mapping):
            return None
        return Hint(
            event_id=printable(document.get("id"), 80),
            event_name=printable(document.get("event_name"), 80),
            order_id=printable(order_id(document.get("content")), 40).upper(),  # theirs are the same in any letter case
            amount=amount(document.get("content")),
        )


def order_id(content: Any) -> Any:
    """Find the order in `content.{order,txn,refund,notification,mandate}`; its other fields are of no interest."""
    if not isinstance(content, Mapping):
        return ""
    subjects = (content.get(name) for name in ("order", "txn", "refund", "notification", "mandate"))
    return next(
        (word(subject.get("order_id")) for subject in subjects if isinstance(subject, Mapping) and word(subject.get("order_id"))),
        "",
    )


def amount(content: Any) -> Money | None:
    """Return what the webhook says the order is about; None for what is no amount (masked, a null)."""
    order = content.get("order") if isinstance(content, Mapping) else None
    return parsing.amount(order.get("amount")) if isinstance(order, Mapping) else None


def printable(value: Any, length_max: int) -> str:
    """Return a text that any column takes: no NUL, no lone surrogate, not too long; empty otherwise."""
    text = word(value)
    return text if text.isascii() and text.isprintable() and len(text) <= length_max else ""
