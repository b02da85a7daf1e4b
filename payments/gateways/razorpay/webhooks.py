"""Razorpay's webhooks: a signature over the raw body, and still nothing in it is believed but the order to ask about."""

import json
from collections.abc import Mapping
from typing import Any

from payments.gateways.base import Hint
from payments.gateways.reading import text, within
from payments.gateways.signatures import any_matches

SIGNATURE = "X-Razorpay-Signature"


class RazorpayWebhooks:
    """The `WebhookReader` of Razorpay. Retries of older events are signed with the older secret: hold both for a day."""

    provider = "RAZORPAY"

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self.secrets = secrets

    def is_authentic(self, headers: Mapping[str, str], body: bytes) -> bool:
        """The bytes as they came: parsed and written again they may differ in spaces, order and escapes."""
        return any_matches([headers.get(SIGNATURE, "")], secrets=self.secrets, message=body)

    def read(self, body: bytes) -> Hint | None:
        """Our order id is the `receipt` that we gave the order, or the note that payments and refunds carry on."""
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            return None
        if not isinstance(document, Mapping):
            return None
        return Hint(event_id="", event_name=text(document.get("event")), order_id=our_order(document.get("payload")))


def our_order(payload: Any) -> str:
    """Find our id in `payload.{order,payment,refund}.entity`."""
    entities = [within(payload, name, "entity") for name in ("order", "payment", "refund")]
    receipts = [text(within(entities[0], "receipt"))]
    notes = [text(within(entity, "notes", "order_id")) for entity in entities]
    return next((found for found in receipts + notes if found), "")
