"""The factory: which gateway serves this installation."""

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from insurance.gateways.claims import NarayanaClaims
from insurance.gateways.narayana import Narayana
from insurance.gateways.storage import FolderStore, Store


@cache
def narayana() -> Narayana:
    """Return the one Narayana client of the process; its connections are shared by threads."""
    return Narayana(base_url=settings.NARAYANA_BASE_URL, api_key=settings.NARAYANA_API_KEY)


def claims() -> NarayanaClaims:
    """Return the claims desk of the one Narayana client."""
    return NarayanaClaims(narayana())


def store() -> Store:
    """Return where uploaded files are kept: a bucket when one is named, else a folder."""
    if settings.STORAGE_BUCKET:
        return cast("Store", import_string("insurance.gateways.s3.from_settings")())  # AWS's library only where it is needed
    return FolderStore(settings.STORAGE_DIR)
