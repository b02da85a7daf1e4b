"""How Stripe signs its webhooks: HMAC-SHA-256 over `<epoch>.<body>`."""

import hmac
import time
from hashlib import sha256

from sandbox.config import configuration


def headers(body: bytes) -> dict[str, str]:
    """The header that goes with `body` now."""
    moment = str(int(time.time()))
    digest = hmac.new(configuration().stripe_webhook_secret.encode(), moment.encode() + b"." + body, sha256).hexdigest()
    return {"Stripe-Signature": f"t={moment},v1={digest}"}
