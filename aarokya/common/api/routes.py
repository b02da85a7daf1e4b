"""The API's routes in one table, so that a path is compared with its few namesakes instead of with two hundred others."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver
from django.urls.resolvers import ResolverMatch, RoutePattern


class RouteTable(URLResolver):
    """Django's resolver over `routes`, in their order, with an index by the first word and the number of slashes."""

    def __init__(self, *apps: Sequence[URLPattern]) -> None:
        self.routes = [route for routes in apps for route in routes]
        super().__init__(RoutePattern(""), self.routes)

    @cached_property
    def index(self) -> dict[tuple[str, int], list[URLPattern]]:
        found: dict[tuple[str, int], list[URLPattern]] = {}
        for route in self.routes:
            found.setdefault(place_of(route), []).append(route)
        return found

    def resolve(self, path: Any) -> ResolverMatch:
        """Return the first route that takes the path; Resolver404, told of all routes, when there is none."""
        text = str(path)
        for route in self.index.get((text.partition("/")[0], text.count("/")), ()):
            match = route.resolve(text)
            if match:
                return match
        return super().resolve(text)


def place_of(route: URLPattern) -> tuple[str, int]:
    """Where the index holds a route. Each parameter must fill one part of the path, and none the first."""
    words = str(route.pattern)
    first = words.partition("/")[0]
    if "<" in first or any(re.fullmatch(each.regex, "a/b") for each in route.pattern.converters.values()):
        raise ImproperlyConfigured(f"{words} cannot be found by its first word and its slashes")
    return first, words.count("/")
