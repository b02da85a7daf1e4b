"""Default-deny: a route that nobody marked as public answers 401 without a token."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import get_converters

EXAMPLES = {"int": 1, "str": "text", "slug": "text", "uuid": UUID(int=0), "path": "a/b", "order_id": "0" * 20}
BACK_OFFICE = "admin/"  # Django's own login guards it, and its own tests look


def routes(resolver: Any, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every route below `resolver` with an address that reaches it."""
    for entry in resolver.url_patterns:
        address = prefix + filled(entry)
        if isinstance(entry, URLResolver):
            if address != BACK_OFFICE:
                yield from routes(entry, address)
        else:
            yield address, entry


def filled(entry: URLPattern | URLResolver) -> str:
    """Return the entry's part of the address with an example for each parameter."""
    address = str(entry.pattern)
    names = {converter: name for name, converter in get_converters().items()}
    for parameter, converter in entry.pattern.converters.items():
        kind = names[converter]
        address = address.replace(f"<{kind}:{parameter}>", str(EXAMPLES[kind])).replace(f"<{parameter}>", str(EXAMPLES[kind]))
    return address


ROUTES = dict(routes(get_resolver("aarokya.urls")))


def view_of(route: URLPattern) -> Any:
    return getattr(route.callback, "view_class", getattr(route.callback, "cls", None))


def test_there_are_routes_to_walk() -> None:
    assert {"health", "echo"} & set(ROUTES) == {"health"}
    assert len(ROUTES) > 20
    assert not any("<" in address for address in ROUTES)


@pytest.mark.django_db
@pytest.mark.parametrize("address", sorted(ROUTES))
def test_a_route_is_marked_public_or_wants_a_token(address: str) -> None:
    view = view_of(ROUTES[address])
    if getattr(view, "public", False) is True:
        return
    methods = [method for method in ("get", "post", "put", "patch", "delete") if view is None or hasattr(view, method)]
    client = Client(raise_request_exception=False)

    answers = {
        method: client.generic(method.upper(), f"/{address}", b"{}", content_type="application/json") for method in methods
    }

    for method, answer in answers.items():
        assert (answer.status_code, answer.json()["error"]) == (401, "INVALID_TOKEN"), f"{method.upper()} /{address} is open"
        assert "WWW-Authenticate" in answer.headers


@pytest.mark.django_db
@pytest.mark.parametrize("address", sorted(address for address in ROUTES if getattr(view_of(ROUTES[address]), "public", False)))
def test_a_public_mark_is_on_a_view_of_ours_alone(address: str) -> None:
    """`public` is a decision about one route: it must be written on a class of ours, with nothing left to a token."""
    view = view_of(ROUTES[address])

    assert view.public is True
    assert tuple(view.permission_classes) == ()
