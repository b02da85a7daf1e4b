"""OpenAPI from the code: how a verb is documented, and the error envelope on every operation."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular import openapi
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers

ViewMethod = TypeVar("ViewMethod", bound=Callable[..., Any])
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="1 to 255 visible ASCII characters; repeats get the first answer",
)
ERROR = {
    "type": "object",
    "required": ["error", "message", "status_code", "request_id"],
    "properties": {
        "error": {
            "type": "string",
            "description": "Stable code; see /api_docs/errors",
            "example": "VALIDATION_ERROR",
        },
        "message": {"type": "string", "description": "Words for people; may change"},
        "status_code": {"type": "integer"},
        "request_id": {"type": "string"},
        "retry_after": {"type": "integer", "description": "Seconds"},
        "details": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}


class AutoSchema(openapi.AutoSchema):
    """Operation ids from method and path: stable, unique and readable in generated clients."""

    def get_operation_id(self) -> str:
        words = self.path.replace("{", "").replace("}", "").replace("-", "_").strip("/").split("/")
        return "_".join([self.method.lower(), *words])

    def get_tags(self) -> list[str]:
        return [str(self.view.__module__.split(".", maxsplit=1)[0])]


def documented(
    summary: str,
    *,
    request: Any = None,
    response: Any = None,
    status: int = 200,
    parameters: list[Any] | None = None,
    errors: tuple[str, ...] = (),
    idempotent: bool = False,
    public: bool = False,
) -> Callable[[ViewMethod], ViewMethod]:
    """Describe one verb.

    `response` is a serializer class, or a dict of status to serializer; `errors` are the codes it may answer with.
    """
    words = f"Answers with `{'`, `'.join(errors)}` besides the general errors." if errors else ""
    responses = response if isinstance(response, dict) else {status: response}
    extended: Callable[[ViewMethod], ViewMethod] = extend_schema(
        summary=summary,
        description=words,
        request=request,
        responses=responses,
        parameters=[*(parameters or []), *([IDEMPOTENCY] if idempotent else [])],
        auth=[] if public else None,
    )
    return extended


def page_of(output: type[serializers.Serializer[Any]], *, name: str) -> type[serializers.Serializer[Any]]:
    """Return the serializer of `{data, limit, offset, total}` for `output`, named `<name>Page`."""
    fields = {
        "data": output(many=True),
        "limit": serializers.IntegerField(),
        "offset": serializers.IntegerField(),
        "total": serializers.IntegerField(),
    }
    return type(f"{name}Page", (serializers.Serializer,), fields)


def feed_of(output: type[serializers.Serializer[Any]], *, name: str, by_id: bool = False) -> type[serializers.Serializer[Any]]:
    """Return the serializer of `{data, next_cursor}` for `output`, named `<name>Feed`; `by_id`: the cursor is a UUID."""
    cursor = serializers.UUIDField if by_id else serializers.IntegerField
    fields = {
        "data": output(many=True),
        "next_cursor": cursor(allow_null=True),
    }
    return type(f"{name}Feed", (serializers.Serializer,), fields)


def add_error_responses(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Post-processing: every operation may answer with the envelope."""
    result.setdefault("components", {}).setdefault("schemas", {})["Error"] = ERROR
    answer = {
        "description": "The error envelope",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"].setdefault("4XX", answer)
            operation["responses"].setdefault("5XX", answer)
    return result
