"""The factory: which gateway serves this installation."""

from functools import cache

from django.conf import settings

from insurance.gateways.claims import NarayanaClaims
from insurance.gateways.narayana import Narayana
from insurance.gateways.storage import FolderStore


@cache
def narayana() -> Narayana:
    """Return the one Narayana client of the process; its connections are shared by threads."""
    return Narayana(base_url=settings.NARAYANA_BASE_URL, api_key=settings.NARAYANA_API_KEY)


def claims() -> NarayanaClaims:
    """Return the claims desk of the one Narayana client."""
    return NarayanaClaims(narayana())


def store() -> FolderStore:
    """Return where uploaded files are kept."""
    return FolderStore(settings.STORAGE_DIR)
