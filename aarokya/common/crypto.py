"""Encryption of personal data at rest: AES-256-GCM under a ring of named keys, and blind indexes for look-ups."""

import base64
import hashlib
import hmac
import json
import secrets
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

NONCE_BYTES = 12


class Undecryptable(Exception):
    """The value was not made by a key of the ring for this column: a lost key or a tampered row."""


def cipher(key_id: str) -> AESGCM:
    secret = settings.PII_KEYS.get(key_id)
    if secret is None:
        raise Undecryptable(f"no key named {key_id!r} in PII_KEYS")
    return cipher_of(secret)


@cache
def cipher_of(secret: bytes) -> AESGCM:
    return AESGCM(hashlib.sha256(b"aarokya.pii." + secret).digest())


def newest_key_id() -> str:
    """Return the id of the key that new values are written with: the first of the ring."""
    return str(next(iter(settings.PII_KEYS)))


def encrypt(text: str, *, context: str) -> str:
    """Return `<key id>.<base64url of nonce and ciphertext>`; `context` (the column) must be given again to decrypt."""
    key_id = newest_key_id()
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = cipher(key_id).encrypt(nonce, text.encode(), context.encode())
    return f"{key_id}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def decrypt(value: str, *, context: str) -> str:
    """Return the text; Undecryptable when the key is gone, the value was altered or belongs to another column."""
    key_id, _, body = value.partition(".")
    key = cipher(key_id)
    try:
        raw = base64.urlsafe_b64decode(body.encode())
        return key.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode()).decode()
    except (InvalidTag, ValueError) as error:  # ValueError: not base64, or too short to hold a nonce
        raise Undecryptable(f"a value of {context} does not open with key {key_id}") from error


def blind_index(text: str, *, context: str) -> str:
    """Return 64 hex digits by which equal values can be found without being readable."""
    message = f"{context}\x00{text}".encode()
    return hmac.new(settings.BLIND_INDEX_KEY, message, hashlib.sha256).hexdigest()


if TYPE_CHECKING:
    TextColumn = models.TextField[Any, Any]
else:
    TextColumn = models.TextField


class EncryptedTextField(TextColumn):
    """A text column encrypted at rest. Empty stays empty, NULL stays NULL; it cannot be searched."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def context(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def plain(self, value: Any) -> str:
        return str(value)

    def parsed(self, text: str) -> Any:
        return text

    def from_db_value(self, value: str | None, *_: Any) -> Any:
        if value is None or value == "":
            return value
        return self.parsed(decrypt(value, context=self.context()))

    def get_prep_value(self, value: Any) -> Any:
        if value is None or value == "":
            return value
        return encrypt(self.plain(value), context=self.context())

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError(f"{self.context()} is encrypted and cannot be searched; use its blind index")
        return super().get_lookup(lookup_name)


class EncryptedDateField(EncryptedTextField):
    """An encrypted date."""

    def plain(self, value: Any) -> str:
        return value.isoformat() if isinstance(value, date) else date.fromisoformat(value).isoformat()

    def parsed(self, text: str) -> date:
        return date.fromisoformat(text)


class EncryptedJSONField(EncryptedTextField):
    """An encrypted JSON document."""

    def plain(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def parsed(self, text: str) -> Any:
        return json.loads(text)
