"""Partner platforms, their secrets, and the tokens they fetch for their people."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from aarokya.common import audit
from aarokya.common.state import move
from accounts import selectors
from accounts.errors import InvalidApiKey, InvalidPlatform, PlatformInactive, PlatformNameTaken, UnknownPlatform
from accounts.models import Platform, PlatformSecret, PlatformStatus

OVERLAP = timedelta(hours=24)  # an old secret still works this long after a rotation


@transaction.atomic
def register(*, name: str, actor: str, now: datetime) -> tuple[Platform, str]:
    """Create a platform and return it with its first secret, which is shown this once. PlatformNameTaken."""
    platform = Platform(name=name)
    with name_must_be_free():
        platform.save(force_insert=True)
    audit.record(actor=actor, action="platform.registered", obj=platform, after={"name": name}, now=now)
    return platform, add_secret(platform)


def add_secret(platform: Platform) -> str:
    """Return a new secret of 256 random bits; only its digest is kept."""
    secret = secrets.token_urlsafe(32)
    install_secret(platform, secret)
    return secret


def install_secret(platform: Platform, secret: str) -> None:
    """Accept `secret` from this platform; already accepted is fine."""
    PlatformSecret.objects.get_or_create(digest=digest(secret), defaults={"platform": platform})


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@contextmanager
def name_must_be_free() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "platform_name" in str(error.__cause__):
            raise PlatformNameTaken from error
        raise


@transaction.atomic
def rename(*, platform_id: UUID, name: str, actor: str, now: datetime) -> Platform:
    """PlatformNotFound, PlatformNameTaken."""
    platform = selectors.platform(platform_id)
    before, platform.name = platform.name, name
    with name_must_be_free():
        platform.save(update_fields=["name", "last_modified_at"])
    audit.record(actor=actor, action="platform.renamed", obj=platform, before={"name": before}, after={"name": name}, now=now)
    return platform


@transaction.atomic
def deactivate(*, platform_id: UUID, actor: str, now: datetime) -> Platform:
    """No more tokens for this partner; its people stay. PlatformNotFound, InvalidTransition."""
    platform = selectors.platform(platform_id)
    move(platform, PlatformStatus.INACTIVE)
    audit.record(actor=actor, action="platform.deactivated", obj=platform, now=now)
    return platform


@transaction.atomic
def rotate_secret(*, platform_id: UUID, actor: str, now: datetime) -> tuple[Platform, str]:
    """Return a new secret, shown this once; the present ones expire after an overlap. PlatformNotFound, InvalidPlatform."""
    platform = selectors.platform(platform_id)
    if platform.status != PlatformStatus.ACTIVE:
        raise InvalidPlatform("An inactive platform gets no secrets")
    platform.secrets.filter(expires_at=None).update(expires_at=now + OVERLAP)
    audit.record(actor=actor, action="platform.secret_rotated", obj=platform, now=now)
    return platform, add_secret(platform)


def authenticate(*, secret: str, platform_id: UUID | None, now: datetime) -> Platform:
    """Return whose secret this is. `platform_id` is who the caller says to be, None when only a key was sent.

    UnknownPlatform, InvalidApiKey, PlatformInactive.
    """
    if platform_id is not None and not selectors.platforms().filter(pk=platform_id).exists():
        raise UnknownPlatform
    found = PlatformSecret.objects.valid(now).filter(digest=digest(secret)).select_related("platform").first()
    if found is None or platform_id not in {None, found.platform_id}:
        raise InvalidApiKey
    if found.platform.status != PlatformStatus.ACTIVE:
        raise PlatformInactive
    return found.platform
