"""JSON as strict as the contract: UTF-8, an object, no NaN, no hidden control characters, bounded depth."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework.parsers import BaseParser

from aarokya.common.errors import Detail, InvalidInput, PayloadTooLarge

INTEGER_MAX = 2**63 - 1
BODY_PROBLEM = "The body must be a JSON object in UTF-8"


def refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


class StrictJSONParser(BaseParser):
    """Returns the decoded object; InvalidInput (`VALIDATION_ERROR`) for anything else."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,  # noqa: ARG002 (DRF's signature)
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        # Read directly, Django does not apply its limit.
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise PayloadTooLarge
        if not raw.strip():
            return {}
        try:
            document = json.loads(raw.decode("utf-8"), parse_constant=refuse_constant)
            problem = first_problem(document, "")
        except (ValueError, RecursionError) as error:
            raise InvalidInput(BODY_PROBLEM) from error
        if not isinstance(document, dict):
            raise InvalidInput(BODY_PROBLEM)
        if problem is not None:
            raise InvalidInput(f"{problem.field}: {problem.message}", details=(problem,))
        return document


def first_problem(value: Any, path: str) -> Detail | None:
    """Return the first text with a NUL or a lone surrogate, or number past int64, anywhere in the document."""
    match value:
        case str():
            return text_problem(value, path)
        case bool() | None:
            return None
        case int() if abs(value) > INTEGER_MAX:
            return Detail(path or "body", "max_value", "the number is too large")
        case float() if not math.isfinite(value):  # 1e999 is JSON, and infinity in Python
            return Detail(path or "body", "max_value", "the number is too large")
        case dict():
            children = [(f"{path}.{key}" if path else key, child) for key, child in value.items()]
            key_problems = (text_problem(key, path or "body") for key in value)
            found = next((problem for problem in key_problems if problem), None)
            return found or next(
                (problem for name, child in children if (problem := first_problem(child, name))),
                None,
            )
        case list():
            return next(
                (problem for index, child in enumerate(value) if (problem := first_problem(child, f"{path}.{index}"))),
                None,
            )
        case _:
            return None


def text_problem(text: str, path: str) -> Detail | None:
    if "\x00" in text:
        return Detail(path or "body", "null_characters_not_allowed", "must not contain NUL")
    try:
        text.encode()
    except UnicodeEncodeError:
        return Detail(
            path.encode(errors="replace").decode() or "body",
            "surrogates_not_allowed",
            "must be valid Unicode",
        )
    return None
