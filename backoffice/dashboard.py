"""The first page of the back office: every figure is a query, and nobody is shown what they may not look at."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

from aarokya.common import clock
from aarokya.common.office.base import may
from backoffice import navigation
from backoffice.selectors import business, operations, queues
from backoffice.selectors.panels import Panel
from backoffice.spans import span

KEPT_S = 30
logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Section:
    """A panel, who may see it, and how many of the grid's columns it takes."""

    name: str
    permission: str
    build: Callable[..., Panel]
    width: int = 1


SECTIONS = (
    Section("people", "accounts.view_user", business.people),
    Section("top_ups", "payments.view_order", business.top_ups),
    Section("wallet_float", "backoffice.see_float", business.wallet_float),
    Section("premiums", "insurance.view_policy", business.premiums),
    Section("money_stuck", "payments.view_order", operations.money_stuck, width=2),
    Section("policies", "insurance.view_policy", business.policies),
    Section("machinery", "common.view_outboxmessage", operations.machinery),
    Section("partners", "common.view_outboxmessage", operations.partners, width=2),
)


def fill(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's hook: return the context of the admin's index with `panels` and `queues`."""
    now = clock.now()
    visible = [section for section in SECTIONS if may(request, section.permission)]
    waiting = queues.waiting(queues.visible_to(request.user), now=now)
    context["panels"] = [(section, panel(section, now=now)) for section in visible]
    context["queues"] = [
        (found, navigation.queue_link(found), age_of(found, now=now))
        for found in waiting
        if navigation.is_registered(found.queue.model)
    ]
    context["title"] = "Today"
    context["as_of"] = now
    return context


def age_of(found: queues.Waiting, *, now: datetime) -> str:
    """Return how long the oldest row waits, and how long until the system decides in our place."""
    if found.oldest is None:
        return ""
    waited = now - found.oldest
    ends = found.queue.ends_after
    return f"oldest {span(waited)}" + (f", money back in {span(ends - waited)}" if ends else "")


def panel(section: Section, *, now: datetime) -> Panel:
    """Return the panel, at most half a minute old; without the cache it is simply built again."""
    key = f"dashboard:{section.name}"
    try:
        kept = cache.get(key)
        if isinstance(kept, Panel):
            return kept
    except RedisError as error:
        logger.warning("dashboard.cache_down", error=type(error).__name__)
    built = section.build(now=now)
    try:
        cache.set(key, built, timeout=KEPT_S)
    except RedisError as error:
        logger.warning("dashboard.cache_down", error=type(error).__name__)
    return built
