"""Identifiers: UUIDv7 for rows, uuid5 of a business key for effects that must happen once."""

import secrets
import time
import uuid

# Namespace of every effect id; changing it would let past effects happen again.
EFFECTS = uuid.UUID("6f1d2a3e-5c0b-5e9a-9b7e-a4d0c0ffee01")
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def uuid7() -> uuid.UUID:
    """Return a UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, 74 random bits; rows sort by creation."""
    milliseconds = time.time_ns() // 1_000_000
    random = secrets.randbits(74)
    value = (milliseconds & 0xFFFFFFFFFFFF) << 80
    value |= 0x7 << 76 | (random >> 62) << 64
    value |= 0b10 << 62 | random & 0x3FFFFFFFFFFFFFFF
    return uuid.UUID(int=value)


def effect_id(business_key: str) -> uuid.UUID:
    """Return the one id of an effect (`topup:<order_id>`): whoever gets there second finds it done."""
    return uuid.uuid5(EFFECTS, business_key)


def order_id() -> str:
    """Return 20 upper-case alphanumerics: 48 bits of time, 52 random bits. Juspay refuses 21 and ignores case."""
    value = (time.time_ns() // 1_000_000 & 0xFFFFFFFFFFFF) << 52 | secrets.randbits(52)
    return "".join(CROCKFORD[(value >> shift) & 31] for shift in range(95, -1, -5))
