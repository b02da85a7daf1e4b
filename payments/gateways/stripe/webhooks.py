"""Stripe's webhooks: a signature over time and raw body, with several while a secret is rotated."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from aarokya.common import clock
from payments.gateways.base import Hint
from payments.gateways.reading import text, within
from payments.gateways.signatures import any_matches

SIGNATURE = "Stripe-Signature"
TOLERANCE = timedelta(seconds=300)  # an older one may be a replay


class StripeWebhooks:
    """The `WebhookReader` of Stripe. `secrets` holds every accepted one; `now` is asked for at each webhook."""

    provider = "STRIPE"

    def __init__(self, secrets: tuple[str, ...], *, now: Callable[[], datetime] = clock.now) -> None:
        self.secrets = secrets
        self.now = now

    def is_authentic(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Signed with one of our secrets, at most five minutes ago or ahead."""
        moment, signatures = parts(headers.get(SIGNATURE, ""))
        if moment is None or abs(clock.epoch_s(self.now()) - moment) > TOLERANCE.total_seconds():
            return False
        return any_matches(signatures, secrets=self.secrets, message=f"{moment}.".encode() + body)

    def read(self, body: bytes) -> Hint | None:
        """Our order id is in the metadata that we gave the object."""
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            return None
        if not isinstance(document, Mapping):
            return None
        order_id = text(within(document, "data", "object", "metadata", "order_id"))
        return Hint(event_id=text(document.get("id")), event_name=text(document.get("type")), order_id=order_id)


def parts(header: str) -> tuple[int | None, list[str]]:
    """Return the time and the `v1` signatures of `t=1700000000,v1=…,v1=…,v0=…`."""
    pairs = [part.strip().partition("=") for part in header.split(",")]
    moments = [value for name, _, value in pairs if name == "t" and value.isascii() and value.isdecimal() and len(value) < 12]
    return (int(moments[0]) if len(moments) == 1 else None), [value for name, _, value in pairs if name == "v1"]
