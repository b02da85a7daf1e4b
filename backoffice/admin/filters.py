"""Filters that are typed, not chosen from a list: the tables behind them are too large to list their values."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import TextFilter


class Exactly(TextFilter):  # type: ignore[misc]  # unfold ships no types
    """Rows whose column `parameter_name` is exactly what was typed."""

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 (Django's signature)
        value = (self.value() or "").strip()
        return rows.filter(**{self.parameter_name: value}) if value else rows


class OnDay(TextFilter):  # type: ignore[misc]  # unfold ships no types
    """Rows of one day, typed as 2026-11-20. What is no day finds nothing and says so."""

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        value = (self.value() or "").strip()
        if not value:
            return rows
        try:
            return rows.filter(**{self.parameter_name: date.fromisoformat(value)})
        except ValueError:
            messages.error(request, f"{value} is no day: write it as 2026-11-20")
            return rows.none()
