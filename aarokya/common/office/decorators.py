"""Unfold's decorators with types: unfold ships none."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from unfold import decorators

Method = TypeVar("Method", bound=Callable[..., Any])


def action(**options: Any) -> Callable[[Method], Method]:
    """A button of a list or a detail page; `url_path`, `permissions`, `description`, `icon`, `variant`."""
    return cast("Callable[[Method], Method]", decorators.action(**options))


def display(**options: Any) -> Callable[[Method], Method]:
    """A computed column; `description`, `ordering`, `label` (text → colour)."""
    return cast("Callable[[Method], Method]", decorators.display(**options))
