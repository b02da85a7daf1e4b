"""HMAC over the raw bytes of a body, compared in constant time."""

import hashlib
import hmac
from collections.abc import Iterable


def hex_digest(secret: str, message: bytes) -> str:
    """Return the HMAC-SHA256 as 64 lower-case hex digits."""
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def any_matches(given: Iterable[str], *, secrets: Iterable[str], message: bytes) -> bool:
    """Whether one of the given signatures was made with one of the secrets. Compares all, whichever matches."""
    signatures = [signature.encode("utf-8", errors="replace") for signature in given]
    expected = [hex_digest(secret, message).encode() for secret in secrets]
    matches = [hmac.compare_digest(signature, right) for signature in signatures for right in expected]
    return any(matches)
