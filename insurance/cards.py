"""The code on an e-card: what it says, signed with Ed25519, so that anyone can check it without us.

`1.<key id>.<payload>.<signature>`: payload is base64url of compact JSON, the signature covers everything before its dot.
No personal data: a code in strangers' hands tells of a policy, not of people.
"""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

import segno
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.utils.safestring import SafeString

VERSION = "1"
CODE_MAX = 600


class CardForged(ValueError):
    """The code was not signed with one of our keys, or was changed since."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a code says; `members` is how many people are covered, both days are included."""

    policy_id: UUID
    number: str  # the insurer's
    plan_code: str
    start_date: date
    end_date: date
    members: int


def sign(card: Card) -> str:
    """Return the card's code under the newest key; the same card gives the same code."""
    key_id, secret = next(iter(settings.CARD_KEYS.items()))
    said = {
        "p": card.policy_id.hex,
        "i": card.number,
        "c": card.plan_code,
        "f": card.start_date.isoformat(),
        "u": card.end_date.isoformat(),
        "n": card.members,
    }
    signed = f"{VERSION}.{key_id}.{packed(json.dumps(said, separators=(',', ':')).encode())}"
    return f"{signed}.{packed(private_key(secret).sign(signed.encode()))}"


def read(code: str) -> Card:
    """Return what a code says; CardForged when we did not sign it."""
    signed, _, signature = code.rpartition(".")
    parts = signed.split(".")
    keys = public_keys()
    if len(code) > CODE_MAX or len(parts) != 3 or parts[0] != VERSION or parts[1] not in keys:
        raise CardForged("this is no card of ours")
    try:
        keys[parts[1]].verify(unpacked(signature), signed.encode())
        return card_of(json.loads(unpacked(parts[2])))
    except (InvalidSignature, ValueError, binascii.Error) as error:
        raise CardForged("the card was changed, or we never issued it") from error


def card_of(said: dict[str, str]) -> Card:
    return Card(
        policy_id=UUID(hex=said["p"]),
        number=said["i"],
        plan_code=said["c"],
        start_date=date.fromisoformat(said["f"]),
        end_date=date.fromisoformat(said["u"]),
        members=int(said["n"]),
    )


def public_keys() -> dict[str, Ed25519PublicKey]:
    """Return key id → public key, of every key of the ring: cards signed with an older key stay good."""
    return {key_id: private_key(secret).public_key() for key_id, secret in settings.CARD_KEYS.items()}


def published_keys() -> dict[str, str]:
    """Return key id → raw public key in base64url: what a verifier needs, and all that it needs."""
    return {key_id: packed(key.public_bytes_raw()) for key_id, key in public_keys().items()}


@cache
def private_key(secret: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"aarokya.card." + secret).digest())


def verify_url(code: str) -> str:
    """Return the address that the QR holds."""
    return f"{settings.PUBLIC_URL}/verify/{code}"


def code_in(text: str) -> str:
    """Return the code in a scanned text: the address, or the code alone."""
    return text.strip().rpartition("/verify/")[2]


def qr(code: str) -> SafeString:
    """Return the QR of the code's address as an SVG element, the same for the same code."""
    drawn = segno.make(verify_url(code), error="m", micro=False)
    return SafeString(drawn.svg_inline(scale=1, border=2, omitsize=True, svgclass="qr", lineclass=None))


def packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unpacked(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
