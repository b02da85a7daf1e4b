"""The signature of the parameters that Juspay puts on the return URL."""

import base64
import hashlib
import hmac
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit, urlunsplit


def sign(parameters: dict[str, str], *, key: str) -> str:
    """Base64 HMAC-SHA256 over the percent-encoded, sorted and joined pairs, percent-encoded once more as a whole."""
    pairs = sorted((quote_plus(name), quote_plus(value)) for name, value in parameters.items())
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    digest = hmac.new(key.encode(), quote_plus(joined).encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def landing_url(return_url: str, *, order_id: str, status: str, status_id: int, key: str) -> str:
    """The address the customer's browser is sent back to: the merchant's own parameters, ours, and the signature.

    The signature comes percent-encoded twice (`%253D`), as Juspay sends it.
    """
    parts = urlsplit(return_url)
    parameters = dict(parse_qsl(parts.query, keep_blank_values=True))
    parameters |= {"order_id": order_id, "status": status, "status_id": str(status_id)}
    signed = {"signature": quote_plus(sign(parameters, key=key)), "signature_algorithm": "HMAC-SHA256"}
    return urlunsplit(parts._replace(query=urlencode(parameters | signed)))
