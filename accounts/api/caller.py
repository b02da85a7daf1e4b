"""Where a login comes from."""

from rest_framework.request import Request

from aarokya.common.api.address import client_address

ADDRESS_MAX = 45  # an IPv6 address with an embedded IPv4 one; what a proxy adds to that tells nobody apart


def caller_address(request: Request) -> str:
    return client_address(request._request)[:ADDRESS_MAX]
