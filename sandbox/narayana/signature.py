"""How Narayana signs its notices: HMAC-SHA-256 over `<epoch>.<body>`."""

import hmac
import time
from hashlib import sha256

from sandbox.config import configuration


def headers(body: bytes) -> dict[str, str]:
    """The header that goes with `body`."""
    moment = str(int(time.time()))
    digest = hmac.new(configuration().narayana_webhook_key.encode(), moment.encode() + b"." + body, sha256).hexdigest()
    return {"X-Narayana-Signature": f"t={moment},v1={digest}"}
