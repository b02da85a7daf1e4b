"""The signature of the parameters with which Juspay sends the customer's browser back to us."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote_plus, unquote

from payments.gateways.base import Landing

ALGORITHM = "HMAC-SHA256"
UNTOUCHED = "NEW"  # no attempt was made
UNSIGNED = frozenset({"signature", "signature_algorithm"})


def digest(parameters: Mapping[str, str], *, key: str) -> bytes:
    """Return the HMAC over the sorted, percent-encoded and joined pairs, percent-encoded once more as a whole."""
    pairs = sorted((quote_plus(name), quote_plus(value)) for name, value in parameters.items() if name not in UNSIGNED)
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    return hmac.new(key.encode(), quote_plus(joined).encode(), hashlib.sha256).digest()


class JuspayReturn:
    """The `ReturnReader` of Juspay. It decides which order to ask about now, and never credits anything."""

    def __init__(self, response_key: str) -> None:
        self.response_key = response_key

    def landing(self, parameters: Mapping[str, str]) -> Landing | None:
        if parameters.get("signature_algorithm", ALGORITHM) != ALGORITHM:
            return None
        given = decoded(parameters.get("signature", ""))
        if not hmac.compare_digest(given, digest(parameters, key=self.response_key)):
            return None
        return Landing(order_id=parameters.get("order_id", ""), left=parameters.get("status") == UNTOUCHED)


def decoded(signature: str) -> bytes:
    """Return the bytes of a signature that may still be percent-encoded once; empty when it is not base64."""
    try:
        return base64.b64decode(unquote(signature), validate=True)
    except (binascii.Error, ValueError):
        return b""
