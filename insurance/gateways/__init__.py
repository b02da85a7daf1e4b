"""The factory: which gateway serves this installation."""

from functools import cache

from django.conf import settings

from insurance.gateways.narayana import Narayana


@cache
def narayana() -> Narayana:
    """Return the one Narayana client of the process; its connections are shared by threads."""
    return Narayana(base_url=settings.NARAYANA_BASE_URL, api_key=settings.NARAYANA_API_KEY)
