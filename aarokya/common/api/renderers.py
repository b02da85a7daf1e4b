"""How answers become bytes."""

from typing import Any

from rest_framework import renderers
from rest_framework.utils.encoders import JSONEncoder

COMPACT = JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class JSONRenderer(renderers.JSONRenderer):
    """DRF's, with one encoder for all answers unless the caller asks for an indent."""

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> Any:
        if data is None or accepted_media_type != self.media_type:
            return super().render(data, accepted_media_type, renderer_context)
        return COMPACT.encode(data).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").encode()
