"""The table finds what Django's own resolver would, whatever the path."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, URLResolver, path
from django.urls.resolvers import RoutePattern

from aarokya.common.api.routes import RouteTable


def view(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


ROUTES = [
    path("wallet", view, name="wallet"),
    path("wallet/<str:name>", view, name="any"),
    path("wallet/pay", view, name="shadowed"),
    path("users/<int:number>/wallet", view, name="number"),
    path("users/<str:name>/wallet", view, name="name"),
    path("users/<uuid:user_id>/cards/<int:number>", view, name="card"),
]
PATHS = [
    "wallet",
    "wallet/pay",
    "wallet/",
    "wallet/a/b",
    "users/7/wallet",
    "users/x/wallet",
    "users/00000000-0000-0000-0000-000000000000/cards/3",
    "users/x/cards/3",
    "nothing",
    "",
    "/wallet",
    "wallet//pay",
]


def found(resolver: URLResolver, path_info: str) -> tuple[object, ...]:
    try:
        match = resolver.resolve(path_info)
    except Resolver404:
        return ("404",)
    return (match.url_name, match.route, match.kwargs)


@pytest.mark.parametrize("path_info", PATHS)
def test_it_finds_what_django_finds(path_info: str) -> None:
    assert found(RouteTable(ROUTES[:2], ROUTES[2:]), path_info) == found(URLResolver(RoutePattern(""), ROUTES), path_info)


@pytest.mark.parametrize("words", ["<str:name>/x", "files/<path:name>"])
def test_a_route_that_it_cannot_place_stops_the_start(words: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        found(RouteTable([path(words, view)]), "anything")
