"""Which issuer a deployment uses. Only edges call this; services are given what they need."""

from functools import cache

from django.conf import settings

from wallets.gateways.base import Issuer
from wallets.gateways.http import HttpIssuer


@cache
def issuer() -> Issuer:
    """Return the issuer that holds our users' prepaid wallets."""
    return HttpIssuer(base_url=settings.ISSUER_BASE_URL, api_key=settings.ISSUER_API_KEY)
