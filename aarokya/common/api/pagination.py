"""Lists: pages by limit and offset, or by key for feeds that only grow."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, QuerySet, UUIDField
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aarokya.common.api.fields import refusal
from aarokya.common.errors import Detail, InvalidInput

LIMIT_DEFAULT = 20
LIMIT_MAX = 100
OFFSET_MAX = 2**31 - 1
Row = TypeVar("Row", bound=Model)


class PageQuery(serializers.Serializer[Any]):
    """`?limit=&offset=`."""

    limit = serializers.IntegerField(min_value=1, max_value=LIMIT_MAX, default=LIMIT_DEFAULT)
    offset = serializers.IntegerField(min_value=0, max_value=OFFSET_MAX, default=0)


class TimeRangeQuery(serializers.Serializer[Any]):
    """`?start_time=&end_time=`, half-open."""

    start_time = serializers.DateTimeField(required=False)
    end_time = serializers.DateTimeField(required=False)


class KeysetQuery(serializers.Serializer[Any]):
    """`?limit=&cursor=`; the cursor is the `next_cursor` of the page before."""

    limit = serializers.IntegerField(min_value=1, max_value=LIMIT_MAX, default=LIMIT_DEFAULT)
    cursor = serializers.IntegerField(min_value=0, max_value=2**63 - 1, required=False)


class IdKeysetQuery(KeysetQuery):
    """The same where rows have no number: UUIDv7 ids are in the order of time."""

    cursor = serializers.UUIDField(required=False)  # type: ignore[assignment]  # the one difference


def query(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return the validated query parameters that `serializer` names."""
    parsed = serializer(data=request.query_params)
    if not parsed.is_valid():
        raise refusal(parsed.errors)
    return dict(parsed.validated_data)


def page(request: Request, rows: QuerySet[Row], render: Callable[[Row], dict[str, Any]]) -> Response:
    """Return `{data, limit, offset, total}`. `rows` must have an order that ends in a unique column."""
    asked = query(PageQuery, request)
    limit, offset = asked["limit"], asked["offset"]
    found = [render(row) for row in rows[offset : offset + limit]]
    return Response({"data": found, "limit": limit, "offset": offset, "total": rows.count()})


def time_range(request: Request, rows: QuerySet[Row], field: str = "created_at") -> QuerySet[Row]:
    """Keep rows from `start_time` up to, not including, `end_time`."""
    asked = query(TimeRangeQuery, request)
    start: datetime | None = asked.get("start_time")
    end: datetime | None = asked.get("end_time")
    if start and end and start > end:
        detail = Detail("start_time", "after_end_time", "must not be after end_time")
        raise InvalidInput("start_time: must not be after end_time", details=(detail,))
    if start:
        rows = rows.filter(**{f"{field}__gte": start})
    if end:
        rows = rows.filter(**{f"{field}__lt": end})
    return rows


def keyset(
    request: Request,
    rows: QuerySet[Row],
    render: Callable[[Row], dict[str, Any]],
    *,
    key: str,
) -> Response:
    """Return `{data, next_cursor}`, newest first by `key`, a whole number or a UUIDv7; any page costs the same."""
    is_id = isinstance(rows.model._meta.get_field(key), UUIDField)
    asked = query(IdKeysetQuery if is_id else KeysetQuery, request)
    if asked.get("cursor") is not None:
        rows = rows.filter(**{f"{key}__lt": asked["cursor"]})
    found = list(rows.order_by(f"-{key}")[: asked["limit"] + 1])
    shown = found[: asked["limit"]]
    more = len(found) > len(shown)
    return Response(
        {
            "data": [render(row) for row in shown],
            "next_cursor": getattr(shown[-1], key) if more else None,
        }
    )
