"""Whose credentials a platform sent."""

import base64
import binascii
from uuid import UUID

from rest_framework.request import Request

from aarokya.common import clock
from accounts.errors import InvalidApiKey, InvalidPlatformId, PartnerTokenRefused
from accounts.models import Platform
from accounts.services import platforms


def platform_of(request: Request, *, named: str | None) -> Platform:
    """Return whose credentials were sent; a `platform_id` in the body must be theirs."""
    key, header = request.headers.get("api-key"), request.headers.get("Authorization", "")
    claimed = platform_id_of(named) if named is not None else None
    if key:
        return platforms.authenticate(secret=key, platform_id=claimed, now=clock.now())
    sent_id, secret = basic_credentials(header)
    if claimed not in {None, sent_id}:
        raise InvalidApiKey
    return platforms.authenticate(secret=secret, platform_id=sent_id, now=clock.now())


def basic_credentials(header: str) -> tuple[UUID, str]:
    """Return the id and the secret of `Basic …`; PartnerTokenRefused for other schemes, InvalidApiKey for none."""
    scheme, _, encoded = header.partition(" ")
    if scheme and scheme.lower() != "basic":
        raise PartnerTokenRefused
    try:
        name, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise InvalidApiKey from error
    if not colon:
        raise InvalidApiKey
    return platform_id_of(name), secret


def platform_id_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidPlatformId from error
